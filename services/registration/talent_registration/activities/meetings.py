"""A session as an organiser writes it: when and where, and how often it recurs."""

from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual

from .questions import LONGEST_NAME, Name
from .recurrence import Repeats, occurrences

RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{6}$"), Field(examples=["350702"])]

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Coordinates(BaseModel):
    """By WGS 84."""

    model_config = _STRICT

    latitude: float = Field(ge=-90, le=90, examples=[26.6417])
    longitude: float = Field(ge=-180, le=180, examples=[118.1777])


class MeetingContent(BaseModel):
    """One session (场次)."""

    model_config = _STRICT

    name: Name
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    place: Bilingual
    region: RegionCode | None = Field(
        default=None, description="The county or city in which it is held; none: online."
    )
    at: Coordinates | None = Field(default=None, description="Where that is; none: online, or so.")
    repeats: Repeats | None = Field(
        default=None,
        description="It is written out into sessions NAME-1, NAME-2 and so on; tickets that name "
        "NAME admit to all of them.",
    )

    def written_out(self) -> list["MeetingContent"]:
        """Return each session of it; itself where it does not recur."""
        if self.repeats is None:
            return [self]
        lasts = self.ends_at - self.starts_at
        found = occurrences(self.starts_at, self.repeats)
        if len(f"{self.name}-{len(found)}") > LONGEST_NAME:
            raise PydanticCustomError("name_too_long", "no room for a number after the name")
        return [
            self.model_copy(
                update={
                    "name": f"{self.name}-{number}",
                    "starts_at": starts_at,
                    "ends_at": starts_at + lasts,
                    "repeats": None,
                }
            )
            for number, starts_at in enumerate(found, start=1)
        ]

    @model_validator(mode="after")
    def _ends_later(self) -> "MeetingContent":
        if self.ends_at <= self.starts_at:
            raise PydanticCustomError("ends_too_early", "ends before it starts")
        return self
