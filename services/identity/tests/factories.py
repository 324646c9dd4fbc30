"""Synthetic people, documents and organisations, and callers for them."""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from talent_identity.employers import credit_codes
from talent_identity.filing_lists.columns import COLUMNS
from talent_identity.talents import documents
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key

_serial = count(1)


def resident_number(
    born: date = date(1996, 5, 17), sequence: int | None = None, region: str = "110101"
) -> str:
    """Return a valid resident id number of a synthetic person; an odd sequence is a man's."""
    sequence = next(_serial) % 1000 if sequence is None else sequence
    first = f"{region}{born:%Y%m%d}{sequence:03}"
    return first + documents.check_character(first)


def credit_code(body: str = "91", region: str = "350702", subject: str | None = None) -> str:
    """Return a valid social credit code of a synthetic organisation."""
    first = f"{body}{region}{subject or f'MA{next(_serial):07}'}"
    return first + credit_codes.check_character(first)


def talent_body(**changes: Any) -> dict[str, Any]:
    """Return a registration with a resident id."""
    return {
        "name": "林小溪",
        "document": {"kind": "resident_id", "number": resident_number()},
        "phone": "13812345678",
        "region": "350702",
    } | changes


def employer_body(**changes: Any) -> dict[str, Any]:
    return {
        "credit_code": credit_code(),
        "name": "闽北示例机械有限公司",
        "region": "350702",
        "kind": "enterprise",
    } | changes


def filing_row(**changes: str) -> dict[str, str]:
    """Return a row of a filing list, by field."""
    return {
        "name": "林小溪",
        "document_kind": "居民身份证",
        "document_number": resident_number(),
        "phone": "13812345678",
        "credit_code": credit_code(),
        "employer_name": "闽北示例机械有限公司",
        "employer_kind": "企业",
        "contract_kind": "固定期限",
        "contract_from": "2024/7/1",
        "contract_until": "2027年6月30日",
        "arrangement": "直接用工",
        "region": "350702",
    } | changes


def filing_list(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    """Return rows as a CSV file with Chinese column names."""
    fields = list(dict.fromkeys(field for row in rows for field in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([COLUMNS[field][0] for field in fields])
    writer.writerows([[row.get(field, "") for field in fields] for row in rows])
    return text.getvalue().encode(encoding)


def fixed_term(employer_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "employer_id": employer_id,
        "arrangement": "direct",
        "contract_kind": "fixed_term",
        "contract_from": "2024-07-01",
        "contract_until": "2027-06-30",
    } | changes


@dataclass
class Caller:
    """Someone signed in; each request gets a new idempotency key unless one is given."""

    world: "World"
    login: str
    headers: dict[str, str]

    async def get(self, path: str, **headers: str) -> Any:
        return await self.world.client.get(path, headers=self.headers | headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        sent = self.headers | fresh_key() | _dashed(headers)
        return await self.world.client.post(path, json=body, headers=sent)

    async def send_list(self, content: bytes, **headers: str) -> Any:
        """Send a filing list."""
        sent = self.headers | fresh_key() | {"Content-Type": "text/csv"} | _dashed(headers)
        return await self.world.client.post("/v1/filing-lists", content=content, headers=sent)

    async def patch(self, path: str, body: Any, version: Any = 1) -> Any:
        sent = self.headers | {"If-Match": f'"{version}"'}
        return await self.world.client.patch(path, json=body, headers=sent)

    async def delete(self, path: str) -> Any:
        return await self.world.client.delete(path, headers=self.headers)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class World:
    """One service under test, and who can be in it."""

    running: ServiceUnderTest
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.running.client

    def caller(self, *roles: Role, login: str | None = None, **claims: Any) -> Caller:
        login = login or f"login-{uuid4()}"
        return Caller(self, login, self.running.issuer.headers(login, *roles, **claims))

    def anonymous(self) -> Caller:
        return Caller(self, "", {})

    async def talent(self, **changes: Any) -> tuple[Caller, dict[str, Any]]:
        """Register a talent; return the caller and the answer."""
        caller = self.caller(Role.TALENT)
        answer = await caller.post("/v1/talents", talent_body(**changes))
        assert answer.status_code == 201, answer.text
        return caller, answer.json()

    async def employer(self, **changes: Any) -> tuple[Caller, dict[str, Any]]:
        """Register an employer; return its agent and the answer."""
        agent = self.caller(Role.EMPLOYER)
        answer = await agent.post("/v1/employers", employer_body(**changes))
        assert answer.status_code == 201, answer.text
        return agent, answer.json()

    async def rows(self, query: str) -> list[Any]:
        async with self.running.service.database.engine.connect() as connection:
            return list((await connection.exec_driver_sql(query)).all())

    async def events(self) -> list[dict[str, Any]]:
        """Return the events saved and not yet sent, in order."""
        saved = await self.rows("SELECT value FROM outbox ORDER BY position")
        return [json.loads(row.value) for row in saved]

    async def audited(self) -> list[Any]:
        return await self.rows("SELECT * FROM audit ORDER BY position")
