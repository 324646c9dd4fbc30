"""What is held of a talent, shown and taken along, and what an erasure leaves."""

from datetime import date

from talent_contracts import TalentErased
from talent_kit.identifiers import new_id
from talent_postdoc.models.fellows import FellowEntry
from talent_postdoc.rights.consumers import on_erased

from ..deadlines.given import deadline, save
from ..documents.files import PDF
from ..grants.given import Proposal, called
from ..world import NOON

PATH = "/v1/personal-data/postdoc"


async def erase(world, talent):
    service = world.running.service
    told = TalentErased(talent_id=talent.id, version=2)
    for _ in range(2):
        async with service.database.transaction() as session:
            await on_erased(service.clock, service.vault, service.blobs, session, [told])


async def test_everything_of_the_caller_and_of_nobody_else(world):
    proposal, other = await Proposal.of(world), await Proposal.of(world)
    call = await called(world)
    await proposal.propose(call)
    talent = proposal.talent
    place = f"kind=id_copy&subject_kind=fellow&subject_id={proposal.fellow_id}"
    attached = (await talent.send("POST", f"/v1/documents?{place}", content=PDF)).json()
    await save(world, deadline(date(2026, 12, 1), talent_id=talent.id))
    await talent.send("POST", "/v1/deadlines/feeds", json={})
    shown = await talent.send("GET", PATH)
    assert shown.headers["cache-control"] == "no-store"
    held = shown.json()
    [fellowship] = held["fellowships"]
    assert (fellowship["id"], fellowship["certificate"]) == (str(proposal.fellow_id), None)
    assert [each["id"] for each in held["documents"]] == [attached["id"]]
    assert [each["status"] for each in held["grants"]] == ["draft"]
    assert [each["kind"] for each in held["deadlines"]] == ["midterm"]
    assert held["calendar_made_at"]
    assert (await other.talent.send("GET", PATH)).json()["documents"] == []
    exported = (await talent.send("GET", f"{PATH}/export")).json()
    assert exported == held | {"exported_at": exported["exported_at"]}
    noted = await world.rows("SELECT 1 FROM audit WHERE action = 'personal-data.exported'")
    assert len(noted) == 1


async def test_after_an_erasure_nobody_can_tell_who_it_was(world):
    proposal = await Proposal.of(world)
    talent = proposal.talent
    [(login,)] = await world.rows("SELECT login FROM person WHERE talent_id = :id", id=talent.id)
    place = f"kind=id_copy&subject_kind=fellow&subject_id={proposal.fellow_id}"
    attached = (await talent.send("POST", f"/v1/documents?{place}", content=PDF)).json()
    entry = FellowEntry(
        id=new_id(),
        fellow_id=proposal.fellow_id,
        number=1,
        kind="entered",
        effective_on=date(2026, 8, 1),
        detail={},
        recorded_by=login,
        recorded_at=NOON,
    )
    await world.kept(entry)
    feed = (await talent.send("POST", "/v1/deadlines/feeds", json={})).json()["path"]
    await erase(world, talent)
    assert (await talent.send("GET", PATH)).json()["code"] == "not-registered"
    assert (await world.send("GET", feed)).status_code == 404
    content = f"/v1/documents/{attached['id']}/content"
    assert (await proposal.unit.send("GET", content)).status_code in {404, 409, 410}
    [(by,)] = await world.rows("SELECT recorded_by FROM fellow_entry")
    assert by == "erased"
    for table in ("person", "fellow_entry", "document", "idempotency", "deadline_feed"):
        rows = await world.rows(f"SELECT * FROM {table}")
        assert login not in str(rows), table
    [(left,)] = await world.rows("SELECT count(*) FROM fellow")
    assert left == 1, "what happened stays"
