"""Codes that phones get, and what they are exchanged for.

Kept in memory: a code lives five minutes, and a phone whose code is lost gets another.
"""

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.clock import Clock

LIFE = timedelta(minutes=5)
_REMEMBERED = 100_000


class Problem(IntEnum):
    """WeChat's error numbers."""

    BUSY = -1
    WRONG_APP = 40013
    CODE_INVALID = 40029
    WRONG_SECRET = 40125
    CODE_USED = 40163
    BLOCKED = 40226
    TOO_OFTEN = 45011


class Effect(StrEnum):
    """What may befall an exchange; where several would, the first in this list does."""

    SILENT = "silent"
    """No answer: the connection stays open, then ends with a 504."""
    BUSY = "busy"
    TOO_OFTEN = "too_often"
    CODE_INVALID = "code_invalid"
    BLOCKED = "blocked"


_TOLD = {
    Effect.BUSY: Problem.BUSY,
    Effect.TOO_OFTEN: Problem.TOO_OFTEN,
    Effect.CODE_INVALID: Problem.CODE_INVALID,
    Effect.BLOCKED: Problem.BLOCKED,
}


class Behaviour(BaseModel):
    """The settings of the simulation; without any, every good code is answered."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"every": {"busy": 50, "silent": 100}}]}
    )

    every: dict[Effect, Annotated[int, Field(ge=1, le=1_000_000)]] = {}
    """Every n-th exchange, counted from the last change of these settings."""
    silence_seconds: float = Field(default=30, ge=0, le=120)


class Refused(Exception):  # noqa: N818 - an answer
    """WeChat's error number for an exchange."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.name)
        self.problem = problem


class Silence(Exception):  # noqa: N818 - an answer of its own kind
    """This exchange gets no answer."""


@dataclass
class _Code:
    openid: str
    given_at: datetime
    used: bool = False


class Phones:
    """Gives codes to phones and takes each once."""

    def __init__(self, app_id: str, secret: str, clock: Clock) -> None:
        self._app_id = app_id
        self._secret = secret
        self._clock = clock
        self._codes: OrderedDict[str, _Code] = OrderedDict()
        self._exchanges = 0
        self.behaviour = Behaviour()

    def behave(self, behaviour: Behaviour) -> None:
        """Change how exchanges to come are treated."""
        self.behaviour = behaviour
        self._exchanges = 0

    def code(self, user: str) -> str:
        """Return a code for a user, as `wx.login` gives one; a user keeps their openid."""
        code = secrets.token_urlsafe(24)
        digest = hmac.digest(self._secret.encode(), f"{self._app_id}\n{user}".encode(), "sha256")
        self._codes[code] = _Code(f"o{digest.hex()[:27]}", self._clock.now())
        if len(self._codes) > _REMEMBERED:
            self._codes.popitem(last=False)
        return code

    def exchange(self, app_id: str, secret: str, code: str) -> str:
        """Return the openid of whom a code was given to; raises Refused and Silence."""
        self._exchanges += 1
        for effect in Effect:
            if effect in self.behaviour.every and not (
                self._exchanges % self.behaviour.every[effect]
            ):
                if effect is Effect.SILENT:
                    raise Silence
                raise Refused(_TOLD[effect])
        if app_id != self._app_id:
            raise Refused(Problem.WRONG_APP)
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            raise Refused(Problem.WRONG_SECRET)
        found = self._codes.get(code)
        if found is None or self._clock.now() >= found.given_at + LIFE:
            raise Refused(Problem.CODE_INVALID)
        if found.used:
            raise Refused(Problem.CODE_USED)
        found.used = True
        return found.openid
