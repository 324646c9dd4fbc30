"""The public register."""

import csv
import io
from datetime import date

import pytest
from talent_postdoc.models.stations import StationEntry

PATH = "/v1/station-register"


@pytest.fixture(name="register")
async def _register(world):
    unit = await world.unit()
    await world.station(unit, name_en="A", kind="mobile", disciplines=["0812", "0805"])
    gone = await world.station(unit, name_en="B", level="city", region="350781")
    await world.station(unit, name_en="C", disciplines=["0201"], status="warned", model=True)
    await world.rows(
        "UPDATE station SET status = 'merged', successor_id = (SELECT id FROM station "
        "WHERE name_en = 'A') WHERE id = :id RETURNING 1",
        id=gone,
    )
    return world


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["C", "B", "A"]),
        ("?kind=mobile", ["A"]),
        ("?kind=mobile&kind=workstation", ["C", "B", "A"]),
        ("?level=city", ["B"]),
        ("?status=merged", ["B"]),
        ("?status=warned&status=active", ["C", "A"]),
        ("?discipline=0805", ["A"]),
        ("?discipline=02", ["C"]),
        ("?discipline=08", ["B", "A"]),
        ("?discipline=02&discipline=0805", ["C", "A"]),
        ("?region=350781", ["B"]),
        ("?region=350000", ["C", "B", "A"]),
        ("?region=330000", []),
        ("?kind=mobile&level=city", []),
    ],
)
async def test_the_register_is_searched(register, query, expected):
    answer = await register.send("GET", PATH + query)
    assert answer.status_code == 200, answer.text
    assert [each["name"]["en"] for each in answer.json()["items"]] == expected


@pytest.mark.parametrize("query", ["?kind=none", "?status=x", "?region=1", "?discipline=%27"])
async def test_what_cannot_be_sought_is_said(world, query):
    assert (await world.send("GET", PATH + query)).status_code == 422


async def test_a_station_shows_what_is_public_of_its_past_and_no_more(world):
    station = await world.station(await world.unit(), status="revoked")
    past = [("warned", date(2026, 3, 1)), ("recognised", date(2020, 1, 1))]
    past += [("link_proposed", date(2026, 4, 1)), ("revoked", date(2026, 8, 1))]
    past += [("evaluated", date(2026, 2, 1)), ("warning_lifted", date(2026, 5, 1))]
    past += [("revocation_proposed", date(2026, 6, 1)), ("warning_closed", date(2026, 8, 1))]
    async with world.running.service.database.transaction() as session:
        for number, (kind, day) in enumerate(past):
            session.add(
                StationEntry(
                    id=f"01a00000-0000-7000-8000-00000000000{number}",
                    station_id=station,
                    kind=kind,
                    effective_on=day,
                    detail={"reason": "内部意见"},
                    recorded_by="office-1",
                    recorded_at=world.running.clock.now(),
                )
            )
    answer = await world.send("GET", f"{PATH}/{station}")
    told = [(each["kind"], each["effective_on"]) for each in answer.json()["history"]]
    assert told == [
        ("recognised", "2020-01-01"),
        ("evaluated", "2026-02-01"),
        ("warned", "2026-03-01"),
        ("warning_lifted", "2026-05-01"),
        ("revoked", "2026-08-01"),
    ]
    assert "内部意见" not in answer.text
    assert "office-1" not in answer.text


async def test_the_whole_register_is_taken_along_in_a_stable_order(register):
    whole = (await register.send("GET", f"{PATH}/download")).json()
    assert [each["name"]["en"] for each in whole] == ["A", "B", "C"]
    answer = await register.send("GET", f"{PATH}/download?format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["name_en"] for row in rows] == ["A", "B", "C"]
    assert rows[0]["disciplines"] == "0812; 0805"
    assert (rows[1]["successor_id"], rows[2]["model"]) == (rows[0]["id"], "true")


async def test_no_cell_of_the_csv_is_a_formula(world):
    await world.station(await world.unit(), name_zh="=1+1", name_en="@x", unit_en="-2")
    text = (await world.send("GET", f"{PATH}/download?format=csv")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert [row[name] for name in ("name_zh", "name_en", "unit_en")] == ["'=1+1", "'@x", "'-2"]


async def test_an_empty_register_is_an_empty_list(world):
    assert (await world.send("GET", f"{PATH}/download")).json() == []


@pytest.mark.parametrize("path", ["", "/{id}", "/download", "/download?format=csv"])
async def test_caches_keep_what_has_not_changed(world, path):
    station = await world.station(await world.unit())
    path = PATH + path.format(id=station)
    first = await world.send("GET", path)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    given = {"If-None-Match": first.headers["ETag"]}
    again = await world.send("GET", path, headers=given)
    assert (again.status_code, again.content) == (304, b"")
    await world.rows("UPDATE station SET name_en = 'Other', version = version + 1 RETURNING 1")
    changed = await world.send("GET", path, headers=given)
    assert (changed.status_code, changed.headers["ETag"] != first.headers["ETag"]) == (200, True)
    assert "Other" in changed.text
