"""The regions of the deployment: dated GB/T 2260 codes, loaded once from `regions.yaml`."""

from functools import cache
from importlib.resources import files

import yaml
from talent_rules import Region, RegionTree


@cache
def regions() -> RegionTree:
    """Return the tree of regions; scope is ancestry at a date, never a prefix of the code."""
    rows = yaml.safe_load(files("talent_kit").joinpath("regions.yaml").read_text("utf-8"))
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
        for row in rows
    )
