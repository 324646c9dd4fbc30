"""A finance desk for tests: payments that are owed, who releases them, and the books."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select
from talent_kit.auth import Principal, Role
from talent_kit.clock import local_date
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_policy.disbursements import service
from talent_policy.disbursements.schemas import Award
from talent_policy.models import Budget, Payment
from talent_policy.packs.deciding import Instalment
from talent_policy.payees import service as payees
from talent_policy.payees.schemas import PayeePut

from .scripted_bank import ScriptedBank

ACCOUNT = "6222020000000000017"
OTHER_ACCOUNT = "6222020000000000025"
MAKER, CHECKER, THIRD = "finance-1", "finance-2", "finance-3"
TALENT = Principal("talent-1", frozenset({Role.TALENT}), None, None)


@dataclass
class Desk:
    policy: ServiceUnderTest
    bank: ScriptedBank

    def headers(self, who: str = MAKER, role: Role = Role.FINANCE, region: str = "350700") -> Any:
        return self.policy.issuer.headers(who, role, region=region)

    async def owed(
        self,
        amount: int = 2_000_000,
        *,
        later: tuple[tuple[date, int], ...] = (),
        approved_by: str | None = "reviewer-1",
        account: bool = True,
        **changes: Any,
    ) -> list[Payment]:
        """Award an amount due today, and more on later days; return the payments."""
        owner, today = uuid4(), local_date(self.policy.clock.now())
        if account:
            await self.account(owner)
        given: dict[str, Any] = {
            "application_id": uuid4(),
            "measure": "2.2",
            "region": "350700",
            "payee_kind": "person",
            "payee_owner": owner,
            "pool": "youth",
            "pool_region": "350700",
            "claims": (("2.2", owner.hex),),
            "instalments": (
                Instalment(today, amount),
                *(Instalment(day, fen) for day, fen in later),
            ),
            "approved_by": approved_by,
        }
        async with self.policy.service.database.transaction() as session:
            if (await session.exec(select(Budget))).first() is None:
                session.add(
                    Budget(pool="youth", region="350700", year=today.year, limit_fen=10**10)
                )
            return await service.award(session, self.policy.clock, Award(**given | changes))

    async def account(self, owner: UUID, number: str = ACCOUNT) -> None:
        body = PayeePut(account=number, holder="测试甲", bank_code="102401000012")
        async with self.policy.service.database.transaction() as session:
            await payees.put(
                session,
                self.policy.service.vault,
                self.policy.clock,
                TALENT,
                ("person", owner),
                body,
            )

    async def post(
        self, path: str, body: Any = None, version: int | None = None, who: str = MAKER, **kind: Any
    ) -> Any:
        headers = self.headers(who, **kind) | fresh_key()
        if version is not None:
            headers |= {"If-Match": f'"{version}"'}
        return await self.policy.client.post(path, json=body, headers=headers)

    async def get(self, path: str, who: str = MAKER, region: str = "350700", **query: Any) -> Any:
        answer = await self.policy.client.get(
            path, params=query, headers=self.headers(who, region=region)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def payment(self, payment_id: UUID) -> dict[str, Any]:
        return dict(await self.get(f"/v1/payments/{payment_id}"))

    async def release(self, payment_id: UUID, who: str = MAKER, **body: Any) -> Any:
        version = (await self.payment(payment_id))["version"]
        return await self.post(f"/v1/payments/{payment_id}/release", body or None, version, who)

    async def paid(self, *args: Any, **kwargs: Any) -> list[Payment]:
        """Award and bring to the bank what is due today."""
        payments = await self.owed(*args, **kwargs)
        assert (await self.release(payments[0].id)).status_code == 200
        await self.policy.settle()
        return payments

    async def balances(self) -> dict[str, int]:
        ledger = await self.get("/v1/ledger")
        assert ledger["total_fen"] == 0
        return {row["kind"]: row["balance_fen"] for row in ledger["accounts"]}

    async def reserved(self) -> int:
        async with self.policy.service.database.transaction() as session:
            return sum(row.reserved_fen for row in (await session.exec(select(Budget))).all())


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")
