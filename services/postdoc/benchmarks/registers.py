"""A synthetic register as a province keeps one: stations, and the fellows in them; nobody's names.

`python registers.py FOLDER` writes `stations.csv` and `fellows.csv`: 1,419 stations in Jiangsu's
thirteen cities and 8,003 fellows, the same again for the same seed and day.
"""

import csv
import io
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from talent_kit.regions import region_and_below
from talent_postdoc.disciplines.rules import catalogue

SEED = 20201231
STATIONS, FELLOWS = 1_419, 8_003
DAY = date(2026, 11, 22)
_KINDS = ("流动站", "工作站", "分站", "创新实践基地")
_STATIONS = (
    "编号,站名称,设站单位,单位编号,类型,级别,地区,学科,批准日期,状态,状态日期,所属工作站编号"
)
_FELLOWS = "编号,站编号,人才代号,学科,进站日期,预计出站日期,已开题,中期考核,博士学位日期"


def stations(count: int = STATIONS, day: date = DAY, region: str = "320000") -> list[list[str]]:
    """Return the rows of a register of stations, header first."""
    chance = random.Random(SEED)  # noqa: S311 - synthetic data
    places = region_and_below(region, day)[1:]
    codes = sorted(catalogue().disciplines)
    rows, workstations = [_STATIONS.split(",")], []
    for number in range(1, count + 1):
        kind = chance.choices(_KINDS, (2, 5, 1, 3))[0] if workstations else "工作站"
        approved = day - timedelta(days=chance.randrange(400, 9_000))
        status = chance.choices(("正常", "警告", "撤销"), (95, 3, 2))[0]
        since = approved + timedelta(days=chance.randrange(400)) if status != "正常" else None
        name = f"Z{number:05d}"
        rows.append(
            [
                name,
                f"示例博士后站{number}",
                f"示例单位{number}",
                str(_uuid(chance)),
                kind,
                chance.choice(("国家级", "省级")),
                chance.choice(places),
                "；".join(chance.sample(codes, 2)),
                approved.isoformat(),
                status,
                since.isoformat() if since else "",
                chance.choice(workstations) if kind == "分站" else "",
            ]
        )
        if kind == "工作站" and status == "正常":
            workstations.append(name)
    return rows


def fellows(
    given: Sequence[Sequence[str]], count: int = FELLOWS, day: date = DAY
) -> list[list[str]]:
    """Return the rows of the fellows in some stations, header first; some are long overdue."""
    chance = random.Random(SEED + 1)  # noqa: S311 - synthetic data
    open_ = [row for row in given[1:] if row[9] != "撤销"]
    rows = [_FELLOWS.split(",")]
    for number in range(1, count + 1):
        station = chance.choice(open_)
        approved = date.fromisoformat(station[8])
        entered = max(approved, day - timedelta(days=chance.randrange(1, 1_400)))
        until = entered + timedelta(days=chance.choice((730, 1_095)))
        rows.append(
            [
                f"B{number:05d}",
                station[0],
                str(_uuid(chance)),
                station[7].split("；")[0],
                entered.isoformat(),
                until.isoformat(),
                chance.choice(("是", "", "")),
                chance.choice(("合格", "优秀", "", "")),
                (entered - timedelta(days=chance.randrange(30, 900))).isoformat(),
            ]
        )
    return rows


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as a CSV file that spreadsheets read."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return ("\ufeff" + text.getvalue()).encode()


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _files() -> Iterator[tuple[str, bytes]]:
    rows = stations()
    yield "stations.csv", written(rows)
    yield "fellows.csv", written(fellows(rows))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, content in _files():
        (folder / name).write_bytes(content)
