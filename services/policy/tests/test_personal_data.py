"""Personal data stay where they belong: not in errors, events, logs, traces, audit or clear rows.

One story goes from the account on file to the payment, with every wrong turn that holds somebody's
data; then everything it left behind is searched.
"""

import json
import logging
from functools import partial
from uuid import uuid4

import httpx2
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from talent_kit.auth import Role
from talent_kit.logs import JsonFormatter
from talent_kit.testing.services import fresh_key
from talent_policy.disbursements.bank import HttpBank

from .applications.story import begin
from .disbursements.scripted_bank import ScriptedBank, refuses
from .world import base_facts, deliver, observe, talent

HOLDER, COMPANY = "欧阳小溪流", "闽北不存在机械行"
NUMBER, COMPANY_NUMBER = "6217998765432109871", "3500198765432105553"
SPACED = "3500 1987 6543 2105 553"
PHONE = "13987651234"
REASON = "申请人司马不存在的毕业证编号有误"
BORN, GRADUATED = "1994-11-23", "2022-07-03"
NEVER_ANSWERED = (HOLDER, COMPANY, NUMBER, COMPANY_NUMBER, SPACED, PHONE)
SECRETS = (*NEVER_ANSWERED, REASON, BORN, GRADUATED, "19941123", "20220703")


class Teller:
    """Calls the service, and keeps what it answers."""

    def __init__(self, story):
        self.story, self.client, self.answers = story, story.policy.client, []

    async def ask(self, method, path, who, body=None, **headers):
        sent = who | fresh_key() | {name.replace("_", "-"): told for name, told in headers.items()}
        answer = await self.client.request(method, path, json=body, headers=sent)
        self.answers.append(answer)
        return answer

    async def tell(self, bank):
        await self.accounts()
        await self.facts()
        await self.instant_and_paid(bank)
        await self.reviewed()
        await self.lost()

    async def accounts(self):
        story, put = self.story, partial(self.ask, "PUT", "/v1/payees/me")
        account = {"account": NUMBER, "holder": HOLDER, "bank_code": "102401000012"}
        await put(story.talent, account | {"account": f"{NUMBER}x"})
        await put(story.talent, account | {"bank_code": NUMBER})
        await put(story.talent, account | {HOLDER: PHONE})
        await put(story.policy.issuer.headers(PHONE, Role.TALENT), account)
        await put({}, account)
        for who, given in (
            (story.talent, account),
            (story.agent, account | {"account": SPACED, "holder": COMPANY}),
        ):
            assert (await put(who, given)).status_code == 200
            assert (await self.ask("GET", "/v1/payees/me", who)).status_code == 200

    async def facts(self):
        story, policy = self.story, self.story.policy
        changed = {"talent_id": story.talent_id, "login": story.login, "birth_date": BORN}
        await deliver(policy, talent(**changed, version=2))
        await story.observe("school-office", person__graduated_on=GRADUATED)
        person = ("person", story.talent_id)
        for fact, value in (
            ("person.degree", BORN),
            ("person.graduated_on", HOLDER),
            (HOLDER, PHONE),
            ("person.scheme_2020_1", PHONE),
        ):
            refused = await observe(policy, story.talent, person, {fact: value})
            assert refused.status_code == 422, refused.text
            self.answers.append(refused)
        said = {"person.graduated_on": GRADUATED, "person.degree": "master"}
        assert (await observe(policy, story.talent, person, said)).status_code == 201
        query = f"/v1/observations?kind=person&id={story.talent_id}"
        for who in (story.talent, story.staff(Role.REVIEWER)):
            read = await self.ask("GET", query, who)
            assert {BORN, GRADUATED} <= {row["value"] for row in read.json()["items"]}
        question = {
            "as_of": "2023-10-01",
            "region": "350700",
            "subject": "employment",
            "facts": base_facts("2.2") | {"person.birth_date": BORN},
        }
        assert (await self.ask("POST", "/v1/evaluations", {}, question)).status_code == 200
        await self.ask("POST", "/v1/evaluations", {}, question | {"region": HOLDER})
        question["facts"] |= {"person.degree": BORN, HOLDER: PHONE}
        assert (await self.ask("POST", "/v1/evaluations", {}, question)).status_code == 422
        assert (await self.ask("GET", "/v1/matches", story.talent)).json()["items"]

    async def instant_and_paid(self, bank):
        story, finance = self.story, self.story.staff(Role.FINANCE)
        subject = {"kind": "employment", "id": str(story.employment_id)}
        apply = partial(self.ask, "POST", "/v1/applications", story.talent, Idempotency_Key="k" * 8)
        await apply({"measure": "2.2", "subject": subject | {"name": HOLDER}})
        await apply({"measure": HOLDER, "subject": subject})
        made = await apply({"measure": "2.2", "subject": subject})
        print(
            "DBG",
            (
                await self.ask(
                    "GET",
                    f"/v1/applications/{made.json()[chr(105) + chr(100)]}/assessment",
                    story.talent,
                )
            ).text,
        )
        assert (made.status_code, made.json()["status"]) == (201, "paying")
        await apply({"measure": "2.2", "subject": subject})
        await apply({"measure": "2.1", "subject": subject})
        payment = f"/v1/payments/{made.json()['payments'][0]['id']}"
        for status in ("failed", "paid"):
            await story.policy.settle()
            found = (await self.ask("GET", payment, finance)).json()
            assert found["status"] == status, found
            version = f'"{found["version"]}"'
            await self.ask("POST", f"{payment}/release", finance, If_Match=version)
        assert {sent.account for sent in bank.sent} == {NUMBER}
        for who in (story.talent, story.staff(Role.REVIEWER)):
            decided = f"/v1/applications/{made.json()['id']}/decision"
            assert GRADUATED in (await self.ask("GET", decided, who)).text

    async def reviewed(self):
        story = self.story
        made = (await story.apply("2.1")).json()
        path = f"/v1/applications/{made['id']}"
        reviewer = story.staff(Role.REVIEWER)
        why = {"reason": REASON}
        determined = [{"requirement": HOLDER, "satisfied": True, "reason": REASON}]
        for number, (step, who, body) in enumerate(
            (
                ("return", reviewer, why),
                ("resubmit", story.agent, None),
                ("reject", reviewer, why),
            ),
            start=1,
        ):
            await self.ask("POST", f"{path}/{step}", who, why | {HOLDER: PHONE}, If_Match=PHONE)
            version = f'"{number}"'
            if body:
                await self.ask("POST", f"{path}/{step}", who, why | {HOLDER: 1}, If_Match=version)
            await self.ask("POST", f"{path}/approve", reviewer, {"determinations": determined})
            answer = await self.ask("POST", f"{path}/{step}", who, body, If_Match=version)
            assert answer.status_code == 200, answer.text
        assert (await self.ask("GET", f"{path}/assessment", reviewer)).status_code == 200
        assert REASON in (await self.ask("GET", f"{path}/decision", reviewer)).text
        final = f'"{number + 1}"'
        approve = {"determinations": determined}
        await self.ask("POST", f"{path}/approve", reviewer, approve, If_Match=final)

    async def lost(self):
        reviewer = self.story.staff(Role.REVIEWER)
        for path in (
            f"/v1/applications/{PHONE}",
            f"/v1/applications/{uuid4()}?name={HOLDER}",
            f"/v1/applications?status={HOLDER}&cursor={NUMBER}",
            f"/v1/observations?kind=person&id={NUMBER}",
            f"/v1/measures?region={HOLDER}",
            f"/v1/{NUMBER}/{PHONE}",
        ):
            await self.ask("GET", path, reviewer)
            await self.ask("GET", path, {"Authorization": f"Bearer {PHONE}"})


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("account-closed", "account-closed"),
        ("a" * 40, "a" * 40),
        ("a" * 41, "unknown"),
        (f"{HOLDER} {NUMBER}", "unknown"),
        (NUMBER, "unknown"),
        (None, "unknown"),
    ],
)
async def test_a_refusal_in_the_banks_own_words_is_not_kept(monkeypatch, reason, kept):
    order_id = uuid4()

    async def says(*_, **__):
        state = {"order_id": str(order_id), "status": "failed", "amount_fen": 1, "reason": reason}
        return httpx2.Response(200, json={"states": [state]})

    monkeypatch.setattr(httpx2.AsyncClient, "request", says)
    bank = HttpBank("http://bank.test", "secret", 1)
    answer = (await bank.ask([order_id]))[order_id]
    await bank.close()
    assert (answer.status, answer.reason) == ("refused", kept)


