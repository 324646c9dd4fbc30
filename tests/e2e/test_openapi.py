"""Whatever the interface says may be sent, and much that it does not, is answered without a 5xx."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from talent_demo.doors import Addresses, door_of
from talent_kit.testing.faults import SEEDS
from talent_kit.testing.platform import PlatformUnderTest

ROLES = [
    "talent",
    "employer",
    "reviewer",
    "finance",
    "policy_admin",
    "scanner",
    "auditor",
    "organiser",
    "operator",
    "service",
]
EXAMPLES = 2 * len(SEEDS)
"""For each operation and each mode: `make faults` sends twenty times as many."""


@pytest.fixture(scope="module")
def bearer(platform: PlatformUnderTest) -> Iterator[Callable[[], str]]:
    """Return the token of a caller with every role, another one before its time is over."""
    with asyncio.Runner() as loop:
        http = httpx2.AsyncClient(base_url=platform.url)
        door = door_of(http, Addresses.of(platform.folder, platform.url))
        caller = loop.run(door.caller("schemathesis", *ROLES, region="350700"))
        yield lambda: loop.run(caller.bearer())
        loop.run(http.aclose())


@pytest.fixture(scope="module")
def document(platform: PlatformUnderTest) -> dict[str, Any]:
    answer = httpx2.get(f"{platform.url}/openapi.json", timeout=30)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def taking_nothing(document: dict[str, Any]) -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if not operation.get("parameters") and "requestBody" not in operation
    }


@pytest.mark.fuzz
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_operation_answers_with_a_server_error(
    platform: PlatformUnderTest,
    bearer: Callable[[], str],
    document: dict[str, Any],
    mode: GenerationMode,
) -> None:
    """The caller has every role; 503 is an answer of its own (not-yet-visible), no failure."""
    schema = schemathesis.openapi.from_dict(document)
    statuses: Counter[int] = Counter()
    untried: set[str] = set()
    failures: list[str] = []
    session = requests.Session()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            case.headers["Authorization"] = f"Bearer {bearer()}"
            answer = case.call(base_url=platform.url, session=session)
            statuses[answer.status_code] += 1
            if answer.status_code >= 500:
                failures.append(f"{case.method} {case.path}: {answer.status_code} {case.body!r}")

        try:
            send()
        except Unsatisfiable:
            untried.add(operation.label)
    assert not failures
    # Only an operation that takes nothing cannot be called, and that only wrongly.
    assert untried <= (taking_nothing(document) if mode is GenerationMode.NEGATIVE else set())
    assert statuses[422] > 0
