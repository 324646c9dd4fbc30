"""The tables of the postdoc service; every module of them is imported here, to be migrated."""

from . import (
    advisors,
    applications,
    candidacies,
    certificates,
    deadlines,
    documents,
    evaluations,
    fellows,
    imports,
    links,
    panels,
    parties,
    positions,
    revocations,
    stations,
    terms,
    warnings,
)
from .base import Base

__all__ = [
    "Base",
    "advisors",
    "applications",
    "candidacies",
    "certificates",
    "deadlines",
    "documents",
    "evaluations",
    "fellows",
    "imports",
    "links",
    "panels",
    "parties",
    "positions",
    "revocations",
    "stations",
    "terms",
    "warnings",
]
