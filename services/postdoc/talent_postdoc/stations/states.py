"""What stations are and the states they pass through."""

from enum import StrEnum


class Kind(StrEnum):
    """What a station is."""

    MOBILE = "mobile"
    """流动站: of a university or institute, in one first-level discipline."""
    WORKSTATION = "workstation"
    """工作站: of an enterprise or other legal person, recruiting jointly with mobile stations."""
    BRANCH = "branch"
    """分站: under a workstation, at a unit of its own."""
    PRACTICE_BASE = "practice_base"
    """创新实践基地: of the province."""


class Level(StrEnum):
    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"


class Status(StrEnum):
    ACTIVE = "active"
    WARNED = "warned"
    """Something must be mended by a day (警告、限期整改)."""
    SUSPENDED = "suspended"
    """No new fellows, no benefits (暂停)."""
    MERGED = "merged"
    REVOKED = "revoked"


CLOSED = frozenset({Status.MERGED, Status.REVOKED})
RECRUITING = frozenset({Status.ACTIVE, Status.WARNED})
"""In which new fellows may enter."""
