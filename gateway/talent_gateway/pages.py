"""The gateway's own answers: health, the merged OpenAPI document and two pages for people."""

import re
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from talent_kit.problems import MethodNotAllowed, preferred_language

from .health import Readiness
from .openapi import OpenApi

_FILES = Path(__file__).parent / "site"
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src blob:"
    " data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}


class Pages:
    """Answers the paths that no service has; files are read once."""

    def __init__(self, readiness: Readiness, openapi: OpenApi, public_url: str) -> None:
        self._readiness = readiness
        self._openapi = openapi
        self._public_url = public_url
        self._welcome = {
            language: (_FILES / f"welcome.{language}.html").read_text("utf-8")
            for language in ("zh", "en")
        }
        self._pages: Mapping[str, Callable[[Request], Awaitable[Response]]] = {
            "/": self._welcome_page,
            "/docs": _file("docs.html", "text/html"),
            "/docs/docs.js": _file("docs.js", "text/javascript"),
            "/docs/schemas.js": _file("schemas.js", "text/javascript"),
            "/docs/texts.js": _file("texts.js", "text/javascript"),
            "/docs/style.css": _file("style.css", "text/css"),
            "/openapi.json": self._document,
            "/health/live": _live,
            "/health/ready": self._ready,
        }

    def __contains__(self, path: str) -> bool:
        return path in self._pages

    async def page(self, path: str, request: Request) -> Response:
        """Return the page of a path that is here; raises MethodNotAllowed, and what it may."""
        if request.method not in {"GET", "HEAD"}:
            raise MethodNotAllowed(headers={"Allow": "GET, HEAD"})
        return await self._pages[path](request)

    async def _welcome_page(self, request: Request) -> Response:
        language = preferred_language(request.headers.get("accept-language"))
        chosen = request.query_params.get("lang", "")
        if chosen in self._welcome:
            language = chosen
        return Response(
            self._welcome[language].replace("{{origin}}", escape(self._origin(request))),
            media_type="text/html",
            headers={**_PAGE_HEADERS, "Content-Language": language, "Vary": "Accept-Language"},
        )

    def _origin(self, request: Request) -> str:
        """Return the address for the page's examples; a Host header is only believed if plain."""
        host = request.headers.get("host", "")
        if self._public_url or not _HOST.fullmatch(host):
            return self._public_url or "http://127.0.0.1:8000"
        return f"{request.scope['scheme']}://{host}"

    async def _document(self, _: Request) -> Response:
        return Response(
            await self._openapi.content(),
            media_type="application/json",
            headers={"Cache-Control": "no-cache"},
        )

    async def _ready(self, _: Request) -> Response:
        parts = await self._readiness.states()
        return JSONResponse({"status": "ok", "parts": parts}, headers={"Cache-Control": "no-store"})


async def _live(_: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def _file(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    content = (_FILES / name).read_bytes()

    async def answer(_: Request) -> Response:
        return Response(content, media_type=media_type, headers=_PAGE_HEADERS)

    return answer
