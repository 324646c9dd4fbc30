"""The public search of positions at 200 requests a second over 5,000 positions.

`python services/postdoc/benchmarks/bench_positions.py [--positions 5000]` prints JSON. Service,
PostgreSQL and callers (`searchers.py`) are processes of their own; no cache stands between, and
every request is answered in full. What is asked: the first page, words in Chinese and in English,
disciplines, regions, kinds, pay, and mixtures of these, 400 different ones.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import uvloop
from talent_kit.clock import local_date
from talent_kit.database import Database
from talent_kit.identifiers import new_id
from talent_kit.keyring import create_keyring
from talent_kit.migrations import migrate
from talent_kit.regions import region_and_below
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.testing.services import ISSUER, Issuer
from talent_postdoc.disciplines.rules import catalogue
from talent_postdoc.main import MIGRATIONS
from talent_postdoc.models.positions import Position, RecruitmentPlan
from talent_postdoc.models.stations import Station
from talent_postdoc.positions import repository

SEARCHERS = Path(__file__).with_name("searchers.py")
RATE, SECONDS = 200, 20
STATIONS = 1_000
SEED = 20261122
_SIGNS = "光电材料芯片医药智能海洋量子储能环境结构算法催化遥感育种"
ZH = [one + other for one in _SIGNS for other in _SIGNS if one != other][:600]
_STEMS = ("nano", "bio", "geo", "opto", "thermo", "electro", "hydro", "astro", "neuro", "chemo")
_ENDS = (
    "metry",
    "graphy",
    "logy",
    "physics",
    "genics",
    "dynamics",
    "synthesis",
    "scopy",
    "tronics",
)
_FIELDS = ("", "soil", "plasma", "crystal", "marine", "polymer", "quantum")
EN = [f"{field}{stem}{end}" for field in _FIELDS for stem in _STEMS for end in _ENDS][:600]
WEIGHTS = [1 / (rank + 3) for rank in range(600)]
"""Words are as unequally common as those of real texts."""
KINDS = ("mobile", "workstation", "branch", "practice_base")


async def main(positions: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(durable_postgres(folder / "postgres"))
        databases = Databases(postgres)
        url, bus_url = await databases.create(), await databases.create()
        await migrate(url, MIGRATIONS)
        chance = random.Random(SEED)  # noqa: S311 - data to search in
        await _fill(url, chance, positions)
        port, service = stack.enter_context(_served(folder, url, bus_url))
        file = folder / "paths"
        file.write_text("\n".join(_paths(chance, 400)), "utf-8")
        _ask(port, 50, 4, file)  # a process that has just started compiles and prepares
        before = _seconds(service), _seconds(postgres.pid)
        found = _ask(port, RATE, SECONDS, file)
        taken = _seconds(service) - before[0], _seconds(postgres.pid) - before[1]
    asked = RATE * SECONDS
    cpu = {
        "service_cpu_ms": round(taken[0] / asked * 1000, 2),
        "postgresql_cpu_ms": round(taken[1] / asked * 1000, 2),
    }
    sys.stdout.write(json.dumps({"positions": positions, "rate": RATE} | found | cpu) + "\n")


def _seconds(pid: int) -> float:
    """Return the CPU time of a process, of those it started, and of those of these that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    lines = (each.read_text() for each in Path(f"/proc/{pid}/task").glob("*/children"))
    started = [int(child) for line in lines for child in line.split()]
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(_seconds, started))


