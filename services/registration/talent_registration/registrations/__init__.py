"""Seats (名额): who has one, who waits for one, and who is offered one that came free."""
