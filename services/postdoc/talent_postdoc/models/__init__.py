"""The tables of the postdoc service; every module of them is imported here, to be migrated."""

from . import deadlines, fellows, parties, stations, terms
from .base import Base

__all__ = ["Base", "deadlines", "fellows", "parties", "stations", "terms"]
