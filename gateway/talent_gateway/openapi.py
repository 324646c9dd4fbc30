"""One OpenAPI document of everything behind the gateway, from the services' own."""

import asyncio
import json
import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

from talent_kit.problems import (
    MEDIA_TYPE,
    PROBLEM_SCHEMA,
    Problem,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UpstreamTimeout,
)

from .errors import (
    BodyTooSlow,
    HeadersAmbiguous,
    NotReady,
    OutcomeUnknown,
    PathRefused,
    UpstreamUnavailable,
)
from .routes import RouteTable
from .upstream import Upstream, ask

Document = dict[str, Any]

log = logging.getLogger(__name__)

_KEPT_SECONDS = 60.0
_AGAIN_SECONDS = 5.0
_PATIENCE = 10.0
_REF = "#/components/schemas/"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_EDGE: Mapping[str, tuple[type[Problem], ...]] = {
    "400": (PathRefused, HeadersAmbiguous),
    "401": (Unauthenticated,),
    "408": (BodyTooSlow,),
    "413": (TooLarge,),
    "429": (TooManyRequests,),
    "503": (Unavailable, UpstreamUnavailable, OutcomeUnknown),
    "504": (UpstreamTimeout,),
}
"""What the gateway itself may answer to any operation."""


class OpenApi:
    """The merged document, made when first asked for and again after a minute.

    Of a service that gives none stands what it gave before, else nothing; it is asked again soon.
    """

    def __init__(
        self, upstreams: Mapping[str, Upstream], table: RouteTable, public_url: str
    ) -> None:
        self._upstreams = upstreams
        self._table = table
        self._public_url = public_url
        self._making = asyncio.Lock()
        self._given: dict[str, Document] = {}
        self._content = b""
        self._until = float("-inf")

    async def content(self) -> bytes:
        """Return the document as JSON; raises Unavailable as long as no service gave one."""
        async with self._making:
            if time.monotonic() >= self._until:
                found = await asyncio.gather(*map(self._document, self._upstreams))
                self._given |= {
                    name: document
                    for name, document in zip(self._upstreams, found, strict=True)
                    if document is not None
                }
                if not self._given:
                    raise Unavailable
                # It is a megabyte and a half: not on the event loop.
                self._content = await asyncio.to_thread(self._written)
                kept = _AGAIN_SECONDS if None in found else _KEPT_SECONDS
                self._until = time.monotonic() + kept
        return self._content

    def _written(self) -> bytes:
        document = merged(self._given, self._public_url or "/")
        return json.dumps(document, ensure_ascii=False).encode()

    async def _document(self, name: str) -> Document | None:
        """Return a service's document with the paths that lead to it, or none where it has none."""
        try:
            status, content = await ask(self._upstreams[name], "/openapi.json", _PATIENCE)
            document: Document = json.loads(content) if status == 200 else {}
            document["paths"] = {
                path: item
                for path, item in document["paths"].items()
                if (route := self._table.find(path)) is not None and route.name == name
            }
        except Exception as error:
            log.warning("a service gives no document", exc_info=error, extra={"upstream": name})
            return None
        return document


def merged(documents: Mapping[str, Document], server_url: str) -> Document:
    """Return one document; schemas that share a name but differ get their service's before it."""
    clashing = _clashing({name: _schemas(document) for name, document in documents.items()})
    paths: Document = {}
    schemas: Document = {"Problem": dict(PROBLEM_SCHEMA)}
    tags: dict[str, Document] = {}
    for service, document in documents.items():
        names = {
            name: f"{service}.{name}" if name in clashing else name for name in _schemas(document)
        }
        for name, schema in _schemas(document).items():
            schemas[names[name]] = _renamed(schema, names)
        for path, item in document["paths"].items():
            paths[path] = _renamed(item, names)
        tags |= {tag["name"]: tag for tag in document.get("tags", [])}
    for operation in _operations(paths):
        for tag in operation.get("tags", []):
            tags.setdefault(tag, {"name": tag})
        if "security" in operation:
            operation["security"] = [{"bearer": []}]
        for status in _EDGE:
            operation["responses"].setdefault(
                status, {"$ref": f"#/components/responses/Edge{status}"}
            )
    paths |= _own_paths()
    tags.setdefault("health", {"name": "health"})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Talent Cloud 人才服务云平台",
            "version": "1",
            "description": (
                "Errors are problem details (RFC 9457) with a stable `code`; texts come in Chinese"
                " or English by `Accept-Language`. What a write changed is visible to a read that"
                " brings the write's `Talent-Consistency`."
            ),
        },
        "servers": [{"url": server_url}],
        "tags": list(tags.values()),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {f"Edge{status}": _problems(kinds) for status, kinds in _EDGE.items()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _schemas(document: Document) -> Document:
    schemas: Document = document.get("components", {}).get("schemas", {})
    return schemas


def _operations(paths: Document) -> Iterator[Document]:
    for item in paths.values():
        yield from (item[method] for method in _METHODS if method in item)


def _clashing(by_service: Mapping[str, Document]) -> set[str]:
    """Return the names that mean different things, or refer to one that does."""
    clashing: set[str] = set()
    shared: dict[str, list[Any]] = {}
    for schemas in by_service.values():
        for name, schema in schemas.items():
            shared.setdefault(name, []).append(schema)
    before = -1
    while before < len(clashing):
        before = len(clashing)
        clashing |= {
            name
            for name, (first, *others) in shared.items()
            if others
            and (any(other != first for other in others) or set(_references(first)) & clashing)
        }
    return clashing


def _references(node: Any) -> Iterator[str]:
    """Yield the schemas that a part of a document names, in `$ref` or a discriminator's mapping."""
    if isinstance(node, dict):
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
    elif isinstance(node, str) and node.startswith(_REF):
        yield node.removeprefix(_REF)


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _renamed(value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_renamed(value, names) for value in node]
    if isinstance(node, str) and node.startswith(_REF):
        name = node.removeprefix(_REF)
        return f"{_REF}{names.get(name, name)}"
    return node


def _problems(kinds: tuple[type[Problem], ...]) -> Document:
    return {
        "description": "; ".join(f"`{kind.code}`: {kind.title.en}" for kind in kinds),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": f"{_REF}Problem"},
                "examples": {kind.code: {"value": kind().body("en")} for kind in kinds},
            }
        },
    }


def _own_paths() -> Document:
    def path(summary: str, **more: Document) -> Document:
        answers = {"200": {"description": "It does"}} | more
        return {"get": {"tags": ["health"], "summary": summary, "responses": answers}}

    return {
        "/health/live": path("Whether the gateway answers"),
        "/health/ready": path(
            "Whether everything behind the gateway serves", **{"503": _problems((NotReady,))}
        ),
    }
