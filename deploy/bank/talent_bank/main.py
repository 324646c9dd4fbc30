"""The composition root of the simulated bank."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
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

from .endpoints import router
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
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = bank
    app.include_router(router)
    answer_with_problems(app)
    return app


def answer_with_problems(app: FastAPI) -> None:
    """Render every error of an application that is no platform service as a problem."""
    for kind in (Problem, SQLAlchemyError, OSError):
        app.add_exception_handler(kind, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    return render(as_problem(error), request)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    fields = field_errors(errors, preferred_language(request.headers.get("accept-language")))
    broken = any(found["code"] == "json-invalid" for found in fields)
    kind: type[Problem] = BadRequest if broken else Invalid
    return render(kind(errors=fields), request)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return render(BY_STATUS.get(status, Problem)(), request)
