"""Bulk work: a file of rows, done by the worker in steps, with progress and a report."""

from .kinds import Fault, JobKind, Outcome, RowRefused
from .runner import JobRunner

__all__ = ["Fault", "JobKind", "JobRunner", "Outcome", "RowRefused"]
