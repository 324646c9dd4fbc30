"""What units declare, and the documents that prove it."""

from datetime import date

import pytest_asyncio
from talent_postdoc.documents.kinds import kinds

from ..documents.files import PDF
from ..panels.experts import refused
from .given import Rounds, declared_only


@pytest_asyncio.fixture
async def rounds(world):
    return await Rounds.of(world)


async def test_a_round_asks_for_documents_of_known_kinds_alone(rounds):
    await rounds.station()
    table = declared_only()
    table[0]["documents"] = ["funds_closing", "balance_sheet"]
    problem = refused(await rounds.asked(indicators=table), 422, "document-kind-unknown")
    assert problem["field"] == "body.indicators.0.documents"


async def test_a_unit_is_told_which_documents_prove_what_it_declares(rounds, world):
    await rounds.station()
    table = declared_only()
    table[0]["documents"] = ["funds_closing"]
    (evaluation,) = await rounds.listed(await rounds.opened(indicators=table))
    path = f"/v1/station-evaluations/{evaluation['id']}"
    missing = {"kind": "funds_closing", "name": kinds()["funds_closing"].model_dump()}
    read = (await rounds.unit.send("GET", path)).json()
    assert read["documents"] == [missing | {"attached": False}]
    place = f"kind=funds_closing&subject_kind=evaluation&subject_id={evaluation['id']}"
    await rounds.unit.send("POST", f"/v1/documents?{place}", content=PDF)
    answer = await rounds.declare(evaluation, funds=50)
    assert answer.json()["documents"] == [missing | {"attached": True}]


async def test_what_was_declared_and_never_submitted_earns_nothing(rounds, world):
    await rounds.station()
    round_ = await rounds.opened(indicators=declared_only())
    (evaluation,) = await rounds.listed(round_)
    path = f"/v1/station-evaluations/{evaluation['id']}"
    said = {"values": {"funds": 80}}
    await rounds.unit.send("PUT", f"{path}/declaration", json=said, version=1)
    assert (await rounds.unit.send("GET", path)).json()["points"] == {"funds": 8000}
    world.today(date(2026, 9, 11))
    assert (await rounds.act(round_, "grading")).status_code == 201
    graded = (await rounds.office("GET", path)).json()
    assert (graded["score"], graded["points"]) == (0, {"funds": 0})
