"""The composition root of the simulated bank."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from talent_kit.clock import Clock, SystemClock
from talent_kit.database import Database
from talent_kit.middleware import as_problem
from talent_kit.problems import (
    BY_STATUS,
    BadRequest,
    Invalid,
    Problem,
    field_errors,
    preferred_language,
    render,
)

from .behaviour import Behaviour
from .endpoints import router
from .schemas import StatementQuery, TransferOrder
from .settings import BankSettings

MIGRATIONS = str(Path(__file__).parents[1] / "migrations")


class Bank:
    """The parts of the bank. Nothing connects before it is used."""

    def __init__(self, settings: BankSettings, clock: Clock | None = None) -> None:
        if settings.environment != "development":
            raise ValueError("the simulated bank runs in development alone")
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.database = Database(settings.database_url.get_secret_value(), settings.database_pool)
        self.key = settings.client_secret.get_secret_value().encode()

    async def ready(self) -> bool:
        """Tell whether the books can be reached; raises where not even their server can."""
        await self.database.check()
        return True


def create_app(bank: Bank) -> FastAPI:
    """Return the bank's application."""

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        yield
        await bank.database.close()

    app = FastAPI(
        title="Simulated bank",
        version="1",
        lifespan=live,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = bank
    app.include_router(router)
    answer_with_problems(app, TransferOrder, StatementQuery, Behaviour)
    return app


def answer_with_problems(app: FastAPI, *bodies: type[BaseModel]) -> None:
    """Render every error of an application that is no platform service as a problem.

    `bodies` are the models whose fields an error may name; other names are the caller's own.
    """
    declared = frozenset(name for body in bodies for name in body.model_fields)

    async def on_error(request: Request, error: Exception) -> JSONResponse:
        return render(as_problem(error), request)

    async def on_invalid(request: Request, error: Exception) -> JSONResponse:
        errors = error.errors() if isinstance(error, RequestValidationError) else []
        language = preferred_language(request.headers.get("accept-language"))
        fields = field_errors(errors, language, declared)
        broken = any(found["code"] == "json-invalid" for found in fields)
        kind: type[Problem] = BadRequest if broken else Invalid
        return render(kind(errors=fields), request)

    async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return render(BY_STATUS.get(status, Problem)(), request)

    for kind in (Problem, SQLAlchemyError, OSError):
        app.add_exception_handler(kind, on_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http_exception)
