"""A register's bad news arrives, whatever the talent or the employer does against it."""

from datetime import timedelta
from typing import Any

import pytest
from talent_contracts import EmployerUpdated, EmploymentRejected, TalentUpdated
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.resolving import HttpIdentity, Known
from talent_kit.testing.services import MovableClock, ServiceFactory, fresh_key

from ..applications.story import Story, begin
from ..applications.test_integrity import code, next_instalment
from ..disbursements.scripted_bank import ScriptedBank
from ..world import deliver, employer, employment, observe, talent
from .test_importing import CODE, NUMBER, Register, bring, office

AWAY = "330800"
PENSION = f"document_number,credit_code,employment.pension_in_city\n{NUMBER},{CODE},earlier\n"
STUDY = f"document_number,person.study_mode\n{NUMBER},part_time\n"


@pytest.fixture
async def register() -> Register:
    return Register()


@pytest.fixture
async def story(policy_factory: ServiceFactory, register: Register) -> Any:
    parts = {"bank": ScriptedBank(), "identity": register}
    async with policy_factory.running(clock=MovableClock(), parts=parts) as policy:
        story = await begin(policy)
        job = story.employment_id
        register.known = {
            (NUMBER, CODE): Known(story.talent_id, story.employer_id, job, None, None),
            (NUMBER, None): Known(story.talent_id, None, None, None, None),
        }
        yield story


async def granted(story: Story) -> dict[str, Any]:
    made = (await story.apply()).json()
    await story.policy.settle()
    assert made["status"] == "paying"
    return dict(made)


async def talent_moves(story: Story) -> None:
    given = talent(talent_id=story.talent_id, login=story.login, region=AWAY, version=2)
    await deliver(story.policy, TalentUpdated(**given.model_dump()))


async def employer_moves(story: Story) -> None:
    given = employer(employer_id=story.employer_id, region=AWAY, version=2)
    await deliver(story.policy, EmployerUpdated(**given.model_dump()))


@pytest.mark.parametrize(
    ("client", "content"), [("pension-office", PENSION), ("school-office", STUDY)]
)
async def test_who_moves_away_after_the_grant_still_loses_the_next_instalment(
    story: Story, client: str, content: str
) -> None:
    made = await granted(story)
    await talent_moves(story)
    await employer_moves(story)
    job, report = await bring(story.policy, content, office(story.policy, client))
    assert (job["ok"], report) == (1, [])
    assert await next_instalment(story, made) == "stopped"


async def test_staff_and_clients_say_it_and_see_it_one_by_one_too(story: Story) -> None:
    made = await granted(story)
    await talent_moves(story)
    await employer_moves(story)
    policy, person = story.policy, ("person", story.talent_id)
    school = policy.issuer.headers("school-office", Role.SERVICE, region="350700")
    said = await observe(policy, school, person, {"person.study_mode": "part_time"})
    assert said.status_code == 201, said.text
    seen = await policy.client.get(
        "/v1/observations",
        params={"kind": "person", "id": str(story.talent_id)},
        headers=story.staff(Role.REVIEWER),
    )
    assert seen.status_code == 200, seen.text
    assert "person.study_mode" in {row["name"] for row in seen.json()["items"]}
    dossier = await policy.client.get(
        f"/v1/applications/{made['id']}/dossier",
        params={"purpose": "review"},
        headers=story.staff(Role.REVIEWER),
    )
    assert dossier.status_code == 200, dossier.text
    assert dossier.json()["outcome"] == "ineligible"


async def test_a_talent_who_lives_elsewhere_is_overseen_where_the_employer_is(
    story: Story,
) -> None:
    await talent_moves(story)
    job, report = await bring(story.policy, STUDY, office(story.policy, "school-office"))
    assert (job["ok"], report) == (1, [])


@pytest.mark.parametrize("step", [None, "withdraw"])
async def test_a_region_has_no_say_once_nothing_is_open_there(
    story: Story, step: str | None
) -> None:
    if step is not None:
        made = (await story.apply("2.1")).json()
        await story.step(made, step, headers=story.agent)
    await employer_moves(story)
    await talent_moves(story)
    _, report = await bring(story.policy, PENSION, office(story.policy))
    assert report == [(2, "credit_code", "outside-region")]
    school = story.policy.issuer.headers("school-office", Role.SERVICE, region="350700")
    said = await observe(
        story.policy, school, ("person", story.talent_id), {"person.study_mode": "part_time"}
    )
    assert code(said) == (403, "outside-region")


