"""How many documents an affair has, and which of them may be withdrawn."""

import asyncio

import pytest

from ..fellows.story import Story
from ..grants.given import Proposal, called
from .files import PDF, attach
from .test_documents import code


async def fellow_of(world):
    unit, talent = await world.unit(), await world.talent()
    fellow = await world.fellow(await world.station(unit), unit, talent_id=talent.id)
    return unit, talent, fellow


def limited(world, monkeypatch, **limits):
    service = world.running.service
    monkeypatch.setattr(service, "settings", service.settings.model_copy(update=limits))


async def test_an_affair_has_so_many_documents_and_no_more(world, monkeypatch):
    limited(world, monkeypatch, documents_most=2)
    _, talent, fellow = await fellow_of(world)
    answers = await asyncio.gather(*(attach(talent, fellow, "opinion") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert (*code(refused), refused.json()["most"]) == (409, "documents-too-many", 2)
    kept = next(answer for answer in answers if answer.status_code == 201).json()["id"]
    gone = await talent.send("POST", f"/v1/documents/{kept}/withdrawal")
    assert gone.status_code == 204
    assert (await attach(talent, fellow, "opinion")).status_code == 201


@pytest.mark.parametrize(("beyond", "status"), [(-1, 201), (0, 201), (1, 409)])
async def test_documents_of_an_affair_have_so_many_bytes_together(
    world, monkeypatch, beyond, status
):
    limited(world, monkeypatch, documents_bytes=1000)
    _, talent, fellow = await fellow_of(world)
    assert (
        await attach(talent, fellow, "opinion", PDF + b" " * (600 - len(PDF)))
    ).status_code == 201
    second = await attach(talent, fellow, "opinion", PDF + b" " * (400 + beyond - len(PDF)))
    assert second.status_code == status
    if status == 409:
        assert second.json()["code"] == "documents-too-large"
    _, other, another = await fellow_of(world)
    assert (await attach(other, another, "opinion")).status_code == 201


async def test_what_is_withdrawn_is_gone_for_everybody_and_on_record(world):
    unit, talent, fellow = await fellow_of(world)
    document = (await attach(talent, fellow, "id_copy")).json()["id"]
    path = f"/v1/documents/{document}"
    other = await unit.send("POST", f"{path}/withdrawal")
    assert code(other) == (403, "not-your-document")
    stranger = await (await world.talent()).send("POST", f"{path}/withdrawal")
    assert code(stranger) == (404, "document-not-found")
    assert (await talent.send("POST", f"{path}/withdrawal")).status_code == 204
    assert code(await talent.send("POST", f"{path}/withdrawal")) == (404, "document-not-found")
    for who in (talent, unit):
        assert (await who.send("GET", f"{path}/content")).status_code == 404
    listed = await unit.send("GET", f"/v1/documents?subject_kind=fellow&subject_id={fellow}")
    assert listed.json()["items"] == []
    [noted] = await world.rows("SELECT detail FROM audit WHERE action = 'document.withdrawn'")
    assert noted.detail["document"] == document


async def test_what_an_entry_relied_on_stays(world):
    story = await (await Story.begun(world)).entered()
    rows = await world.rows("SELECT id FROM document ORDER BY id")
    path = f"/v1/documents/{rows[0].id}/withdrawal"
    assert code(await story.unit.send("POST", path)) == (409, "document-relied-on")
    world.later(minutes=1)
    later = await attach(story.unit, story.id, "opinion")
    path = f"/v1/documents/{later.json()['id']}/withdrawal"
    assert (await story.unit.send("POST", path)).status_code == 204


async def test_what_was_submitted_stays_until_it_is_returned(world):
    proposal = await Proposal.of(world)
    await proposal.submitted(await called(world))
    [row] = await world.rows("SELECT id FROM document")
    path = f"/v1/documents/{row.id}/withdrawal"
    assert code(await proposal.unit.send("POST", path)) == (409, "document-relied-on")
    await proposal.step("decision", outcome="returned", words="请更换材料")
    await proposal.read()
    assert (await proposal.unit.send("POST", path)).status_code == 204
    assert code(await proposal.act("submission")) == (409, "documents-missing")


async def test_of_submitting_and_withdrawing_at_once_one_happens(world):
    proposal = await Proposal.of(world)
    await proposal.propose(await called(world))
    await proposal.attach()
    [row] = await world.rows("SELECT id FROM document")
    withdrawn, submitted = await asyncio.gather(
        proposal.unit.send("POST", f"/v1/documents/{row.id}/withdrawal"),
        proposal.act("submission"),
    )
    assert (withdrawn.status_code, submitted.status_code) in {(204, 409), (409, 200)}
