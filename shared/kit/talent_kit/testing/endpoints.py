"""What every endpoint of a service refuses, from one table.

A test module subclasses `EndpointChecks` with its table and provides a fixture `stage`: the service
with something in it. Nothing that is refused may change a table, so one stage serves a module.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, ClassVar
from uuid import uuid4

import httpx2
import pytest

from talent_kit.problems import MEDIA_TYPE

from .services import fresh_key
from .stage import SIGNED_IN, VERSION, Endpoint, Stage

_FIELD, _VALUE = "林小溪的电话", "13812345678"
"""A caller's own text that no answer may repeat."""
_KEY = "Idempotency-Key"
_LARGEST = "9" * 18

Path = tuple[str | int, ...]


def refused(answer: httpx2.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """Return the problem that an answer is; fail unless it is this one."""
    asked = f"{answer.request.method} {answer.request.url.path}"
    told = f"{asked}: {answer.status_code} {answer.text[:500]}"
    if answer.status_code != status or answer.headers["content-type"] != MEDIA_TYPE:
        pytest.fail(f"{told}\nwanted: a problem {status}")
    problem: dict[str, Any] = answer.json()
    if code is not None and problem["code"] != code:
        pytest.fail(f"{told}\nwanted: {code}")
    return problem


def silent(answer: httpx2.Response, *secrets: str) -> None:
    """Fail where an answer repeats one of these, as it is or escaped as JSON writes it."""
    told = answer.text + str(answer.headers)
    for secret in secrets:
        if secret in told or json.dumps(secret)[1:-1] in told:
            asked = f"{answer.request.method} {answer.request.url.path}"
            pytest.fail(f"{asked} repeats its input: {told[:1000]}")


def _objects(body: Any, path: Path = ()) -> Iterator[Path]:
    """Yield where each object in a body stands."""
    if isinstance(body, Mapping):
        yield path
        for key, value in body.items():
            yield from _objects(value, (*path, key))
    elif isinstance(body, list | tuple):
        for index, value in enumerate(body):
            yield from _objects(value, (*path, index))


def _matches(path: Path, pattern: str) -> bool:
    parts = pattern.split(".")
    return len(parts) == len(path) and all(
        part in ("*", str(step)) for part, step in zip(parts, path, strict=True)
    )


def with_unknown_fields(endpoint: Endpoint) -> Iterator[tuple[Any, bool]]:
    """Yield the body with a field that nobody declared, once in each kind of object in it.

    The flag tells that the place is one of the row's maps.
    """
    seen: set[tuple[str, ...]] = set()
    for path in _objects(endpoint.body):
        kind = tuple("*" if isinstance(step, int) else step for step in path)
        if kind in seen:
            continue
        seen.add(kind)
        body = deepcopy(endpoint.body)
        place: Any = body
        for step in path:
            place = place[step]
        place[_FIELD] = _VALUE
        yield body, any(_matches(path, pattern) for pattern in endpoint.maps)


_ROWS: Mapping[str, Callable[[Endpoint], object]] = {
    "guarded": lambda row: row.admitted,
    "reading": lambda row: row.admitted and row.method == "GET",
    "regional": lambda row: row.regional,
    "with_body": lambda row: row.body is not None,
    "identified": lambda row: row.identified,
    "versioned": lambda row: row.versioned,
    "keyed": lambda row: row.keyed,
}
"""Which rows a check asks for, by the name of its parameter."""


class EndpointChecks:
    """The checks; a subclass is named `Test…` and sets the table."""

    ENDPOINTS: ClassVar[Sequence[Endpoint]] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        for name, chosen in _ROWS.items():
            if name in metafunc.fixturenames:
                rows = [row for row in self.ENDPOINTS if chosen(row)]
                metafunc.parametrize(name, rows, ids=str)

    def test_every_endpoint_is_in_the_table(self, stage: Stage) -> None:
        served = {
            f"{method.upper()} {path}"
            for path, operations in stage.service.app.openapi()["paths"].items()
            for method in operations
            if path.startswith("/v1/")
        }
        rows = [str(row) for row in self.ENDPOINTS]
        if served != set(rows) or len(rows) != len(served):
            pytest.fail(f"table and service differ: {served.symmetric_difference(rows)}")

    async def test_who_is_not_signed_in_is_refused(self, stage: Stage, guarded: Endpoint) -> None:
        async with stage.unchanged():
            for who in ({}, {"Authorization": "Bearer nothing"}):
                refused(await stage.send(guarded, who), 401, "unauthenticated")

    async def test_every_other_role_is_refused(self, stage: Stage, guarded: Endpoint) -> None:
        async with stage.unchanged():
            if guarded.admitted != SIGNED_IN:
                refused(await stage.send(guarded, stage.signed_in()), 403, "forbidden")
            for role in SIGNED_IN - guarded.admitted:
                refused(await stage.send(guarded, stage.signed_in(role)), 403, "forbidden")

    async def test_every_admitted_role_may_read(self, stage: Stage, reading: Endpoint) -> None:
        for role in reading.admitted:
            answer = await stage.send(reading, stage.signed_in(role))
            if answer.status_code == 401 or '"code":"forbidden"' in answer.text:
                pytest.fail(f"{role}: {answer.status_code} {answer.text[:500]}")

    async def test_staff_without_a_region_see_and_change_nothing(
        self, stage: Stage, regional: Endpoint
    ) -> None:
        async with stage.unchanged():
            for role in regional.regional:
                answer = await stage.send(regional, stage.signed_in(role, region=None))
                if answer.status_code in (403, 404):
                    refused(answer, answer.status_code)
                elif answer.status_code != 200 or answer.json().get("items") != []:
                    pytest.fail(f"{role}: {answer.status_code} {answer.text[:500]}")

    async def test_an_unknown_field_is_refused_without_an_echo(
        self, stage: Stage, with_body: Endpoint
    ) -> None:
        async with stage.unchanged():
            for body, is_map in with_unknown_fields(with_body):
                answer = await stage.send(with_body, stage.admitted(with_body), json=body)
                problem = refused(answer, 422)
                silent(answer, *([_VALUE] if is_map else [_FIELD, _VALUE]))
                # A list is said to be too short besides, where its one item is refused.
                found = {error["code"] for error in problem.get("errors", ())} - {"too-short"}
                if not is_map and found != {"extra-forbidden"}:
                    pytest.fail(f"not refused for the unknown field alone: {answer.text[:500]}")

    async def test_broken_json_is_refused(self, stage: Stage, with_body: Endpoint) -> None:
        async with stage.unchanged():
            for content in (b'{"a": ', b"{'a': 1}", b"\xff\xfe", b'{"a": "\xff"}'):
                answer = await stage.send(with_body, stage.admitted(with_body), content=content)
                refused(answer, 400, "bad-request")

    async def test_a_body_that_is_no_object_is_refused(
        self, stage: Stage, with_body: Endpoint
    ) -> None:
        async with stage.unchanged():
            for body in (None, [], [with_body.body], _VALUE, 7, True):
                content = json.dumps(body).encode()
                answer = await stage.send(with_body, stage.admitted(with_body), content=content)
                refused(answer, 422)
                silent(answer, _VALUE)

    async def test_a_body_beyond_the_limit_is_refused(
        self, stage: Stage, with_body: Endpoint
    ) -> None:
        most, who = stage.service.service.settings.max_body_bytes, stage.admitted(with_body)
        async with stage.unchanged():
            for size, status, code in ((most, 400, "bad-request"), (most + 1, 413, "too-large")):
                content = b"[" + b" " * (size - 1)
                refused(await stage.send(with_body, who, content=content), status, code)

    async def test_an_id_that_is_none_is_refused_without_an_echo(
        self, stage: Stage, identified: Endpoint
    ) -> None:
        names = [name for name in stage.ids if name.endswith("_id")]
        async with stage.unchanged():
            for none in (_VALUE, f"{uuid4()}0", "%E6%9E%97%E5%B0%8F%E6%BA%AA", "%00"):
                ids = dict.fromkeys(names, none)
                answer = await stage.send(identified, stage.admitted(identified), ids=ids)
                refused(answer, 422)
                silent(answer, _VALUE)

    async def test_an_id_that_nobody_has_is_not_found(
        self, stage: Stage, identified: Endpoint
    ) -> None:
        ids = {name: str(uuid4()) for name in stage.ids if name.endswith("_id")}
        async with stage.unchanged():
            refused(await stage.send(identified, stage.admitted(identified), ids=ids), 404)

    async def test_an_update_names_the_version_that_was_read(
        self, stage: Stage, versioned: Endpoint
    ) -> None:
        async with stage.unchanged():
            for role in versioned.admitted:
                who = stage.signed_in(role)
                answer = await stage.send(versioned, who, headers=fresh_key())
                refused(answer, 428, "version-required")
            forms = ("three", 'W/"1"', '""', "*", '"-1"', '"1", "1"', f'"{_LARGEST}9"')
            for form in forms:
                headers = fresh_key() | {VERSION: form}
                answer = await stage.send(versioned, stage.admitted(versioned), headers=headers)
                refused(answer, 400, "version-invalid")
            headers = fresh_key() | {VERSION: f'"{_LARGEST}"'}
            answer = await stage.send(versioned, stage.admitted(versioned), headers=headers)
            refused(answer, 412, "version-changed")

    async def test_a_post_that_changes_something_wants_an_idempotency_key(
        self, stage: Stage, keyed: Endpoint
    ) -> None:
        async with stage.unchanged():
            for role in keyed.admitted:
                for key in ({}, {_KEY: "k" * 7}, {_KEY: "k" * 129}, {_KEY: "key with blanks"}):
                    headers = key | {VERSION: '"1"'}
                    answer = await stage.send(keyed, stage.signed_in(role), headers=headers)
                    problem = refused(answer, 422, "invalid")
                    places = [error["field"].lower() for error in problem["errors"]]
                    if places != [f"header.{_KEY.lower()}"]:
                        pytest.fail(f"not refused for the key alone: {answer.text[:500]}")

    def test_every_operation_says_what_can_go_wrong(self, stage: Stage) -> None:
        paths = stage.service.app.openapi()["paths"]
        missing = {
            str(row): found
            for row in self.ENDPOINTS
            if (found := _undocumented(row, paths[row.template][row.method.lower()]))
        }
        if missing:
            pytest.fail("\n".join(f"{row}: {', '.join(found)}" for row, found in missing.items()))


def _undocumented(row: Endpoint, operation: Mapping[str, Any]) -> list[str]:
    expected: set[str] = set()
    if row.admitted:
        expected.add("401")
    if row.admitted and row.admitted != SIGNED_IN:
        expected.add("403")
    if row.versioned:
        expected |= {"412", "428"}
    if row.keyed:
        expected.add("409")
    if row.body is not None:
        expected.add("422")
    if row.identified:
        expected |= {"404", "422"}
    answers: Mapping[str, Any] = operation["responses"]
    missing = sorted(expected - set(answers))
    missing += [
        f"{status} is no problem"
        for status, told in answers.items()
        if status >= "400" and MEDIA_TYPE not in told.get("content", {})
    ]
    if not operation.get("description"):
        missing.append("description")
    takes = {parameter["name"] for parameter in operation.get("parameters", ())}
    takes = {name.lower() for name in takes}
    for header, wanted in ((_KEY, row.keyed), (VERSION, row.versioned)):
        if (header.lower() in takes) != wanted:
            missing.append(f"{header}: {'not taken' if wanted else 'taken'}")
    return missing
