"""Regions as dated data: who lies within whom at a date, never by the digits of a code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, zip_longest
from typing import NamedTuple

from .errors import RegionError

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Region:
    """A region under one parent for one span of time.

    `valid_until` is the last day on which the row holds, None for no end. `successor` takes the
    region's place afterwards (a county that became a district under another code).
    """

    code: str
    name_zh: str
    name_en: str
    parent: str | None
    valid_from: date
    valid_until: date | None = None
    successor: str | None = None


class _Span(NamedTuple):
    """From `first` to `last` the code stands for `line[0]`, whose ancestors follow it."""

    first: date
    last: date
    line: tuple[str, ...]


class RegionTree:
    """Ancestry of regions at any date.

    Raises RegionError for rows that make no tree; codes: ends-before-start, overlap, unknown-parent
    (for a part of the row's span), cycle, unknown-successor.
    """

    def __init__(self, rows: Iterable[Region]) -> None:
        self._rows: dict[str, list[Region]] = {}
        for row in sorted(rows, key=lambda row: row.valid_from):
            self._rows.setdefault(row.code, []).append(row)
        self._check_spans()
        self._own = {
            code: [
                span for row in rows for span in self._climb(row, row.valid_from, _last(row), ())
            ]
            for code, rows in self._rows.items()
        }
        self._spans: dict[str, tuple[_Span, ...]] = {
            code: tuple(self._standing(code, date.min, date.max, frozenset()))
            for code in self._rows
        }

    def exists(self, code: str, on: date) -> bool:
        """Whether a region bears this code on that day."""
        return any(row.valid_from <= on <= _last(row) for row in self._rows.get(code, ()))

    def within(self, code: str, ancestor: str, on: date) -> bool | None:
        """Whether a region is `ancestor` or lies in it on that day; None if unknown.

        A code that has ended stands for its successor. A region above `ancestor` is too coarse to
        tell (a province where the city is asked): None. None is falsy: for access it means no.
        """
        line = self._line(code, on)
        if line is None:
            return None
        if ancestor in line:
            return True
        upper = self._line(ancestor, on)
        if upper is None or line[0] in upper[1:]:
            return None
        return upper[0] in line

    def ancestors(self, code: str, on: date) -> tuple[str, ...]:
        """The regions above, nearest first; raises RegionError (unknown-region)."""
        line = self._line(code, on)
        if line is None:
            raise RegionError("unknown-region", code)
        return line[1:]

    def _line(self, code: str, on: date) -> tuple[str, ...] | None:
        for first, last, line in self._spans.get(code, ()):
            if first <= on <= last:
                return line
        return None

    def _check_spans(self) -> None:
        for code, rows in self._rows.items():
            for row in rows:
                if _last(row) < row.valid_from:
                    raise RegionError("ends-before-start", code)
                if row.successor is not None and row.successor not in self._rows:
                    raise RegionError("unknown-successor", code)
            if any(_last(row) >= after.valid_from for row, after in pairwise(rows)):
                raise RegionError("overlap", code)

    def _climb(
        self, row: Region, first: date, last: date, below: tuple[str, ...]
    ) -> Iterator[_Span]:
        if row.code in below:
            raise RegionError("cycle", row.code)
        below = (*below, row.code)
        if row.parent is None:
            yield _Span(first, last, below)
            return
        covered_from: date | None = first
        for parent in self._rows.get(row.parent, ()):
            start, end = max(first, parent.valid_from), min(last, _last(parent))
            if start > end:
                continue
            if start != covered_from:
                break
            yield from self._climb(parent, start, end, below)
            covered_from = None if end == last else end + ONE_DAY
        if covered_from is not None:
            raise RegionError("unknown-parent", row.code)

    def _standing(
        self, code: str, first: date, last: date, seen: frozenset[tuple[str, date]]
    ) -> Iterator[_Span]:
        """What the code stands for in a span: itself, and its successors where it ended."""
        if (code, first) in seen:
            raise RegionError("cycle", code)
        for span in self._own[code]:
            start, end = max(first, span.first), min(last, span.last)
            if start <= end:
                yield _Span(start, end, span.line)
        rows = self._rows[code]
        for row, after in zip_longest(rows, rows[1:]):
            if row.successor is None or _last(row) == date.max:
                continue
            start = max(first, _last(row) + ONE_DAY)
            end = min(last, after.valid_from - ONE_DAY) if after else last
            if start <= end:
                yield from self._standing(row.successor, start, end, seen | {(code, first)})


def _last(row: Region) -> date:
    return row.valid_until or date.max
