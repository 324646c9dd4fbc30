"""The tables of the registration service, a module for each part of it."""

from .activities import (
    LIVE,
    Activity,
    Meeting,
    Person,
    Quota,
    Registration,
    RoomEntry,
    Standing,
    Ticket,
    WaitingRoom,
)
from .admission import AnswerSheet, AskedQuestion, CalendarFeed, CodeTries, Hold, Invitation
from .base import Base
from .certificates import Certificate
from .employers import Booking, Employment, Organisation
from .files import AnswerFile, Curriculum, File, Picture
from .gates import Attendance, CodeKeySet, Fact, Gate, GateDevice, Scan, ScanBatch, TalentCode
from .payments import (
    PaymentDay,
    PaymentDifference,
    PaymentEntry,
    PaymentLine,
    PaymentOrder,
    Refund,
)
from .ratings import RatingFigure, RatingFollowUp, RatingGiven

__all__ = [
    "LIVE",
    "Activity",
    "AnswerFile",
    "AnswerSheet",
    "AskedQuestion",
    "Attendance",
    "Base",
    "Booking",
    "CalendarFeed",
    "Certificate",
    "CodeKeySet",
    "CodeTries",
    "Curriculum",
    "Employment",
    "Fact",
    "File",
    "Gate",
    "GateDevice",
    "Hold",
    "Invitation",
    "Meeting",
    "Organisation",
    "PaymentDay",
    "PaymentDifference",
    "PaymentEntry",
    "PaymentLine",
    "PaymentOrder",
    "Person",
    "Picture",
    "Quota",
    "RatingFigure",
    "RatingFollowUp",
    "RatingGiven",
    "Refund",
    "Registration",
    "RoomEntry",
    "Scan",
    "ScanBatch",
    "Standing",
    "TalentCode",
    "Ticket",
    "WaitingRoom",
]
