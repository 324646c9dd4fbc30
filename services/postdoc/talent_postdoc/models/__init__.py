"""The tables of the postdoc service; every module of them is imported here, to be migrated."""

from . import (
    advisors,
    candidacies,
    deadlines,
    documents,
    fellows,
    imports,
    panels,
    parties,
    positions,
    stations,
    terms,
    warnings,
)
from .base import Base

__all__ = [
    "Base",
    "advisors",
    "candidacies",
    "deadlines",
    "documents",
    "fellows",
    "imports",
    "panels",
    "parties",
    "positions",
    "stations",
    "terms",
    "warnings",
]
