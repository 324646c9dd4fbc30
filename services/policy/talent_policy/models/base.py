"""The registry of this service's tables, apart from every other service's."""

from sqlmodel import SQLModel
from talent_kit.tables import new_registry


class Base(SQLModel, registry=new_registry()):
    """Base of all tables of the policy service."""
