"""The account on file: requests that come together all get an answer, and one account stands."""

import asyncio

from sqlmodel import select
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest
from talent_policy.models import Payee

from ..world import deliver, talent

ACCOUNTS = [f"622202000000000{n:04d}" for n in range(8)]


async def test_first_accounts_that_come_together_are_all_answered(
    policy: ServiceUnderTest,
) -> None:
    who = talent()
    await deliver(policy, who)
    headers = policy.issuer.headers(who.login, Role.TALENT)

    async def put(account: str) -> tuple[int, int, str]:
        body = {"account": account, "holder": "测试甲", "bank_code": "102401000012"}
        answer = await policy.client.put("/v1/payees/me", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["version"], answer.status_code, answer.json()["account_masked"][-4:]

    answers = await asyncio.gather(*map(put, ACCOUNTS))
    assert sorted(version for version, _, _ in answers) == list(range(1, 9))
    async with policy.service.database.transaction() as session:
        [row] = (await session.exec(select(Payee))).all()
    assert (row.version, row.account_mask) == (8, f"****{max(answers)[2]}")
    read = await policy.client.get("/v1/payees/me", headers=headers)
    assert read.json()["account_masked"].endswith(max(answers)[2])
