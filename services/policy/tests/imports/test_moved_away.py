"""A register's bad news arrives wherever the talent or the employer has moved to."""

from typing import Any

import pytest
from talent_contracts import EmployerUpdated, EmploymentRejected, TalentUpdated
from talent_kit.auth import Role
from talent_kit.testing.services import MovableClock, ServiceFactory
from talent_policy.imports.identity import Known

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
