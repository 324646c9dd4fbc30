"""Who is let in at a gate: the rules, the signed roster, and the device at the door."""

from .admission import Reason
from .device import Device, DeviceRefused, Enrolment, NoRoster, Verdict
from .roster import Roster, RosterError

__all__ = [
    "Device",
    "DeviceRefused",
    "Enrolment",
    "NoRoster",
    "Reason",
    "Roster",
    "RosterError",
    "Verdict",
]
