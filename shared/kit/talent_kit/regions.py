"""The regions of the deployment: dated GB/T 2260 codes, loaded once from `regions.yaml`."""

from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from talent_rules import Region, RegionTree

from .texts import Bilingual


@cache
def regions() -> RegionTree:
    """Return the tree of regions; scope is ancestry at a date, never a prefix of the code."""
    return RegionTree(
        Region(
            code=str(row["code"]),
            name_zh=row["zh"],
            name_en=row["en"],
            parent=str(row["parent"]) if row.get("parent") else None,
            valid_from=row["from"],
            valid_until=row.get("until"),
            successor=str(row["successor"]) if row.get("successor") else None,
        )
        for row in _rows()
    )


@lru_cache(maxsize=1024)
def region_and_below(code: str, on: date) -> tuple[str, ...]:
    """Return the codes of a region and of all that lie in it on a day, for list queries."""
    codes = dict.fromkeys(str(row["code"]) for row in _rows())
    return tuple(known for known in codes if regions().within(known, code, on))


def region_name(code: str, on: date) -> Bilingual:
    """Return what a region is called on a day; the code itself where there is none."""
    for row in _rows():
        ends = row.get("until")
        if str(row["code"]) == code and row["from"] <= on and (ends is None or on <= ends):
            return Bilingual(zh=row["zh"], en=row["en"])
    return Bilingual(zh=code, en=code)


@cache
def _rows() -> list[dict[str, Any]]:
    text = files("talent_kit").joinpath("regions.yaml").read_text("utf-8")
    rows: list[dict[str, Any]] = yaml.safe_load(text)
    return rows
