"""After an erasure nothing personal of the talent is readable anywhere, nor paid twice."""

import asyncio
import json
import random
import time
from dataclasses import replace

import httpx2
import pytest
from joserfc.jws import extract_compact
from talent_demo.client import Caller, Refused
from talent_demo.doors import Addresses, door_of
from talent_demo.drive import Drive
from talent_demo.people import company
from talent_demo.run import Run
from talent_kit.testing.platform import PlatformUnderTest

WISH = {"confirmation": "erase-my-data"}


async def login_of(caller: Caller) -> str:
    """Return what the platform knows somebody signed in by."""
    claims = json.loads(extract_compact((await caller.bearer()).encode()).payload)
    return str(claims["sub"])


async def test_nothing_of_the_erased_is_readable_and_nothing_is_paid_twice(
    platform: PlatformUnderTest,
) -> None:
    firms, graduates = company(random.Random(11), 11, 2, firms=3)
    anna = next(one for one in graduates if one.case == "plain")
    bert = next(one for one in graduates if one is not anna)
    async with httpx2.AsyncClient(base_url=platform.url, timeout=30) as http:
        stack = Addresses.of(platform.folder, platform.url)
        door, run = door_of(http, stack), Run()
        drive = Drive(http, run, stack)
        await drive.staff()
        await drive.year(firms, [anna, bert], until="graduates confirm")
        assert run.surprises == []
        assert run.decided["2.2", "offer confirmed: paying"] == 2
        caller = await door.caller(anna.login, "talent")
        login = await login_of(caller)
        await caller.post("/v1/codes", {})
        [employment] = (await caller.get("/v1/employments"))["items"]
        exported = [
            await caller.get(f"/v1/personal-data/{service}/export")
            for service in ("identity", "policy")
        ]
        assert exported[0]["documents"][0]["number"] == anna.resident_id
        assert exported[1]["account"]["number"] == anna.account
        born = exported[0]["profile"]["birth_date"]

        await caller.post("/v1/talents/me/erasure", WISH)
        for service in ("identity", "policy"):
            with pytest.raises(Refused) as refused:
                await caller.get(f"/v1/personal-data/{service}")
            assert refused.value.code in {"talent-not-registered", "policy.not-registered"}
        if platform.forgets:
            await forgotten(platform, employment["id"])

        messages = await platform.messages()
        stored = {name: await platform.stored(name) for name in platform.databases}
        for name, text in [*stored.items(), ("bus", "\n".join(messages))]:
            for secret in (anna.name, anna.resident_id, anna.phone, anna.account):
                assert secret not in text, f"{name} holds {secret}"
        for name in ("identity", "policy", "postdoc", "registration"):
            assert bert.id in stored[name]
            # The audit log stays; the answer to the wish itself is kept for its repeats, for days;
            # the timer that takes the account from the directory names it for ten minutes.
            beside = await platform.stored(name, "audit", "idempotency", "timer")
            assert login not in beside, f"{name} holds the login"
        assert any(bert.id in message for message in messages)
        about = [one for one in messages if anna.id in one and "talent.identity" in one]
        [erased] = [one for one in about if "talent.erased" in one]
        assert born not in erased
        if platform.forgets:
            assert about == [erased]
            assert not [one for one in messages if employment["id"] in one]

        again = replace(anna, login=f"{anna.login}-again", id="")
        await drive.filing.file([again])
        await drive.quiet()
        await drive.filing.prove([again])
        with pytest.raises(Refused) as refused:
            await drive.confirm([again])
        assert refused.value.code == "policy.already-claimed"
        assert again.id not in {"", anna.id}


async def forgotten(platform: PlatformUnderTest, employment_id: str) -> None:
    """Wait until the bus has forgotten all but that the talent was erased."""
    deadline = time.monotonic() + 20
    while any(employment_id in message for message in await platform.messages()):
        assert time.monotonic() < deadline, "the bus still holds an employment"
        await asyncio.sleep(0.2)