def _ask(port: int, rate: int, seconds: int, file: Path) -> dict[str, Any]:
    command = [sys.executable, SEARCHERS, str(port), str(rate), str(seconds), str(file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _paths(chance: random.Random, count: int) -> Iterator[str]:
    regions = region_and_below("320000", local_date(datetime.now(UTC)))
    codes = list(catalogue().disciplines)
    for _ in range(count):
        asked: dict[str, Any] = {"limit": 20}
        if chance.random() < 0.5:
            words = chance.choice((ZH, EN))
            asked["q"] = chance.choices(words, WEIGHTS)[0]
        if chance.random() < 0.3:
            asked["discipline"] = chance.choice(codes)
        if chance.random() < 0.3:
            asked["region"] = chance.choice(regions)
        if chance.random() < 0.2:
            asked["kind"] = chance.choice(KINDS)
        if chance.random() < 0.2:
            asked["pay"] = chance.randrange(200_000, 500_000) * 100
        if chance.random() < 0.3:
            asked["open_now"] = "true"
        yield f"/v1/positions?{urlencode(asked)}"


async def _fill(url: str, chance: random.Random, count: int) -> None:
    """Make stations, each with a plan, and positions under them."""
    now = datetime.now(UTC)
    today = local_date(now)
    regions = region_and_below("320000", today)[1:]
    codes = list(catalogue().disciplines)
    same = {"created_at": now, "changed_at": now, "version": 1}
    unit = new_id()
    workstation = new_id()
    stations = [
        {
            "id": workstation if number == 0 else new_id(),
            "kind": KINDS[1] if number == 0 else (kind := chance.choice(KINDS)),
            "level": chance.choice(("national", "provincial")),
            "model": False,
            "status": "active",
            "name_zh": f"示例站{number}",
            "name_en": f"Example station {number}",
            "unit_id": unit,
            "unit_zh": f"示例单位{number}",
            "unit_en": f"Example unit {number}",
            "region": chance.choice(regions),
            "parent_id": workstation if number and kind == "branch" else None,
            "disciplines": chance.sample(codes, 3),
            "approval": "new",
            "approved_on": today,
            **same,
        }
        for number in range(STATIONS)
    ]
    plans = [
        {
            "id": new_id(),
            "station_id": each["id"],
            "unit_id": unit,
            "region": each["region"],
            "year": today.year,
            "planned": dict.fromkeys(each["disciplines"], 100),
            **same,
        }
        for each in stations
    ]
    database = Database(url, 1)
    async with database.transaction() as session:
        session.add_all([Station(**each) for each in stations[:1]])
        await session.flush()  # the branches are under it
        session.add_all([Station(**each) for each in stations[1:]])
        await session.flush()
        session.add_all([RecruitmentPlan(**each) for each in plans])
    for begin in range(0, count, 500):
        async with database.transaction() as session:
            for number in range(begin, min(begin + 500, count)):
                place = chance.randrange(STATIONS)
                station = Station(**stations[place])
                position = _position(chance, station, plans[place], now, number, same)
                session.add(position)
                await repository.index(session, position, station)
    async with database.single.connect() as connection:
        await connection.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum does in a minute
    await database.close()


def _position(
    chance: random.Random,
    station: Station,
    plan: dict[str, Any],
    now: datetime,
    number: int,
    same: dict[str, Any],
) -> Position:
    words = chance.choices(range(600), WEIGHTS, k=40)
    zh, en = "".join(ZH[each] for each in words), " ".join(EN[each] for each in words)
    pay = chance.randrange(200_000, 400_000) * 100
    today = local_date(now)
    return Position(
        id=new_id(),
        plan_id=plan["id"],
        station_id=station.id,
        unit_id=station.unit_id,
        region=station.region,
        title_zh=f"{zh[:4]}博士后",
        title_en=f"Postdoc in {EN[words[0]]} and {EN[words[1]]}",
        about_zh=zh,
        about_en=en,
        disciplines=[chance.choice(station.disciplines)],
        number=chance.randrange(1, 5),
        taken=0,
        pay_least=pay,
        pay_most=pay + 5_000_000,
        language=chance.choice(("zh", "en", "both")),
        questions=[],
        opens_on=today + timedelta(days=chance.choice((0, 0, 0, 10))),
        closes_on=today + timedelta(days=chance.randrange(10, 90)),
        status="published",
        published_at=now - timedelta(minutes=number),
        **same,
    )


@contextmanager
def _served(folder: Path, url: str, bus_url: str) -> Iterator[tuple[int, int]]:
    """Start the service as in production; yield its port and its process."""
    create_keyring(folder / "keys.json")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    given = {
        "DATABASE_URL": url,
        "BUS_URL": bus_url,
        "KEYS_FILE": str(folder / "keys.json"),
        "ISSUER": ISSUER,
        "JWKS_URL": Issuer(folder).jwks_url,
        "BLOBS_URL": (folder / "blobs").as_uri(),
        "ENVIRONMENT": "development",
        "TRACE_SAMPLE": "0",
        "LOG_LEVEL": "ERROR",
        "PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "talent_postdoc", "serve"],
        env=os.environ | {f"POSTDOC_{name}": value for name, value in given.items()},
    )
    try:
        for _ in range(300):
            try:
                with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                    break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--positions", type=int, default=5_000)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(parser.parse_args().positions))
