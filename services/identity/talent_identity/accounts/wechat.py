"""WeChat's sign-in of mini-programs: a code for an openid (小程序登录, jscode2session)."""

from typing import Any, Protocol

import httpx2

_SPENT = {40029, 40163}
"""The code is none of WeChat's, is too old, or was used before."""
_BLOCKED = 40226
_TOO_OFTEN = 45011


class CodeRefused(Exception):  # noqa: N818 - an answer
    """The code is not good, or not good any more: the mini-program must get another."""


class WeChatBlocked(Exception):  # noqa: N818 - an answer
    """WeChat holds this user for a risk and lets them sign in nowhere."""


class WeChatBusy(Exception):  # noqa: N818 - a state that passes
    """WeChat gave no answer, or none that counts."""


class TooOften(WeChatBusy):
    """WeChat limits how often one user signs in."""


class WeChat(Protocol):
    """Tells whose code it is."""

    app_id: str

    async def openid(self, code: str) -> str:
        """Return the openid; raises CodeRefused, WeChatBlocked, WeChatBusy. A code serves once."""

    async def close(self) -> None: ...


class HttpWeChat:
    """WeChat's own interface, or a simulation of it, over HTTP.

    Its protocol wants secret and code in the query, so nothing here logs an address.
    """

    def __init__(
        self,
        url: str,
        *,
        app_id: str,
        secret: str,
        timeout: float,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.app_id = app_id
        self._secret = secret
        self._http = httpx2.AsyncClient(base_url=url, timeout=timeout, transport=transport)

    async def openid(self, code: str) -> str:
        asked = {
            "appid": self.app_id,
            "secret": self._secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = await self._http.get("/sns/jscode2session", params=asked)
            answer.raise_for_status()
            found = answer.json()
            # The session key besides the openid would open what WeChat encrypts: not kept.
            return _openid(found)
        except (httpx2.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            # Not chained: the error's text has the address, and that the secret.
            raise WeChatBusy(type(error).__name__) from None

    async def close(self) -> None:
        await self._http.aclose()


def _openid(found: dict[str, Any]) -> str:
    problem = int(found.get("errcode", 0))
    if problem in _SPENT:
        raise CodeRefused
    if problem == _BLOCKED:
        raise WeChatBlocked
    if problem == _TOO_OFTEN:
        raise TooOften
    if problem:
        raise WeChatBusy(f"errcode {problem}")
    openid = found["openid"]
    if not isinstance(openid, str) or not openid:
        raise ValueError
    return openid
