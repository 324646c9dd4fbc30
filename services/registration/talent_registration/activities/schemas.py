"""What is sent and shown of activities."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual

from .codes import plain
from .meetings import Coordinates, MeetingContent, RegionCode
from .questions import MOST_QUESTIONS, Question, check_order
from .recurrence import MOST_MEETINGS
from .states import Status
from .surveys import MOST, SurveyQuestion, names_of
from .tickets import MOST_SEATS, QuotaContent, QuotaOut, TicketContent, TicketOut

ActivityKind = Literal["fair", "campus_trip", "contest", "forum", "salon", "training", "talent_day"]
ActivityHost = Literal["government", "joint", "public_body", "other"]
RECRUITING: frozenset[str] = frozenset({"fair", "campus_trip"})
"""Kinds of activities that are for recruitment (招聘活动)."""
LEAST_CODE = 6
"""Characters of an access code."""

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)


class RefundStep(BaseModel):
    """Who gives a seat up at least so many days before it begins gets so much of the price back."""

    model_config = _STRICT

    days: int = Field(ge=0, le=365)
    percent: int = Field(ge=0, le=100)


class NoShowRule(BaseModel):
    """Who had a seat and did not come so many times within so many days is not admitted.

    Activities count that are finished and had a check-in, whoever organised them.
    """

    model_config = _STRICT

    missed: int = Field(ge=1, le=20)
    days: int = Field(ge=1, le=730)


class ActivityContent(BaseModel):
    """An activity as its organiser writes it; instants carry their offset."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {
                    "kind": "fair",
                    "host": "government",
                    "region": "350700",
                    "title": {"zh": "秋季人才交流会", "en": "Autumn talent fair"},
                    "about": {"zh": "企业现场招聘", "en": "Employers recruit on the spot"},
                    "opens_at": "2026-09-01T09:00:00+08:00",
                    "closes_at": "2026-09-20T18:00:00+08:00",
                    "cancel_until": "2026-09-24T18:00:00+08:00",
                    "meetings": [
                        {
                            "name": "day-1",
                            "starts_at": "2026-09-26T09:00:00+08:00",
                            "ends_at": "2026-09-26T17:00:00+08:00",
                            "place": {"zh": "会展中心", "en": "Exhibition centre"},
                            "region": "350703",
                        }
                    ],
                    "quotas": [
                        {
                            "name": "hall",
                            "label": {"zh": "全场", "en": "Whole hall"},
                            "capacity": 500,
                        }
                    ],
                    "tickets": [
                        {
                            "name": "visitor",
                            "label": {"zh": "观众", "en": "Visitor"},
                            "quotas": ["hall"],
                            "meetings": ["day-1"],
                        }
                    ],
                }
            ]
        },
    )

    kind: ActivityKind
    host: ActivityHost = Field(
        default="other",
        description="Who hosts it (主办), whoever carries it out; a party organ is government. "
        "Measures that pay for attendance look at it.",
    )
    hours: int | None = Field(
        default=None,
        ge=0,
        le=500,
        description="Whoever attends has a certificate, once it is over, that says so many hours "
        "of continuing education (学时); none: there is no certificate.",
    )
    survey: list[SurveyQuestion] = Field(
        default_factory=list,
        max_length=MOST,
        description="Asked of who was there, beside a grade from 1 to 5; counted without names.",
    )
    region: RegionCode
    title: Bilingual
    about: Bilingual
    opens_at: AwareDatetime = Field(description="When registration begins.")
    closes_at: AwareDatetime = Field(description="When registration ends.")
    cancel_until: AwareDatetime = Field(description="Until when a seat can be given back.")
    regions: list[RegionCode] = Field(
        default_factory=list,
        max_length=200,
        description="Whose talents are admitted, with all that lies in them; none: everybody.",
    )
    priority: list[RegionCode] = Field(
        default_factory=list,
        max_length=50,
        description="Who waits is served in the order of these regions, then all others; within "
        "each by time. None: by time alone.",
    )
    no_show: NoShowRule | None = None
    refunds: list[RefundStep] = Field(
        default_factory=list,
        max_length=10,
        description="What goes back of a price; none: all of it. Later than the last step nothing "
        "does. When you cancel, everything does.",
    )
    waiting_list: bool = True
    offer_minutes: int = Field(
        default=720, ge=5, le=14 * 24 * 60, description="How long a seat is kept that came free."
    )
    meetings: list[MeetingContent] = Field(min_length=1, max_length=MOST_MEETINGS)
    quotas: list[QuotaContent] = Field(min_length=1, max_length=100)
    tickets: list[TicketContent] = Field(min_length=1, max_length=100)
    questions: list[Question] = Field(default_factory=list, max_length=MOST_QUESTIONS)

    @model_validator(mode="after")
    def _write_out(self) -> "ActivityContent":
        _once(each.name for each in self.meetings)
        parts = {each.name: each.written_out() for each in self.meetings}
        self.meetings = [one for each in parts.values() for one in each]
        if len(self.meetings) > MOST_MEETINGS:
            raise PydanticCustomError("too_many_sessions", "more than a hundred sessions")
        for ticket in self.tickets:
            ticket.meetings = [
                name
                for given in ticket.meetings
                for name in ([one.name for one in parts[given]] if given in parts else [given])
            ]
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> "ActivityContent":
        if self.closes_at <= self.opens_at:
            raise PydanticCustomError("closes_too_early", "registration ends before it begins")
        if self.closes_at > max(each.ends_at for each in self.meetings):
            raise PydanticCustomError("closes_too_late", "registration ends after the activity")
        for part in (self.meetings, self.quotas, self.tickets):
            _once(each.name for each in part)
        for ticket in self.tickets:
            _once(ticket.quotas)
            _once(ticket.meetings)
            _once(ticket.degrees)
            _once(ticket.talent_classes)
            _known(ticket.quotas, self.quotas)
            _known(ticket.meetings, self.meetings)
            if (ticket.closes_at or self.closes_at) <= (ticket.opens_at or self.opens_at):
                raise PydanticCustomError("closes_too_early", "a ticket's window is empty")
        for question in self.questions:
            _known(question.tickets, self.tickets)
        check_order(self.questions)
        for names in names_of(self.survey):
            _once(names)
        _once(str(step.days) for step in self.refunds)
        return self


