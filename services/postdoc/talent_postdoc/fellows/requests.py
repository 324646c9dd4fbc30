"""What may be recorded of a fellow: one request for each kind of entry."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from talent_kit.described import Described
from talent_kit.texts import Words

Day = Annotated[
    date,
    Field(
        ge=date(1990, 1, 1),
        le=date(2199, 12, 31),
        description="In Asia/Shanghai.",
        examples=["2026-09-01"],
    ),
]
Code = Annotated[str, Field(pattern=r"^[0-9A-Z]{2,10}$", examples=["0812"])]
ConditionName = Literal["age", "doctorate", "in_service", "same_unit"]
Ground = Literal["failed_assessment", "fraud", "warning", "absence", "illness", "overseas", "other"]


class _Strict(Described):
    model_config = ConfigDict(extra="forbid")


def _require_doctorate(doctorate: str, day: date | None) -> None:
    if (doctorate == "held") != (day is not None):
        raise PydanticCustomError(
            "doctorate-date", "a doctorate that is held has a day, one awaited none"
        )


class NewFellow(_Strict):
    """An application for a talent, who must consent unless it follows an accepted candidacy."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "talent_id": "01a1c2c4-0000-7000-8000-000000000001",
                    "station_id": "01a1c2c4-0000-7000-8000-000000000002",
                    "discipline": "0812",
                    "arrangement": "full_time",
                    "doctorate": "held",
                    "doctorate_on": "2026-06-30",
                }
            ]
        },
    )

    talent_id: UUID
    station_id: UUID
    joint_station_id: UUID | None = None
    """The mobile station with which a workstation recruits."""
    advisor_id: UUID | None = None
    candidacy_id: UUID | None = None
    discipline: Code
    arrangement: Literal["full_time", "in_service"]
    doctorate: Literal["held", "awaited"]
    doctorate_on: Day | None = None
    same_unit: bool = False
    """Whether the doctorate is of the same unit and discipline."""

    @model_validator(mode="after")
    def _dated(self) -> Self:
        _require_doctorate(self.doctorate, self.doctorate_on)
        return self


class _Dated(_Strict):
    on: Day
    """The day from which it counts."""


