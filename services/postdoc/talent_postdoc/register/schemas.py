"""The register over HTTP."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel
from talent_kit.texts import Bilingual

from ..stations.states import Kind, Level, Status


class Happened(StrEnum):
    """What the register tells of a station's past; of all else nothing is public."""

    RECOGNISED = "recognised"
    IMPORTED = "imported"
    """Taken over from the register before this one."""
    CHANGED = "changed"
    EVALUATED = "evaluated"
    """By a round whose grades are public."""
    WARNED = "warned"
    WARNING_LIFTED = "warning_lifted"
    """What was wrong is mended."""
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    MERGED = "merged"
    REVOKED = "revoked"


class RegisterEntry(BaseModel):
    """A station in the register; those that were closed stay in it."""

    id: UUID
    kind: Kind
    level: Level
    model: bool
    status: Status
    name: Bilingual
    unit: Bilingual
    region: str
    disciplines: list[str]
    approved_on: date
    parent_id: UUID | None
    successor_id: UUID | None


class HistoryEntry(BaseModel):
    """Something that happened to a station, and the day from which it counts."""

    kind: Happened
    effective_on: date


class RegisterStation(RegisterEntry):
    """A station with its history, oldest first."""

    history: list[HistoryEntry]