def _once(names: Iterable[str]) -> None:
    given = list(names)
    if len(set(given)) < len(given):
        raise PydanticCustomError("given_twice", "a name stands twice")


def _known(
    names: Sequence[str], parts: Sequence[MeetingContent | QuotaContent | TicketContent]
) -> None:
    if not {part.name for part in parts}.issuperset(names):
        raise PydanticCustomError("unknown_name", "a part names what is not there")


class SendBack(BaseModel):
    """Why an activity is not published as it stands; for its organiser."""

    model_config = _STRICT

    reason: Literal["dates-wrong", "venue-unclear", "audience-wrong", "not-public", "other"]


class Capacity(BaseModel):
    model_config = _STRICT

    capacity: int = Field(ge=0, le=MOST_SEATS)


class AccessCode(BaseModel):
    """A code that a ticket's audience shares; capitals, spaces and hyphens do not matter."""

    model_config = _STRICT

    code: str = Field(min_length=1, max_length=64, examples=["MAPLE-2026"])

    @field_validator("code")
    @classmethod
    def _long_enough(cls, code: str) -> str:
        if len(plain(code)) < LEAST_CODE:
            raise PydanticCustomError("code_too_short", "too easy to guess")
        return code


class MeetingOut(BaseModel):
    id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    place: Bilingual
    region: str | None
    at: Coordinates | None


class ActivityLine(BaseModel):
    """An activity in a list."""

    id: UUID
    kind: ActivityKind
    region: str
    title: Bilingual
    status: Status
    opens_at: datetime
    closes_at: datetime
    version: int
    distance_km: float | None = Field(
        default=None, description="Of its nearest venue, where you asked for what is near."
    )


class ActivityOut(ActivityLine):
    host: ActivityHost
    hours: int | None
    survey: list[SurveyQuestion]
    about: Bilingual
    cancel_until: datetime
    regions: list[str]
    priority: list[str]
    no_show: NoShowRule | None
    refunds: list[RefundStep]
    waiting_room_from: datetime | None = Field(
        description="From when its waiting room can be entered; none: claims need no turn."
    )
    waiting_list: bool
    offer_minutes: int
    meetings: list[MeetingOut]
    quotas: list[QuotaOut]
    tickets: list[TicketOut]
    questions: list[Question]
