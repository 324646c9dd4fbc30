"""The FastAPI application that every service is."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Match, Route

from .health import health_router
from .middleware import RequestMiddleware, as_problem
from .operations import operations_router
from .problems import (
    BY_STATUS,
    MEDIA_TYPE,
    PROBLEM_SCHEMA,
    BadRequest,
    Invalid,
    MethodNotAllowed,
    Problem,
    UnsupportedMediaType,
    field_errors,
    preferred_language,
    render,
)
from .service import Service


def create_service_app(
    service: Service,
    *,
    title: str,
    routers: Sequence[APIRouter],
    migrations: str,
    uploads: Collection[str] = (),
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """Return the application of a service; the caller owns nothing else.

    `migrations` is the Alembic folder, by which readiness checks that the schema is current. A POST
    to one of the paths in `uploads` may bring a file of up to `max_upload_bytes`.
    """

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        try:
            if lifespan is None:
                yield
            else:
                async with lifespan():
                    yield
        finally:
            await service.close()

    app = FastAPI(
        title=title,
        version="1",
        lifespan=live,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    app.state.migrations = migrations
    for router in (*routers, operations_router(service.name), health_router()):
        # Their paths are whole. An included router's routes are looked for twice at each request.
        app.router.routes.extend(router.routes)
    answer_with_problems(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    app.add_route("/openapi.json", _show_openapi, include_in_schema=False)
    app.add_middleware(RequestMiddleware, uploads=frozenset(uploads))
    return app


def answer_with_problems(app: FastAPI) -> None:
    """Render every error of an application as a problem; for those that are no services too."""
    for kind in (Problem, SQLAlchemyError, OSError):
        app.add_exception_handler(kind, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_problem(request: Request, error: Exception) -> JSONResponse:
    return render(as_problem(error), request)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    if any(_unread(found) for found in errors) and not _is_json(request):
        return render(UnsupportedMediaType(), request)
    language = preferred_language(request.headers.get("accept-language"))
    fields = field_errors(errors, language, await _declared_names(request.app))
    broken = any(found["code"] == "json-invalid" for found in fields)
    kind: type[Problem] = BadRequest if broken else Invalid
    return render(kind(field=fields[0]["field"] if fields else None, errors=fields), request)


def _unread(error: Mapping[str, Any]) -> bool:
    """Tell whether the body as a whole was refused: FastAPI leaves what is no JSON unparsed."""
    return tuple(error["loc"]) == ("body",) and error["type"] != "missing"


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


async def _declared_names(app: FastAPI) -> frozenset[str]:
    """Return every name in the application's own interface, once: what an error may repeat."""
    names: frozenset[str] | None = getattr(app.state, "declared_names", None)
    if names is None:
        names = frozenset(_names(await asyncio.to_thread(app.openapi)))
        app.state.declared_names = names
    return names


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key in ("properties", "schemas", "mapping"):
            yield from node.get(key, ())
        if "in" in node and isinstance(node.get("name"), str):
            yield node["name"]
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    if status == MethodNotAllowed.status:
        headers = {"Allow": _allowed(request)}
    return render(BY_STATUS.get(status, Problem)(headers=headers), request)


def _allowed(request: Request) -> str:
    """Return the methods of the path: each has a route of its own, and the router names one's."""
    routes = [route for route in request.app.router.routes if isinstance(route, Route)]
    there = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return ", ".join(sorted({method for route in there for method in route.methods or ()}))


async def _show_openapi(request: Request) -> JSONResponse:
    # Making it takes a large service a second: not on the event loop.
    return JSONResponse(await asyncio.to_thread(request.app.openapi))


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, with our problem in place of FastAPI's validation error."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = dict(PROBLEM_SCHEMA)
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        invalid = {
            "description": f"`{Invalid.code}`: {Invalid.title.en}",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for operations in document["paths"].values():
            for operation in operations.values():
                answers = operation["responses"]
                if "application/json" in answers.get("422", {}).get("content", {}):
                    answers["422"] = invalid
        app.openapi_schema = document
    return app.openapi_schema