async def test_nothing_that_was_told_is_left_in_clear(policy_factory, caplog, monkeypatch):
    exporter = InMemorySpanExporter()
    bank = ScriptedBank(refuses)
    create = partial(policy_factory.create_service, exporter=exporter, bank=bank)
    monkeypatch.setattr(policy_factory, "create_service", create)
    caplog.set_level(logging.DEBUG)
    async with policy_factory.running() as policy:
        teller = Teller(await begin(policy, account=False))
        await teller.tell(bank)
        await policy.settle()
        stored = await policy.stored()

    statuses = {answer.status_code for answer in teller.answers}
    assert {200, 201, 401, 404, 409, 422, 428} <= statuses
    refused = [answer for answer in teller.answers if answer.status_code >= 400]
    spans = [span.to_json() for span in exporter.get_finished_spans()]
    # The test's own HTTP client tells its addresses; the platform's own code must not.
    ours = [row for row in caplog.records if not row.name.startswith(("httpx2", "httpcore2"))]
    lines = [JsonFormatter().format(row) for row in ours]
    assert len(lines) >= len(teller.answers) <= len(spans)
    for expected in ("talent.policy.payment.made.v1", str(teller.story.talent_id), "payee.put"):
        assert expected in stored

    for answer in teller.answers:
        assert found(answer.text + str(answer.headers), NEVER_ANSWERED) == [], answer.request.url
    for answer in refused:
        assert found(answer.text + str(answer.headers)) == [], answer.request.url
    assert [line for line in lines if found(line)] == []
    assert [span for span in spans if found(span)] == []
    assert [line for line in stored.splitlines() if found(line)] == []


def found(text, secrets=SECRETS):
    """Return which secrets a text holds, as they are or escaped as JSON writes them."""
    return [each for each in secrets if each in text or json.dumps(each)[1:-1] in text]
