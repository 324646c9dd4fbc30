"""The simulated WeChat: what a mini-program's server asks, and what a phone does."""

import asyncio
import base64
import secrets
from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from talent_kit.app import answer_with_problems
from talent_kit.clock import Clock, SystemClock
from talent_kit.problems import Invalid, UpstreamTimeout, problems

from .phones import Behaviour, Phones, Refused, Silence
from .settings import WeChatSettings


class Phone(BaseModel):
    """Whose phone asks for a code; any name, one openid each."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    user: str = Field(min_length=1, max_length=64, examples=["graduate-1"])


class LoginCode(BaseModel):
    """What `wx.login` gives a mini-program; it serves once, five minutes."""

    code: str


def create_app(settings: WeChatSettings, clock: Clock | None = None) -> FastAPI:
    """Return the application; raises ValueError outside development."""
    if settings.environment != "development":
        raise ValueError("the simulated WeChat runs in development alone")
    phones = Phones(settings.app_id, settings.app_secret.get_secret_value(), clock or SystemClock())
    app = FastAPI(
        title="Simulated WeChat",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )

    @app.get("/sns/jscode2session", responses=problems(UpstreamTimeout), tags=["wechat"])
    async def exchange(
        appid: Annotated[str, Query()] = "",
        secret: Annotated[str, Query()] = "",
        js_code: Annotated[str, Query()] = "",
    ) -> dict[str, Any]:
        """Exchange a code for an openid; errors are answered with status 200, as WeChat does."""
        try:
            openid = phones.exchange(appid, secret, js_code)
        except Refused as refused:
            return {"errcode": int(refused.problem), "errmsg": refused.problem.name.lower()}
        except Silence:
            await asyncio.sleep(phones.behaviour.silence_seconds)
            raise UpstreamTimeout from None
        return {
            "openid": openid,
            "session_key": base64.b64encode(secrets.token_bytes(16)).decode(),
        }

    @app.post("/codes", status_code=201, responses=problems(Invalid), tags=["simulation"])
    async def login(body: Phone) -> LoginCode:
        """Get a code, as `wx.login` does on a phone."""
        return LoginCode(code=phones.code(body.user))

    @app.get("/behaviour", tags=["simulation"])
    async def behaviour() -> Behaviour:
        """Read how exchanges are treated."""
        return phones.behaviour

    @app.put("/behaviour", responses=problems(Invalid), tags=["simulation"])
    async def behave(body: Behaviour) -> Behaviour:
        """Change how exchanges to come are treated; replaces all settings."""
        phones.behave(body)
        return phones.behaviour

    answer_with_problems(app)
    return app
