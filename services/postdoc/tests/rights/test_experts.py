"""Experts, objectors and whoever else acted: shown to themselves, gone after an erasure."""

import pytest
from sqlalchemy.exc import DBAPIError
from talent_kit.tables import metadata
from talent_postdoc.models import Base
from talent_postdoc.rights.repository import LOGINS

from ..documents.files import PDF
from ..grants.given import Proposal, called
from ..panels.experts import experts
from .test_rights import PATH, erase

WORDS = "示例异议：与本人成果重复"


async def grown(world):
    """A published grant, one of whose experts is a talent, who objects to it too."""
    expert = await world.talent(login="expert-3")
    proposal = await Proposal.of(world)
    await proposal.published(await called(world))
    path = f"/v1/reviews/{proposal.grant['review_id']}/objections"
    lodged = await expert.send("POST", path, json={"words": WORDS})
    assert lodged.status_code == 201, lodged.text
    return expert, proposal


async def test_experts_see_their_seats_and_what_they_objected(world):
    expert, _ = await grown(world)
    held = (await expert.send("GET", PATH)).json()
    [seat] = held["seats"]
    assert (seat["purpose"], seat["left_at"]) == ("grant", None)
    assert seat["name"] == experts(5)[2]["name"]
    assert [each["words"] for each in held["objections"]] == [WORDS]
    other = await world.talent(login="expert-9")
    held = (await other.send("GET", PATH)).json()
    assert (held["seats"], held["objections"]) == ([], [])


async def test_after_an_erasure_login_and_name_stand_in_the_audit_log_alone(world):
    expert, proposal = await grown(world)
    await proposal.unit.send(
        "POST",
        f"/v1/documents?kind=opinion&subject_kind=grant&subject_id={proposal.grant['id']}",
        content=PDF,
    )
    await erase(world, expert)
    for table in {**Base.metadata.tables, **metadata.tables, "review": None, "review_act": None}:
        if table not in {"audit", "outbox"}:
            rows = await world.rows(f'SELECT * FROM "{table}"')
            assert "'expert-3'" not in str(rows), table
    [panel] = await world.rows("SELECT id FROM panel")
    read = (await world.send("GET", f"/v1/panels/{panel.id}", world.office())).json()
    member = read["members"][2]
    assert (member["name"], member["standing"], member["voted"]) == (None, "sitting", True)
    assert len(read["votes"]) == 5, "what was decided stays as it was"
    minutes = await world.send("GET", f"/v1/panels/{panel.id}/minutes.pdf", world.office())
    assert (minutes.status_code, minutes.content[:5]) == (200, b"%PDF-")
    path = f"/v1/reviews/{proposal.grant['review_id']}"
    acts = (await world.send("GET", path, world.office())).json()["acts"]
    [objected] = [act for act in acts if act["kind"] == "objected"]
    assert (objected["actor"], objected["words"]) == ("erased", WORDS)


async def test_who_is_erased_leaves_a_panel_that_is_open(world):
    gone = [await world.talent(login=f"expert-{n}") for n in (1, 2)]
    proposal = await Proposal.of(world)
    await proposal.submitted(await called(world))
    await proposal.step("decision", outcome="approved")
    body = {"purpose": "grant", "subject_id": proposal.grant["id"], "members": experts(5)}
    panel = (await world.send("POST", "/v1/panels", world.office(), json=body)).json()
    for talent in gone:
        await erase(world, talent)
    path = f"/v1/panels/{panel['id']}"
    read = (await world.send("GET", path, world.office())).json()
    assert [each["standing"] for each in read["members"]] == ["erased"] * 2 + ["sitting"] * 3
    vote = {"grade": "passed", "reason": "示例理由"}
    late = await world.send("POST", f"{path}/votes", world.signed_in("expert-1"), json=vote)
    assert late.status_code == 404
    noted = await world.rows("SELECT actor FROM audit WHERE action = 'panel.member-erased'")
    assert [row.actor for row in noted] == ["erased"] * 2


async def test_of_what_happened_to_reviews_nothing_but_who_acted_is_ever_forgotten(world):
    await grown(world)
    for change in (
        "SET actor = 'somebody'",
        "SET actor = 'erased', words_sealed = NULL",
        "SET actor = 'erased', kind = 'approved'",
        "SET kind = 'approved'",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            await world.rows(f"UPDATE review_act {change} RETURNING 1")
    with pytest.raises(DBAPIError, match="append-only"):
        await world.rows("DELETE FROM review_act RETURNING 1")


def test_every_column_that_says_who_did_something_is_forgotten():
    named = ("_by", "login", "actor", "agents")
    known = {(table.__tablename__, column) for table, column in LOGINS}
    # People's own rows go, agents are identity's word, experts are forgotten with their names.
    known |= {("person", "login"), ("organisation", "agents"), ("panel_member", "login")}
    assert known == {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith(named)
    }
