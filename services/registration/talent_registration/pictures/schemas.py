"""What is sent and shown of pictures."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)


class PictureContent(BaseModel):
    """A file that you brought, and in words what it shows, for who cannot see it."""

    model_config = _STRICT

    file_id: UUID
    alt: Bilingual = Field(examples=[{"zh": "招聘会现场", "en": "The hall of the fair"}])


def _different(given: list[PictureContent]) -> list[PictureContent]:
    if len({each.file_id for each in given}) < len(given):
        raise PydanticCustomError("given_twice", "a picture stands twice")
    return given


class Pictures(BaseModel):
    """All pictures of an activity, in the order in which they are shown."""

    model_config = _STRICT

    pictures: Annotated[list[PictureContent], Field(max_length=10), AfterValidator(_different)]


class PicturesOut(BaseModel):
    """`version` is the activity's."""

    pictures: list[PictureContent]
    version: int
