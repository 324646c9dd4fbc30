"""The sample's tables."""

from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel
from talent_kit.tables import new_registry


class Base(SQLModel, registry=new_registry()):
    """Tables of the sample service."""


class Note(Base, table=True):
    """A note of one talent; its text is personal."""

    __table_args__ = ({"info": {"retention": "business"}},)

    id: UUID = Field(primary_key=True)
    owner: str
    text: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    version: int


class Effect(Base, table=True):
    """What consuming did: the events of a subject by serial, and how often each took effect."""

    __table_args__ = ({"info": {"retention": "business"}},)

    subject: UUID = Field(primary_key=True)
    serial: int = Field(primary_key=True)
    applied: int
