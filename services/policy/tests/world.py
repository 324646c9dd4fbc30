"""A small Nanping for tests: synthetic people, employers, employments and the published pack."""

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from talent_contracts import (
    AttendanceConfirmed,
    AttendanceRevoked,
    CloudEvent,
    EmployerRegistered,
    EmploymentConfirmed,
    EmploymentDeclared,
    EventData,
    TalentRegistered,
)
from talent_kit import tables
from talent_kit.bus import Delivery, Partition
from talent_kit.identifiers import new_id
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_policy.packs.compiling import compile_pack
from talent_policy.packs.content import PackContent
from talent_policy.packs.files import PackFolder

PACK = Path(__file__).parents[1] / "packs" / "nanping-2021-2"


@cache
def nanping() -> PackContent:
    return PackFolder(PACK).content()


@cache
def narrowed(*kept: str) -> PackContent:
    """The pack narrowed to some measures and the settings that they use."""
    whole = compile_pack(nanping())
    used = frozenset[str]().union(*(whole.measures[name].settings for name in kept))
    return nanping().model_copy(
        update={
            "measures": tuple(each for each in nanping().measures if each.id in kept),
            "settings": {name: nanping().settings[name] for name in sorted(used)},
            "examples": tuple(group for group in nanping().examples if group.measure in kept),
        }
    )


def graduates() -> PackContent:
    """The pack narrowed to the two measures for graduates."""
    return narrowed("2.1", "2.2")


def pack_json(content: PackContent | None = None, **changes: Any) -> dict[str, Any]:
    """The narrowed pack, or another, as a request body, with parts of its header changed."""
    body = json.loads((content or graduates()).model_dump_json(by_alias=True))
    body["pack"] |= changes
    return body


def base_facts(measure: str) -> dict[str, Any]:
    """The facts that the examples of a measure share: an eligible case."""
    return dict(next(group.base for group in nanping().examples if group.measure == measure))


def talent(**changes: Any) -> TalentRegistered:
    given: dict[str, Any] = {
        "talent_id": new_id(),
        "login": f"login-{new_id().hex}",
        "region": "350702",
        "birth_date": date(1995, 6, 1),
        "birth_date_proven": True,
        "nationality": "CHN",
        "residence": "mainland",
        "version": 1,
    }
    return TalentRegistered(**given | changes)


def employer(**changes: Any) -> EmployerRegistered:
    given: dict[str, Any] = {
        "employer_id": new_id(),
        "region": "350702",
        "kind": "enterprise",
        "agents": ("agent-login",),
        "version": 1,
    }
    return EmployerRegistered(**given | changes)


def employment(
    who: TalentRegistered, at: EmployerRegistered, *, confirmed: bool = True, **changes: Any
) -> EmploymentConfirmed | EmploymentDeclared:
    given: dict[str, Any] = {
        "employment_id": new_id(),
        "talent_id": who.talent_id,
        "employer_id": at.employer_id,
        "status": "confirmed" if confirmed else "declared",
        "arrangement": "direct",
        "contract_kind": "fixed_term",
        "contract_from": date(2023, 7, 10),
        "contract_until": date(2026, 7, 9),
        "ended_on": None,
        "version": 2 if confirmed else 1,
    }
    kind = EmploymentConfirmed if confirmed else EmploymentDeclared
    return kind(**given | changes)


def attendance(
    who: TalentRegistered | EmployerRegistered, *, confirmed: bool = True, **changes: Any
) -> AttendanceConfirmed | AttendanceRevoked:
    """Check-in at a recruitment fair of the city's government; revoked if not confirmed."""
    given: dict[str, Any] = {
        "attendance_id": new_id(),
        "activity_id": new_id(),
        "registration_id": new_id(),
        "kind": "fair",
        "host": "government",
        "region": "350700",
        "held_in": "350702",
        "recruitment": True,
        "invited": True,
        "attended_on": date(2025, 8, 30),
        "version": 1 if confirmed else 2,
    }
    if isinstance(who, TalentRegistered):
        given["talent_id"] = who.talent_id
    else:
        given["employer_id"] = who.employer_id
    return (AttendanceConfirmed if confirmed else AttendanceRevoked)(**given | changes)


class _Batch:
    """A subscription that holds one batch and fails the test where a message must be retried."""

    def __init__(self, deliveries: list[Delivery]) -> None:
        self._deliveries = deliveries

    async def fetch(self, *_: object) -> dict[Partition, list[Delivery]]:
        return {self._deliveries[0].partition: self._deliveries}

    async def commit(self, *_: object) -> None:
        pass

    def retry(self, *_: object, **__: object) -> None:
        raise AssertionError("a message was put off")


def envelope(event: EventData) -> CloudEvent:
    return CloudEvent(
        id=new_id(),
        source="/identity",
        type=event.TYPE,
        subject=str(event.subject),
        time=datetime.now(UTC),
        data=event.model_dump(mode="json"),
    )


async def deliver(policy: ServiceUnderTest, *events: EventData) -> None:
    """Bring events to the consumer as the bus would, each with an id of its own."""
    await deliver_envelopes(policy, *map(envelope, events))


async def deliver_envelopes(policy: ServiceUnderTest, *envelopes: CloudEvent) -> None:
    partition = Partition("talent.identity", 0)
    deliveries = [
        Delivery(partition, place, each.subject, each.model_dump_json(exclude_none=True).encode())
        for place, each in enumerate(envelopes)
    ]
    await policy.worker.consumer.step(_Batch(deliveries))
    async with policy.service.database.transaction() as session:
        parked = await session.scalar(select(func.count()).select_from(tables.parked))
    assert parked == 0


async def publish(
    policy: ServiceUnderTest, content: PackContent | None = None, **changes: Any
) -> dict[str, Any]:
    """Publish the narrowed Nanping pack, or another; return what the service answers."""
    headers = policy.issuer.headers("admin", "policy_admin", region="350700") | fresh_key()
    answer = await policy.client.post(
        "/v1/packs", json=pack_json(content, **changes), headers=headers
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def observe(
    policy: ServiceUnderTest,
    headers: dict[str, str],
    subject: tuple[str, UUID],
    facts: dict[str, Any],
) -> Any:
    """Record facts as whoever the headers name; return the answer."""
    body = {
        "subject": {"kind": subject[0], "id": str(subject[1])},
        "facts": [{"name": name, "value": value} for name, value in facts.items()],
    }
    return await policy.client.post("/v1/observations", json=body, headers=headers | fresh_key())
