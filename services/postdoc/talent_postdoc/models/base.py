"""What the tables of the service have alike."""

from typing import Any

from sqlalchemy import DateTime
from sqlmodel import SQLModel
from talent_kit.tables import new_registry


class Base(SQLModel, registry=new_registry()):
    """A registry of its own: the default one is shared by the whole process."""


INSTANT: Any = DateTime(timezone=True)
BUSINESS = {"info": {"retention": "business"}}
PERSONAL = {"info": {"retention": "personal"}}