class _Spanning(_Dated):
    until: Day
    """The last day."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until < self.on:
            raise PydanticCustomError("dates-out-of-order", "it ends before it begins")
        return self


class _ByPanel(_Strict):
    panel_id: UUID


class Applied(_Strict):
    """What an application said, put right; whose it is and for which station stays."""

    kind: Literal["applied"]
    discipline: Code
    arrangement: Literal["full_time", "in_service"]
    doctorate: Literal["held", "awaited"]
    doctorate_on: Day | None = None
    same_unit: bool = False

    @model_validator(mode="after")
    def _dated(self) -> Self:
        _require_doctorate(self.doctorate, self.doctorate_on)
        return self


class Consented(_Strict):
    """The talent agrees to the application."""

    kind: Literal["consented"]


class Excepted(_Strict):
    """The office approves beforehand that conditions of entry are not met."""

    kind: Literal["excepted"]
    conditions: Annotated[list[ConditionName], Field(min_length=1, max_length=4)]


class Submitted(_Strict):
    """The unit puts the complete application before the entry panel."""

    kind: Literal["submitted"]


class EntryPanel(_ByPanel):
    """The entry panel has concluded; where it passed, the notice begins."""

    kind: Literal["entry_panel"]


class ObjectionRaised(_Strict):
    """Somebody objected within the notice."""

    kind: Literal["objection_raised"]


class ObjectionSettled(_Strict):
    """An objection was looked into: upheld, it refuses the application."""

    kind: Literal["objection_settled"]
    upheld: bool


class Refused(_Strict):
    """The office refuses the application."""

    kind: Literal["refused"]


class Withdrawn(_Strict):
    """Talent or unit give the application up."""

    kind: Literal["withdrawn"]


class Entered(_Dated):
    """The doctor enters (进站) for an agreed time."""

    kind: Literal["entered"]
    term_until: Day
    """The last day of the agreed time."""


class DoctorateProved(_Strict):
    """The certificate of a doctorate that was awaited was brought."""

    kind: Literal["doctorate_proved"]
    doctorate_on: Day


class OpeningReport(_Dated):
    """The opening report (开题) was given."""

    kind: Literal["opening_report"]
    passed: bool


class Midterm(_ByPanel):
    """The mid-term panel has concluded; failing it means leaving."""

    kind: Literal["midterm"]


class Extended(_Strict):
    """The time is extended (延期), within the usual longest time."""

    kind: Literal["extended"]
    term_until: Day


class ExtensionAsked(_Strict):
    """The unit asks for more than the usual longest time."""

    kind: Literal["extension_asked"]
    term_until: Day


class ExtensionApproved(_Strict):
    """The office approves what was asked for, or less of it."""

    kind: Literal["extension_approved"]
    term_until: Day


class ExtensionRefused(_Strict):
    """The office refuses what was asked for: the agreed time stays."""

    kind: Literal["extension_refused"]


class AdvisorChanged(_Dated):
    """Another advisor guides the fellow."""

    kind: Literal["advisor_changed"]
    advisor_id: UUID


class Absent(_Spanning):
    """Absence without leave (旷工)."""

    kind: Literal["absent"]


class Leave(_Spanning):
    """A leave; whoever is not back after its last day is absent."""

    kind: Literal["leave"]


class Overseas(_Spanning):
    """A stay abroad."""

    kind: Literal["overseas"]


class Returned(_Dated):
    """Back from leave or abroad, at work from this day on."""

    kind: Literal["returned"]


class TransferProposed(_Strict):
    """The unit, or the office for a station that closes, proposes a transfer to another station."""

    kind: Literal["transfer_proposed"]
    station_id: UUID


class TransferAgreed(_Strict):
    """The fellow agrees to the transfer."""

    kind: Literal["transfer_agreed"]


class TransferDropped(_Strict):
    """The transfer does not come about."""

    kind: Literal["transfer_dropped"]


class Transferred(_Dated):
    """The other station takes the fellow over, from the day on."""

    kind: Literal["transferred"]
    discipline: Code
    advisor_id: UUID
    term_until: Day


class ExitApplied(_Strict):
    """Fellow or unit apply for the exit (出站)."""

    kind: Literal["exit_applied"]


class ExitPanel(_ByPanel):
    """The exit panel has concluded."""

    kind: Literal["exit_panel"]


class ExitRetry(_Strict):
    """The office allows a second assessment within the time that the region gives for it."""

    kind: Literal["exit_retry"]


class Exited(_Dated):
    """The office approves the exit; the day is the last in the station."""

    kind: Literal["exited"]


class LeftEarly(_Dated):
    """The fellow leaves early (退站) on one of the grounds."""

    kind: Literal["left_early"]
    ground: Ground


class Died(_Dated):
    """The fellow has died."""

    kind: Literal["died"]


NewEntry = Annotated[
    Consented
    | Excepted
    | Submitted
    | EntryPanel
    | ObjectionRaised
    | ObjectionSettled
    | Refused
    | Withdrawn
    | Entered
    | DoctorateProved
    | OpeningReport
    | Midterm
    | Extended
    | ExtensionAsked
    | ExtensionApproved
    | ExtensionRefused
    | AdvisorChanged
    | Absent
    | Leave
    | Overseas
    | Returned
    | TransferProposed
    | TransferAgreed
    | TransferDropped
    | Transferred
    | ExitApplied
    | ExitPanel
    | ExitRetry
    | Exited
    | LeftEarly
    | Died,
    Field(discriminator="kind"),
]


class Correction(_Strict):
    """What stands in the place of an entry: the same kind with other content, or nothing."""

    reason: Words
    content: Annotated[NewEntry | Applied, Field(discriminator="kind")] | None = None
    """None where it never happened."""
