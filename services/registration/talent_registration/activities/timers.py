"""Names of what happens to activities by itself; the key of each timer is the activity's id."""

SERVE_TIMER = "serve-queues"
"""Seats came free, or the activity is over or cancelled: its queues are to be looked at."""
BOOKINGS_TIMER = "bookings-end"
"""The activity is cancelled: its booths are."""
ANSWERS_TIMER = "answers-end"
"""It is over: what was answered is kept for a time, and then no more."""
