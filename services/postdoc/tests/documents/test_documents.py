"""Attaching files and reading them."""

import hashlib

import pytest
import pytest_asyncio
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_postdoc.documents import service
from talent_postdoc.documents.errors import DocumentsMissing
from talent_postdoc.documents.kinds import kinds
from talent_postdoc.models.panels import Panel, PanelMember

from .files import JPEG, PDF, PNG, attach


@pytest_asyncio.fixture
async def parties(world):
    unit, talent = await world.unit(), await world.talent()
    fellow = await world.fellow(await world.station(unit), unit, talent_id=talent.id)
    return unit, talent, fellow


def code(answer):
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("content", "type_"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
async def test_a_file_is_kept_sealed_and_comes_back_as_it_was(world, parties, content, type_):
    _, talent, fellow = parties
    answer = await attach(talent, fellow, "id_copy", content)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["type"], told["size"]) == (type_, len(content))
    assert told["checksum"] == hashlib.sha256(content).hexdigest()
    folder = world.running.service.settings.blobs_url.removeprefix("file://")
    assert content not in next(_files(folder)).read_bytes()
    got = await talent.send("GET", f"/v1/documents/{told['id']}/content")
    assert (got.content, got.headers["Content-Type"]) == (content, type_)
    assert got.headers["Cache-Control"] == "no-store"


def _files(folder):
    from pathlib import Path

    return (path for path in Path(folder).rglob("*") if path.is_file())


async def test_each_party_attaches_and_reads_and_nobody_else(world, parties):
    unit, talent, fellow = parties
    office = world.office(region="350702")
    query = f"kind=opinion&subject_kind=fellow&subject_id={fellow}"
    by_office = await world.send("POST", f"/v1/documents?{query}", office, content=PDF)
    ids = [(await attach(who, fellow, "opinion")).json()["id"] for who in (unit, talent)]
    ids.append(by_office.json()["id"])
    listed = f"/v1/documents?subject_kind=fellow&subject_id={fellow}"
    auditor = world.staff(Role.AUDITOR)
    for who in (unit.headers, talent.headers, office, auditor):
        items = (await world.send("GET", listed, who)).json()["items"]
        assert {each["id"] for each in items} == set(ids)
        for each in ids:
            assert (await world.send("GET", f"/v1/documents/{each}", who)).status_code == 200
    far, others = world.office(region="330800"), (await world.unit(), await world.talent())
    for who in (far, *(other.headers for other in others)):
        answer = await world.send("POST", f"/v1/documents?{query}", who, content=PDF)
        assert code(answer) == (404, "document-subject-not-found")
        assert code(await world.send("GET", listed, who)) == (404, "document-subject-not-found")
        for path in ("", "/content"):
            answer = await world.send("GET", f"/v1/documents/{ids[0]}{path}", who)
            assert code(answer) == (404, "document-not-found")
    assert len(await world.rows("SELECT 1 FROM blob")) == 3


async def test_who_opens_another_s_file_is_recorded(world, parties):
    unit, talent, fellow = parties
    document = (await attach(talent, fellow, "id_copy")).json()["id"]
    for who in (talent, unit):
        await who.send("GET", f"/v1/documents/{document}/content")
    rows = await world.rows("SELECT actor, action FROM audit ORDER BY position")
    assert [row.action for row in rows] == ["document.attached", "document.opened"]
    assert rows[0].actor != rows[1].actor


async def test_what_is_no_such_file_is_refused(world, parties):
    _, talent, fellow = parties
    assert code(await attach(talent, fellow, "id_copy", b"a,b\n")) == (415, "file-type-refused")
    assert code(await attach(talent, fellow, "id_copy", b"")) == (422, "file-empty")
    assert code(await attach(talent, fellow, "nothing")) == (422, "document-kind-unknown")
    answer = await attach(talent, fellow, "id_copy", subject_kind="house")
    assert code(answer) == (422, "invalid")
    assert not await world.rows("SELECT 1 FROM blob")


@pytest.mark.parametrize(("beyond", "status"), [(-1, 201), (0, 201), (1, 413)])
async def test_a_file_has_a_largest_size(world, parties, beyond, status):
    _, talent, fellow = parties
    most = world.running.service.settings.max_upload_bytes
    content = PDF + b" " * (most + beyond - len(PDF))
    assert (await attach(talent, fellow, "other", content)).status_code == status


async def test_kinds_that_are_required_and_not_there_are_named(world, parties):
    unit, _, fellow = parties
    await attach(unit, fellow, "opinion")
    async with world.running.service.database.transaction() as session:
        await service.require(session, "fellow", fellow, ["opinion"])
        with pytest.raises(DocumentsMissing) as raised:
            await service.require(session, "fellow", fellow, ["opinion", "id_copy", "contract"])
    assert raised.value.body("en")["missing"] == ["contract", "id_copy"]


async def test_a_damaged_file_says_so(world, parties):
    _, talent, fellow = parties
    document = (await attach(talent, fellow, "id_copy")).json()["id"]
    folder = world.running.service.settings.blobs_url.removeprefix("file://")
    next(_files(folder)).write_bytes(b"something else")
    answer = await talent.send("GET", f"/v1/documents/{document}/content")
    assert code(answer) == (409, "document-damaged")


async def test_files_about_a_talent_go_and_what_they_were_stays(world, parties):
    unit, talent, fellow = parties
    document = (await attach(unit, fellow, "id_copy")).json()["id"]
    blobs = world.running.service.blobs
    async with world.running.service.database.transaction() as session:
        assert await service.forget(session, blobs, talent.id) == 1
    await blobs.upkeep()
    folder = world.running.service.settings.blobs_url.removeprefix("file://")
    assert not list(_files(folder))
    assert (await unit.send("GET", f"/v1/documents/{document}")).status_code == 200
    answer = await unit.send("GET", f"/v1/documents/{document}/content")
    assert code(answer) == (409, "document-damaged")


async def test_who_sits_on_a_panel_about_a_fellow_reads_while_they_sit(world, parties):
    _, talent, fellow = parties
    document = (await attach(talent, fellow, "id_copy")).json()["id"]
    now = world.running.clock.now()
    panel = Panel(
        id=new_id(),
        purpose="exit",
        subject_id=fellow,
        station_id=None,
        unit_id=None,
        region="350702",
        status="open",
        convened_on=now.date(),
        convened_by="agent",
        created_at=now,
        changed_at=now,
        version=1,
    )
    await world.kept(panel)
    member = PanelMember(
        id=new_id(),
        panel_id=panel.id,
        login="expert",
        name_sealed=b"",
        kind="expert",
        organisation="",
        advisor=False,
        chair=False,
        joined_at=now,
    )
    await world.kept(member)
    expert, path = world.signed_in("expert"), f"/v1/documents/{document}/content"
    assert (await world.send("GET", path, expert)).content == PDF
    listed = f"/v1/documents?subject_kind=fellow&subject_id={fellow}"
    assert len((await world.send("GET", listed, expert)).json()["items"]) == 1
    assert code(await world.send("GET", path, world.signed_in("other")))[0] == 404
    await world.rows("UPDATE panel_member SET left_at = now() RETURNING 1")
    assert code(await world.send("GET", path, expert)) == (404, "document-not-found")


async def test_everybody_reads_which_kinds_there_are(world):
    answer = await world.send("GET", "/v1/documents/kinds")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    found = {each["kind"]: each["name"] for each in answer.json()["items"]}
    assert found["curriculum_vitae"] == {"zh": "简历", "en": "Curriculum vitae"}
    assert found.keys() == kinds().keys()