async def test_a_rejected_employment_gives_no_say(story: Story) -> None:
    await talent_moves(story)
    await employer_moves(story)
    there = employer()
    who = talent(talent_id=story.talent_id, login=story.login, region=AWAY, version=2)
    job = employment(who, there, confirmed=False)
    await deliver(story.policy, there, job)
    _, report = await bring(story.policy, STUDY, office(story.policy, "school-office"))
    assert report == []
    rejected = job.model_copy(update={"status": "rejected", "version": 2})
    await deliver(story.policy, EmploymentRejected(**rejected.model_dump()))
    changed = STUDY.replace("part_time", "full_time")
    _, report = await bring(story.policy, changed, office(story.policy, "school-office"))
    assert report == [(2, "document_number", "outside-region")]


async def newer(story: Story) -> Any:
    """A newer contract between the two, which identity names alone as the newest."""
    who = talent(talent_id=story.talent_id, login=story.login)
    job = employment(who, story.at, confirmed=False, contract_from=story.policy.clock.now().date())
    await deliver(story.policy, job)
    return job.employment_id


async def test_it_reaches_the_granted_employment_though_a_newer_one_was_declared(
    story: Story, register: Register
) -> None:
    made = await granted(story)
    job = await newer(story)
    both = (story.employment_id, job)
    register.known[NUMBER, CODE] = Known(story.talent_id, story.employer_id, job, None, None, both)
    done, report = await bring(story.policy, PENSION, office(story.policy))
    assert (done["ok"], report) == (1, [])
    assert await next_instalment(story, made) == "stopped"


async def test_an_employment_that_is_not_known_does_not_keep_it_from_the_others(
    story: Story, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await granted(story)
    both = (story.employment_id, new_id())
    known = Known(story.talent_id, story.employer_id, both[1], None, None, both)
    register.known[NUMBER, CODE] = known
    monkeypatch.setattr("talent_policy.imports.service._PATIENCE", 0.3)
    done, report = await bring(story.policy, PENSION, office(story.policy))
    assert (done["ok"], report) == (1, [])
    assert await next_instalment(story, made) == "stopped"


@pytest.mark.parametrize("named", [None, 0, 2])
async def test_identity_may_name_every_employment_of_the_two(named: int | None) -> None:
    newest, ids = new_id(), [new_id() for _ in range(named or 0)]

    class Caller:
        async def post(self, *_: object) -> dict[str, Any]:
            item = dict.fromkeys(("talent_id", "employer_id", "field", "problem"))
            more = {} if named is None else {"employment_ids": [str(each) for each in ids]}
            return {"items": [item | {"employment_id": str(newest)} | more]}

    caller: Any = Caller()
    [known] = await HttpIdentity(caller).resolve([])
    assert known.employments == (tuple(ids) or (newest,))


async def test_a_repeated_word_is_heard_where_a_dated_one_has_prevailed(story: Story) -> None:
    school = story.policy.issuer.headers("school-office", Role.SERVICE)
    await story.observe("school-office", person__study_mode="part_time")
    story.policy.clock.move(timedelta(minutes=1))
    dated = {"name": "person.study_mode", "value": "full_time", "valid_from": "2020-01-01"}
    body = {"subject": {"kind": "person", "id": str(story.talent_id)}, "facts": [dated]}
    said = await story.policy.client.post(
        "/v1/observations", json=body, headers=school | fresh_key()
    )
    assert said.status_code == 201, said.text
    made = await granted(story)
    story.policy.clock.move(timedelta(minutes=1))
    for expected in ((1, 0), (0, 1)):
        job, _ = await bring(story.policy, STUDY, office(story.policy, "school-office"))
        assert (job["ok"], job["skipped"]) == expected
    assert await next_instalment(story, made) == "stopped"


@pytest.mark.parametrize("kept", [True, False])
async def test_nobody_verifies_an_own_subject_by_file_or_one_by_one(
    story: Story, kept: bool
) -> None:
    """The office's login is the talent, or is or was an agent of the employer."""
    who = talent(talent_id=story.talent_id, login="school-office", version=2)
    agents = ("agent-login", "pension-office")
    at = employer(employer_id=story.employer_id, agents=agents, version=2)
    await deliver(story.policy, TalentUpdated(**who.model_dump()))
    await deliver(story.policy, EmployerUpdated(**at.model_dump()))
    if not kept:
        left = at.model_copy(update={"agents": ("agent-login",), "version": 3})
        await deliver(story.policy, EmployerUpdated(**left.model_dump()))
    _, report = await bring(story.policy, STUDY, office(story.policy, "school-office"))
    assert report == [(2, "document_number", "own-subject")]
    _, report = await bring(story.policy, PENSION, office(story.policy))
    assert report == [(2, "credit_code", "own-subject")]
    pension = story.policy.issuer.headers("pension-office", Role.SERVICE)
    job = ("employment", story.employment_id)
    said = await observe(story.policy, pension, job, {"employment.pension_gap": False})
    assert code(said) == (403, "policy.own-subject")
