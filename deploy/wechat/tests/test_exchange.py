"""Codes for openids, and how the simulation fails."""

from datetime import timedelta

import httpx2
import pytest
import pytest_asyncio
from talent_kit.testing.services import MovableClock
from talent_wechat.main import create_app
from talent_wechat.phones import LIFE
from talent_wechat.settings import WeChatSettings

APP, SECRET = "wx0000000000000000", "a secret of sixteen or more"


class Phone:
    def __init__(self, http, clock):
        self.http = http
        self.clock = clock

    async def code(self, user="somebody"):
        answer = await self.http.post("/codes", json={"user": user})
        assert answer.status_code == 201
        return answer.json()["code"]

    async def exchange(self, code, **changes):
        asked = {"appid": APP, "secret": SECRET, "js_code": code, "grant_type": "x"} | changes
        return (await self.http.get("/sns/jscode2session", params=asked)).json()

    async def behave(self, **behaviour):
        assert (await self.http.put("/behaviour", json=behaviour)).status_code == 200


@pytest_asyncio.fixture
async def phone():
    clock = MovableClock()
    app = create_app(WeChatSettings(environment="development", app_secret=SECRET), clock)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://wechat") as http:
        yield Phone(http, clock)


def test_it_runs_in_development_alone():
    with pytest.raises(ValueError, match="development alone"):
        create_app(WeChatSettings(app_secret=SECRET))


async def test_a_user_has_one_openid_and_two_users_have_two(phone):
    first = await phone.exchange(await phone.code("one"))
    again = await phone.exchange(await phone.code("one"))
    other = await phone.exchange(await phone.code("two"))
    assert first["openid"] == again["openid"] != other["openid"]
    assert len(first["openid"]) == 28
    assert first["session_key"] != again["session_key"]


async def test_a_code_serves_once(phone):
    code = await phone.code()
    assert "openid" in await phone.exchange(code)
    assert (await phone.exchange(code))["errcode"] == 40163


@pytest.mark.parametrize(
    ("age", "good"),
    [(LIFE - timedelta(seconds=1), True), (LIFE, False), (LIFE + timedelta(seconds=1), False)],
)
async def test_a_code_lasts_five_minutes(phone, age, good):
    code = await phone.code()
    phone.clock.move(age)
    answer = await phone.exchange(code)
    assert ("openid" in answer) == good
    assert good or answer["errcode"] == 40029


@pytest.mark.parametrize(
    ("changes", "number"),
    [({"appid": "wx1"}, 40013), ({"secret": "x"}, 40125), ({"js_code": "x"}, 40029)],
)
async def test_what_does_not_fit_is_refused(phone, changes, number):
    assert (await phone.exchange(await phone.code(), **changes))["errcode"] == number


@pytest.mark.parametrize(
    ("effect", "number"),
    [("busy", -1), ("too_often", 45011), ("code_invalid", 40029), ("blocked", 40226)],
)
async def test_every_nth_exchange_fails_as_told(phone, effect, number):
    await phone.behave(every={effect: 2})
    answers = [await phone.exchange(await phone.code()) for _ in range(4)]
    assert [answer.get("errcode") for answer in answers] == [None, number, None, number]


async def test_silence_ends_with_a_504(phone):
    await phone.behave(every={"silent": 1}, silence_seconds=0)
    answer = await phone.http.get("/sns/jscode2session")
    assert answer.status_code == 504
