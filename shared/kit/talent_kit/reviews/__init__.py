"""Reviews in several steps: who decides what by when, publication before it binds, the history.

A service declares a plan of steps as data, begins a review of something of its own, and follows
what happens to it. Nothing here knows what is reviewed.
"""

from .plans import Level, Step, StepKind
from .rules import ActKind, Status
from .service import Follower, Reviews, review_timer
from .tables import Review, ReviewAct

__all__ = [
    "ActKind",
    "Follower",
    "Level",
    "Review",
    "ReviewAct",
    "Reviews",
    "Status",
    "Step",
    "StepKind",
    "review_timer",
]
