"""Activities (活动): what is offered, when, where, to whom, and how many seats there are."""
