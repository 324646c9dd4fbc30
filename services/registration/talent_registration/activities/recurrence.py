"""Sessions that recur (重复场次): a rule is written out into sessions as a draft is written.

Pure. A small part of RFC 5545's RRULE, which dateutil works out; by the clock of Asia/Shanghai.
"""

from datetime import date, datetime
from itertools import islice
from typing import Annotated, Literal

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from talent_kit.clock import SHANGHAI

MOST_MEETINGS = 100
Weekday = Literal["mo", "tu", "we", "th", "fr", "sa", "su"]

_FREQUENCIES = {"day": DAILY, "week": WEEKLY, "month": MONTHLY}
_WEEKDAYS: tuple[Weekday, ...] = ("mo", "tu", "we", "th", "fr", "sa", "su")
_LONGEST_DAYS = 731
"""From the first to the last: what is further away is another activity."""


class Repeats(BaseModel):
    """How often a session recurs, the first included; `times` or `until`, one of both.

    A month without the first one's day has none.
    """

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"examples": [{"every": "week", "on": ["tu", "th"], "times": 10}]},
    )

    every: Literal["day", "week", "month"]
    interval: int = Field(default=1, ge=1, le=12, description="Every so many days, weeks, months.")
    on: list[Weekday] = Field(
        default_factory=list, max_length=7, description="Of every week alone; none: the first's."
    )
    times: int | None = Field(default=None, ge=2, le=MOST_MEETINGS)
    until: date | None = Field(default=None, description="The last day, in Asia/Shanghai.")
    without: list[Annotated[date, Field(examples=["2026-10-01"])]] = Field(
        default_factory=list, max_length=MOST_MEETINGS, description="Days on which there is none."
    )

    @model_validator(mode="after")
    def _one_end(self) -> "Repeats":
        if (self.times is None) == (self.until is None):
            raise PydanticCustomError("times_or_until", "times or until, one of both")
        if self.on and self.every != "week":
            raise PydanticCustomError("days_of_weeks", "days are named of weeks alone")
        return self


def occurrences(first: datetime, rule: Repeats) -> list[datetime]:
    """Return when a session starts each time; raises PydanticCustomError for what is no rule."""
    local = first.astimezone(SHANGHAI).replace(tzinfo=None)
    days = [_WEEKDAYS.index(day) for day in rule.on] or None
    if days is not None and local.weekday() not in days:
        raise PydanticCustomError("starts_otherwise", "the first session is on none of the days")
    until = rule.until and datetime.combine(rule.until, local.time())
    if until is not None and (until - local).days > _LONGEST_DAYS:
        raise PydanticCustomError("too_far", "it recurs for more than two years")
    told = rrule(
        _FREQUENCIES[rule.every],
        dtstart=local,
        interval=rule.interval,
        count=rule.times,
        until=until,
        byweekday=days,
    )
    found = list(islice(told, MOST_MEETINGS + 1))
    if len(found) > MOST_MEETINGS or (found and (found[-1] - local).days > _LONGEST_DAYS):
        raise PydanticCustomError("too_far", "it recurs too often, or for more than two years")
    left = [each for each in found if each.date() not in rule.without]
    if not left:
        raise PydanticCustomError("never", "no session is left")
    return [each.replace(tzinfo=SHANGHAI) for each in left]
