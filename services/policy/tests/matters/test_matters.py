"""Matters: who may bring which, who sees them, and whose key seals what is said of them."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from talent_contracts import EmploymentEnded
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.testing.services import ServiceFactory, ServiceUnderTest, fresh_key
from talent_policy.facts.vocabulary import MATTERS, SIDES, SubjectKind

from ..world import deliver, employer, employment, talent

BOTH = sorted(kind for kind in MATTERS if all(SIDES[kind]))
OF_PERSON = sorted(kind for kind in MATTERS if SIDES[kind] == (True, False))
OF_ORGANISATION = sorted(kind for kind in MATTERS if SIDES[kind] == (False, True))


@pytest.fixture(scope="module")
async def policy(policy_factory: ServiceFactory) -> Any:
    """One service for all: each test has people and employers of its own."""
    async with policy_factory.running() as service:
        yield service


class World:
    """A talent employed by an employer, and who may call for whom."""

    def __init__(self, policy: ServiceUnderTest) -> None:
        self.policy = policy
        self.who, self.at = talent(region="350703"), employer(agents=(f"agent-{new_id().hex}",))
        self.held = employment(self.who, self.at)

    @property
    def talent(self) -> dict[str, str]:
        return self.policy.issuer.headers(self.who.login, Role.TALENT)

    @property
    def agent(self) -> dict[str, str]:
        agent, at = self.at.agents[0], self.at.employer_id
        return self.policy.issuer.headers(agent, Role.EMPLOYER, employer=at)

    def reviewer(self, region: str | None = "350700", login: str = "reviewer") -> dict[str, str]:
        return self.policy.issuer.headers(login, Role.REVIEWER, region=region)

    def client(self, name: str = "talent-office", **claims: Any) -> dict[str, str]:
        return self.policy.issuer.headers(name, Role.SERVICE, **claims)

    def body(self, kind: str) -> dict[str, Any]:
        sides = SIDES[SubjectKind(kind)]
        parties = {
            "talent_id": str(self.who.talent_id) if sides.person else None,
            "employer_id": str(self.at.employer_id) if sides.organisation else None,
        }
        return {"kind": kind} | {name: party for name, party in parties.items() if party}

    async def bring(self, headers: dict[str, str], of: str, **changes: Any) -> Any:
        return await self.policy.client.post(
            "/v1/matters", json=self.body(of) | changes, headers=headers | fresh_key()
        )

    async def get(self, headers: dict[str, str], path: str = "") -> Any:
        return await self.policy.client.get(f"/v1/matters{path}", headers=headers)


@pytest.fixture
async def world(policy: ServiceUnderTest) -> World:
    made = World(policy)
    await deliver(policy, made.who, made.at, made.held)
    return made


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("kind", sorted(MATTERS))
async def test_an_authority_and_a_reviewer_bring_every_kind(world: World, kind: str) -> None:
    for headers in (world.client(), world.client(region="350700"), world.reviewer()):
        answer = await world.bring(headers, kind)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert made | world.body(kind) == made
        assert made["region"] == ("350702" if SIDES[SubjectKind(kind)].organisation else "350703")
        assert (made["version"], answer.headers["etag"]) == (1, '"1"')


@pytest.mark.parametrize("kind", OF_PERSON)
async def test_a_talent_brings_what_is_the_talents_alone(world: World, kind: str) -> None:
    assert (await world.bring(world.talent, kind)).status_code == 201
    assert code(await world.bring(world.agent, kind)) == (404, "policy.no-subject")
    other = World(world.policy)
    await deliver(world.policy, other.who)
    assert code(await world.bring(other.talent, kind)) == (404, "policy.no-subject")


@pytest.mark.parametrize("kind", OF_ORGANISATION)
async def test_an_agent_brings_what_is_the_organisations(world: World, kind: str) -> None:
    made = await world.bring(world.agent, kind, title="竹材加工关键技术攻关")
    assert (made.status_code, made.json()["title"]) == (201, "竹材加工关键技术攻关")
    assert code(await world.bring(world.talent, kind)) == (404, "policy.no-subject")
    elsewhere = world.policy.issuer.headers(world.at.agents[0], Role.EMPLOYER, employer=new_id())
    assert code(await world.bring(elsewhere, kind)) == (404, "policy.no-subject")


@pytest.mark.parametrize("kind", BOTH)
async def test_an_agent_brings_its_own_people_while_they_are_employed(
    world: World, kind: str
) -> None:
    assert (await world.bring(world.agent, kind)).status_code == 201
    assert code(await world.bring(world.talent, kind)) == (403, "policy.matter-not-yours")
    ended = world.held.model_dump() | {"status": "ended", "ended_on": "2024-01-01", "version": 9}
    await deliver(world.policy, EmploymentEnded(**ended))
    assert code(await world.bring(world.agent, kind)) == (409, "policy.not-employed")
    stranger = talent()
    await deliver(world.policy, stranger)
    answer = await world.bring(world.agent, kind, talent_id=str(stranger.talent_id))
    assert code(answer) == (409, "policy.not-employed")
    assert (await world.bring(world.reviewer(), kind)).status_code == 201


async def test_who_is_outside_or_a_party_brings_nothing(world: World) -> None:
    for outside in (world.reviewer("350100"), world.client(region="350100")):
        assert code(await world.bring(outside, "fellowship")) == (403, "outside-region")
    assert (await world.bring(world.reviewer(None), "fellowship")).status_code == 403
    for login in (world.who.login, world.at.agents[0]):
        own = await world.bring(world.reviewer(login=login), "fellowship")
        assert code(own) == (403, "policy.own-subject")
    assert code(await world.bring(world.client("nobody-knows"), "trip")) == (
        403,
        "policy.source-unknown",
    )
    assert (await world.get(world.agent)).json()["items"] == []


@pytest.mark.parametrize("kind", sorted(MATTERS))
async def test_a_matter_is_between_the_parties_of_its_kind(world: World, kind: str) -> None:
    sides = SIDES[SubjectKind(kind)]
    for field, has in (("talent_id", sides.person), ("employer_id", sides.organisation)):
        wrong = await world.bring(world.client(), kind, **{field: None if has else str(new_id())})
        assert code(wrong) == (422, "policy.matter-parties")
        assert wrong.json()["field"] == f"body.{field}"
        if has:
            nobody = await world.bring(world.client(), kind, **{field: str(new_id())})
            assert code(nobody) == (404, "policy.no-subject")


@pytest.mark.parametrize("kind", [*BOTH, *OF_PERSON])
async def test_no_words_about_a_person_stand_in_clear(world: World, kind: str) -> None:
    answer = await world.bring(world.client(), kind, title="林小溪的行程")
    assert code(answer) == (422, "policy.matter-title")
    assert "林小溪" not in answer.text + await world.policy.stored()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"title": "题" * 200}, 201),
        ({"title": "题" * 201}, 422),
        ({"title": " "}, 422),
        ({"title": "甲\x00乙"}, 422),
        ({"kind": "employment"}, 422),
        ({"kind": "planet"}, 422),
        ({"region": "350700"}, 422),
    ],
)
async def test_the_shape_of_a_matter(world: World, change: Any, status: int) -> None:
    assert (await world.bring(world.agent, "project", **change)).status_code == status


async def test_everybody_sees_the_own_and_a_reviewer_the_regions(world: World) -> None:
    made = {
        kind: (await world.bring(world.client(), kind)).json()["id"]
        for kind in ("project", "fellowship", "trip")
    }
    for headers, kinds in (
        (world.talent, ("trip", "fellowship")),
        (world.agent, ("fellowship", "project")),
    ):
        shown = (await world.get(headers)).json()["items"]
        assert [each["id"] for each in shown] == [made[kind] for kind in kinds]
        for kind, identifier in made.items():
            read = await world.get(headers, f"/{identifier}")
            assert read.status_code == (200 if kind in kinds else 404)
    listed = (await world.get(world.reviewer(), "?limit=200")).json()["items"]
    assert set(made.values()) <= {each["id"] for each in listed}
    assert (await world.get(world.reviewer("350100"))).json()["items"] == []
    outside = await world.get(world.reviewer("350100"), f"/{made['trip']}")
    assert code(outside) == (403, "outside-region")
    assert (await world.get(world.reviewer(), f"/{made['trip']}")).status_code == 200


async def test_matters_are_read_page_by_page(world: World) -> None:
    made = [(await world.bring(world.agent, "fair")).json()["id"] for _ in range(5)]
    seen, cursor = [], ""
    for _ in range(3):
        shown = (await world.get(world.agent, f"?limit=2{cursor}")).json()
        seen += [each["id"] for each in shown["items"]]
        cursor = f"&cursor={shown['next_cursor']}"
    assert seen == made[::-1]
    assert shown["next_cursor"] is None


@pytest.mark.parametrize("column", ["talent_id", "employer_id", "region"])
async def test_a_list_reads_along_an_index(policy: ServiceUnderTest, column: str) -> None:
    value = "350799" if column == "region" else str(UUID(int=7))
    async with policy.service.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO matter (id, kind, talent_id, employer_id, region, version) "
                "SELECT uuidv7(), 'fellowship', uuidv7(), uuidv7(), '350702', 1 "
                "FROM generate_series(1, 20000)"
            )
        )
        await session.execute(text("ANALYZE matter"))
        plan = await session.execute(
            text(
                f"EXPLAIN SELECT * FROM matter WHERE {column} = '{value}' ORDER BY id DESC LIMIT 51"
            )
        )
        lines = "\n".join(plan.scalars())
        await session.rollback()
    assert f"ix_matter_{column}_id" in lines
