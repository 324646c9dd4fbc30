"""WeChat over HTTP: what its answers mean, and that nothing it is told gets into a log."""

import logging

import httpx2
import pytest
from talent_identity.accounts.wechat import (
    CodeRefused,
    HttpWeChat,
    TooOften,
    WeChatBlocked,
    WeChatBusy,
)


def wechat(answer):
    def handle(request):
        if isinstance(answer, Exception):
            raise answer
        return answer

    transport = httpx2.MockTransport(handle)
    return HttpWeChat(
        "https://wechat.test", app_id="wx1", secret="the-secret", timeout=1, transport=transport
    )


async def test_a_good_code_is_an_openid():
    answer = httpx2.Response(200, json={"openid": "o1", "session_key": "k", "unionid": "u"})
    assert await wechat(answer).openid("c") == "o1"
    zero = httpx2.Response(200, json={"openid": "o1", "errcode": 0})
    assert await wechat(zero).openid("c") == "o1"


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (40029, CodeRefused),
        (40163, CodeRefused),
        (40226, WeChatBlocked),
        (45011, TooOften),
        (-1, WeChatBusy),
        (40013, WeChatBusy),
        (99999, WeChatBusy),
    ],
)
async def test_what_an_error_number_means(number, error):
    answer = httpx2.Response(200, json={"errcode": number, "errmsg": "x"})
    with pytest.raises(error):
        await wechat(answer).openid("c")


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500),
        httpx2.Response(200, text="no json"),
        httpx2.Response(200, json=[]),
        httpx2.Response(200, json={}),
        httpx2.Response(200, json={"openid": ""}),
        httpx2.Response(200, json={"openid": 7}),
        httpx2.Response(200, json={"errcode": "x"}),
        httpx2.ConnectTimeout("the-secret"),
    ],
    ids=str,
)
async def test_an_answer_that_does_not_count_repeats_no_secret(answer):
    with pytest.raises(WeChatBusy) as told:
        await wechat(answer).openid("the-code")
    assert "the-secret" not in str(told.value)
    assert told.value.__cause__ is None


async def test_neither_code_nor_secret_is_logged(caplog):
    from talent_kit.logs import configure_logging

    handlers = logging.getLogger().handlers[:]
    configure_logging("DEBUG")
    logging.getLogger().handlers += handlers
    answer = httpx2.Response(200, json={"openid": "o1"})
    with caplog.at_level(logging.DEBUG):
        await wechat(answer).openid("the-code")
    logging.getLogger().handlers = handlers
    assert "the-secret" not in caplog.text
    assert "the-code" not in caplog.text
