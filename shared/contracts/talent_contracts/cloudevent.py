"""The envelope: CloudEvents 1.0 in structured JSON."""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class EventData(BaseModel):
    """What an event says; subclasses name their type. Frozen; v1 changes only by addition.

    Never holds a direct identifier of a person: no name, document or phone number, address, bank
    account or picture.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str]
    """Name of the field that holds the aggregate's id."""

    version: int
    """The aggregate's version after the change; a projection ignores what is older than it has."""

    @property
    def subject(self) -> UUID:
        """The aggregate's id: CloudEvents subject, and the key that keeps its events in order."""
        identifier: UUID = getattr(self, self.SUBJECT)
        return identifier

    @classmethod
    def topic(cls) -> str:
        """The topic of the service that owns the type, such as `talent.identity`."""
        return ".".join(cls.TYPE.split(".")[:2])


class CloudEvent(BaseModel):
    """One event on its way; unknown attributes are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    traceparent: str | None = None
    data: dict[str, Any]
