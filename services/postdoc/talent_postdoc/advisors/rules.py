"""Titles of advisors, and which of them qualify."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from ..terms.rules import Terms


@dataclass(frozen=True)
class Title:
    """A title; both days inclusive, and open where absent."""

    code: str
    rank: Literal["senior", "vice_senior"]
    zh: str
    en: str
    awarded_from: date | None = None
    awarded_until: date | None = None


@cache
def titles() -> Mapping[str, Title]:
    """Return the titles that come with the service, by code."""
    text = files("talent_postdoc.advisors").joinpath("titles.yaml").read_text("utf-8")
    rows: list[dict[str, Any]] = yaml.safe_load(text)
    return {
        row["code"]: Title(
            code=row["code"],
            rank=row["rank"],
            zh=row["zh"],
            en=row["en"],
            awarded_from=row.get("from"),
            awarded_until=row.get("until"),
        )
        for row in rows
    }


def known_on(code: str, on: date) -> bool:
    """Tell whether somebody may hold a title on a day; what was awarded once is kept."""
    title = titles().get(code)
    return title is not None and (title.awarded_from or on) <= on


def qualified(code: str, terms: Terms) -> bool:
    """Tell whether a title qualifies an advisor by the figures of the region."""
    return titles()[code].rank == "senior" or terms["ADVISOR_VICE_SENIOR"] > 0
