"""What TalentErased does here: what the law keeps stays, without the person."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select
from talent_contracts import EmploymentEnded, TalentErased, TalentUpdated
from talent_kit.auth import Role
from talent_kit.testing.services import MovableClock, ServiceFactory, ServiceUnderTest, fresh_key
from talent_policy.models import Budget, Claim, Counter, Erasure

from ..applications.story import ACCOUNT, FACTS, Story, begin
from ..disbursements.scripted_bank import ScriptedBank, never_hears_it, refuses
from ..world import deliver, employment, observe, talent

LATER = timedelta(minutes=11)


@pytest.fixture
def bank() -> ScriptedBank:
    return ScriptedBank()


@pytest.fixture
async def story(policy_factory: ServiceFactory, bank: ScriptedBank) -> Any:
    async with policy_factory.running(clock=MovableClock(), parts={"bank": bank}) as policy:
        yield await begin(policy)


async def erase(story: Story, talent_id: UUID | None = None) -> None:
    await deliver(story.policy, TalentErased(version=9, talent_id=talent_id or story.talent_id))


async def statuses(story: Story, made: dict[str, Any]) -> tuple[str, list[str]]:
    read = await story.read(made)
    return read["status"], [payment["status"] for payment in read["payments"]]


async def ledger(story: Story) -> dict[str, int]:
    answer = await story.policy.client.get("/v1/ledger", headers=story.staff(Role.FINANCE))
    assert answer.json()["total_fen"] == 0, answer.text
    return {row["kind"]: row["balance_fen"] for row in answer.json()["accounts"]}


async def all_of(policy: ServiceUnderTest, table: Any) -> list[Any]:
    async with policy.service.database.transaction() as session:
        return list((await session.exec(select(table))).all())


async def settled(policy: ServiceUnderTest) -> bool:
    [erasure] = await all_of(policy, Erasure)
    return erasure.settled_at is not None


async def count(policy: ServiceUnderTest, *tables: str) -> list[int]:
    async with policy.service.database.engine.connect() as connection:
        found = [
            await connection.exec_driver_sql(f"SELECT count(*) FROM {table}") for table in tables
        ]
        return [row.scalar_one() for row in found]


async def kept(policy: ServiceUnderTest) -> list[Any]:
    """Return every row that an event about a talent could touch."""
    tables = ("person", "employment", "observation", "data_key", "application", "payment")
    async with policy.service.database.engine.connect() as connection:
        return [
            (await connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1")).all()
            for table in (*tables, "payee", "bank_order", "claim", "erasure", "timer", "outbox")
        ]


async def test_an_open_application_is_withdrawn_and_everything_of_the_person_is_gone(
    story: Story,
) -> None:
    policy = story.policy
    made = (await story.apply("2.1")).json()
    assert made["status"] == "pending"
    await erase(story)
    assert await statuses(story, made) == ("withdrawn", [])
    of_organisation = "observation WHERE talent_id IS NULL"
    assert await count(policy, "person", "employment", "observation", of_organisation) == [
        0,
        0,
        4,
        4,
    ]
    assert await count(policy, "payee WHERE kind = 'person'", "payee") == [0, 1]
    for path in ("/v1/payees/me", "/v1/applications", "/v1/personal-data/policy"):
        answer = await policy.client.get(path, headers=story.talent)
        assert answer.json()["code"] == "policy.not-registered", path
    agent = await policy.client.get(f"/v1/applications/{made['id']}", headers=story.agent)
    assert (agent.status_code, agent.json()["status"]) == (200, "withdrawn")


async def test_what_is_on_its_way_arrives_and_what_is_planned_is_stopped(
    story: Story, bank: ScriptedBank
) -> None:
    policy = story.policy
    made = (await story.apply()).json()
    assert await statuses(story, made) == ("paying", ["released", "planned", "planned"])
    await erase(story)
    assert await statuses(story, made) == ("paying", ["released", "stopped", "stopped"])
    await policy.settle()
    assert [sent.account for sent in bank.sent] == [ACCOUNT["account"]]
    assert (await statuses(story, made))[1] == ["paid", "stopped", "stopped"]
    assert not await settled(policy)
    policy.clock.move(LATER)
    await policy.settle()
    assert await settled(policy)
    keys = "data_key WHERE wrapped IS NULL AND destroyed_at IS NOT NULL"
    assert await count(policy, keys) == [2], "the talent's and the order's"
    assert (await ledger(story))["payable"] == 0
    reserved = {row.year: row.reserved_fen for row in await all_of(policy, Budget)}
    assert (reserved[2026], reserved[2027]) == (0, 0)


@pytest.mark.parametrize("step", [refuses, never_hears_it])
async def test_what_the_bank_gives_back_is_not_sent_again(
    story: Story, bank: ScriptedBank, step: Any
) -> None:
    policy, bank.steps = story.policy, [step]
    made = (await story.apply()).json()
    await policy.settle()
    await erase(story)
    for _ in range(3):
        policy.clock.move(LATER)
        await policy.settle()
    again = step is never_hears_it
    assert (await statuses(story, made))[1][0] == ("paid" if again else "stopped")
    assert await settled(policy)
    money = await ledger(story)
    assert money["payable"] == 0
    assert bank.booked == money.get("bank", 0)


async def test_a_decision_keeps_amount_and_citation_but_its_grounds_are_erased(
    story: Story,
) -> None:
    made = (await story.apply()).json()
    before = await story.read(made, "/decision")
    assert before["replay"] == "same"
    await erase(story)
    read = await story.read(made, "/decision")
    assert (read["replay"], read["record"], read["reason"]) == ("erased", None, None)
    kept = ("number", "result", "amount_fen", "as_of", "pack_digest", "decided_at")
    assert {name: read[name] for name in kept} == {name: before[name] for name in kept}
    assert (await story.read(made))["amount_fen"] == made["amount_fen"]
    assessed = await story.read(made, "/assessment")
    assert assessed["outcome"] == "unknown"


async def test_repeated_and_late_events_change_nothing_and_bring_nothing_back(
    story: Story,
) -> None:
    policy = story.policy
    await story.apply()
    await erase(story)
    before = await kept(policy)
    who = talent(talent_id=story.talent_id, login=story.login, version=5)
    job = employment(who, story.at, employment_id=story.employment_id, version=6)
    ended = job.model_dump() | {"status": "ended", "version": 7, "ended_on": date(2025, 8, 31)}
    late = (
        TalentUpdated(**who.model_dump()),
        job,
        employment(who, story.at),
        EmploymentEnded(**ended),
        TalentErased(version=9, talent_id=story.talent_id),
    )
    for _ in range(2):
        await deliver(policy, *late)
        assert await kept(policy) == before


async def test_an_authority_finds_nobody_to_say_anything_of(story: Story) -> None:
    await erase(story)
    for client, subject in (
        ("school-office", ("person", story.talent_id)),
        ("pension-office", ("employment", story.employment_id)),
    ):
        who = story.policy.issuer.headers(client, Role.SERVICE)
        answer = await observe(story.policy, who, subject, FACTS[client])
        assert (answer.status_code, answer.json()["code"]) == (404, "policy.no-subject")


async def reborn(story: Story, *formerly: UUID) -> Story:
    """The same person under a new pseudonym, with the same facts and account."""
    who = talent(formerly=formerly)
    job = employment(who, story.at)
    await deliver(story.policy, who, job)
    again = Story(story.policy, who.talent_id, story.employer_id, job.employment_id, who.login)
    for client, facts in FACTS.items():
        await again.observe(client, **{name.replace(".", "__"): v for name, v in facts.items()})
    answer = await story.policy.client.put("/v1/payees/me", json=ACCOUNT, headers=again.talent)
    assert answer.status_code == 200, answer.text
    return again


@pytest.mark.parametrize("measure", ["2.2", "2.1"])
async def test_the_same_person_is_not_paid_twice_after_an_erasure(
    story: Story, measure: str
) -> None:
    """2.2 pays the person, 2.1 the enterprise by reason of the person."""
    first = (await story.apply(measure)).json()
    if measure == "2.1":
        approved = await story.step(first, "approve", {"determinations": []})
        assert approved.status_code == 200, approved.text
    await erase(story)
    again = await reborn(story, story.talent_id)
    answer = await again.apply(measure)
    if measure == "2.1":
        assert answer.status_code == 201, answer.text
        answer = await again.step(answer.json(), "approve", {"determinations": []})
    assert (answer.status_code, answer.json()["code"]) == (409, "policy.already-claimed")
    stranger = await reborn(story)
    assert (await stranger.apply()).status_code == 201


async def test_claims_follow_through_several_erasures_and_late_documents(story: Story) -> None:
    policy = story.policy
    await story.apply()
    await erase(story)
    second = await reborn(story)  # under a document that nobody knew
    update = talent(talent_id=second.talent_id, login=second.login, version=2)
    told = TalentUpdated(**update.model_dump() | {"formerly": (story.talent_id,)})
    await deliver(policy, told)  # until an old document is added
    assert (await second.apply()).json()["code"] == "policy.already-claimed"
    await erase(story, second.talent_id)
    third = await reborn(story, story.talent_id, second.talent_id)
    assert (await third.apply()).json()["code"] == "policy.already-claimed"
    owners = {row.key for row in await all_of(policy, Claim)}
    everyone = (story.talent_id, second.talent_id, third.talent_id)
    assert owners == {f"person:{one}|1900-01-01" for one in everyone}


@pytest.mark.parametrize("status", ["paid", "released", "ordered"])
async def test_what_was_granted_twice_before_it_was_known_raises_an_alarm(
    story: Story, bank: ScriptedBank, status: str
) -> None:
    policy = story.policy
    await story.apply()
    await policy.settle()
    await erase(story)
    second = await reborn(story)  # under a document that nobody knew
    made = (await second.apply()).json()
    first = made["payments"][0]["id"]
    if status == "paid":
        await policy.settle()
    elif status == "ordered":
        bank.steps = [refuses]
        await policy.settle()
    update = talent(talent_id=second.talent_id, login=second.login, version=2)
    told = TalentUpdated(**update.model_dump() | {"formerly": (story.talent_id,)})
    await deliver(policy, told)  # an old document is added
    if status == "released":
        bank.steps = [refuses]
        await policy.settle()
    stands = "paid" if status == "paid" else "stopped"
    assert (await statuses(second, made))[1] == [stands, "stopped", "stopped"]
    finance = story.staff(Role.FINANCE)
    answer = await policy.client.get("/v1/differences?state=open", headers=finance)
    [alarm] = answer.json()["items"]
    paid = made["payments"][0]["amount_fen"] if status == "paid" else 0
    assert alarm["kind"] == "granted_twice"
    assert alarm["subject"] == f"application:{made['id']}"
    assert (alarm["ours_fen"], alarm["theirs_fen"]) == (paid, 0)
    assert (await ledger(story))["payable"] == 0
    again = await policy.client.get(f"/v1/payments/{first}", headers=finance)
    assert again.json()["status"] == stands
    await deliver(policy, TalentUpdated(**told.model_dump() | {"version": 3}))
    answer = await policy.client.get("/v1/differences", headers=finance)
    assert len(answer.json()["items"]) == 1
    note = {"note": "recovered by hand"}
    explained = await policy.client.post(
        f"/v1/differences/{alarm['id']}/explain",
        json=note,
        headers=finance | fresh_key() | {"If-Match": f'"{alarm["version"]}"'},
    )
    assert explained.status_code == 200, explained.text


async def test_a_former_self_whose_erasure_is_not_known_yet_is_erased_first(story: Story) -> None:
    made = (await story.apply("2.1")).json()
    await reborn(story, story.talent_id)
    assert (await statuses(story, made))[0] == "withdrawn"
    await erase(story)
    assert await count(story.policy, "erasure") == [1]


async def test_counters_follow_once(story: Story) -> None:
    policy = story.policy
    async with policy.service.database.transaction() as session:
        session.add(Counter(scope="pack:group", key=f"person:{story.talent_id}|2025", used=300))
        session.add(Counter(scope="pack:quota", key="2025", used=7))
    await erase(story)
    second = await reborn(story, story.talent_id)
    twice = talent(talent_id=second.talent_id, login=second.login, version=2)
    await deliver(policy, TalentUpdated(**twice.model_dump() | {"formerly": (story.talent_id,)}))
    await erase(story, second.talent_id)
    third = await reborn(story, story.talent_id, second.talent_id)
    used = {row.key: row.used for row in await all_of(policy, Counter)}
    everyone = (story.talent_id, second.talent_id, third.talent_id)
    assert used == {"2025": 7} | {f"person:{one}|2025": 300 for one in everyone}


async def test_nothing_personal_is_left_in_any_table(story: Story) -> None:
    policy = story.policy
    made = (await story.apply()).json()
    words = {
        "subject": {"kind": "person", "id": str(story.talent_id)},
        "fact": "person.degree",
        "objection": "wrong-value",
        "words": "学位有误",
    }
    asked = await policy.client.post(
        "/v1/corrections", json=words, headers=story.talent | fresh_key()
    )
    assert asked.status_code == 201, asked.text
    await policy.settle()
    login = story.login
    async with policy.service.database.engine.connect() as connection:
        audited = await connection.exec_driver_sql(
            f"SELECT count(*) FROM audit WHERE actor = '{login}'"
        )
        in_audit = audited.scalar_one()
    await erase(story)
    policy.clock.move(LATER)
    await policy.settle()
    stored = await policy.stored()
    assert stored.count(login) == in_audit, "who acted stays in the audit log, and only there"
    for secret in ("1995-06-01", ACCOUNT["account"], "测试甲", "学位有误"):
        assert secret not in stored, secret
    assert str(made["amount_fen"]) in stored
