"""Errors as RFC 9457 problem details: named classes with a stable code, texts in two languages.

A problem is raised, never returned: a returned error response would commit the transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, get_args

from pydantic_core.core_schema import ErrorType
from starlette.requests import Request
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


class Text(NamedTuple):
    """One text in Chinese and English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def preferred_language(accept_language: str | None) -> str:
    """Return `zh` or `en`: the better of the two by an Accept-Language header; zh without one."""
    best, best_weight = "zh", 0.0
    for part in (accept_language or "").split(",")[:20]:
        tag, _, parameters = part.lower().partition(";")
        language = tag.strip().partition("-")[0]
        if language not in {"zh", "en"}:
            continue
        try:
            weight = float(parameters.strip().removeprefix("q=")) if parameters.strip() else 1.0
        except ValueError:
            continue
        if weight > best_weight:
            best, best_weight = language, weight
    return best


class Problem(Exception):  # noqa: N818 - the field's word is problem
    """A business error; subclasses carry status, code and title.

    `field` names the place of the input at fault. Extensions must never hold personal data.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[Text] = Text("服务器内部错误", "Internal error")
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        detail: Text | None = None,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.field = field
        self.extra_headers = {**self.headers, **(headers or {})}
        self.extensions = extensions

    def body(self, language: str) -> dict[str, Any]:
        """Return the problem document in `zh` or `en`."""
        document: dict[str, Any] = {
            "type": f"urn:talent-cloud:problem:{self.code}",
            "title": self.title.in_language(language),
            "status": self.status,
            "code": self.code,
        }
        if self.detail is not None:
            document["detail"] = self.detail.in_language(language)
        if self.field is not None:
            document["field"] = self.field
        return {**document, **self.extensions}


class BadRequest(Problem):
    status = 400
    code = "bad-request"
    title = Text("请求有误", "Bad request")


class Unauthenticated(Problem):
    status = 401
    code = "unauthenticated"
    title = Text("请先登录", "Sign in first")
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = Text("没有权限", "Not allowed")


class NotFound(Problem):
    status = 404
    code = "not-found"
    title = Text("没有找到", "Not found")


class MethodNotAllowed(Problem):
    status = 405
    code = "method-not-allowed"
    title = Text("不支持此方法", "Method not allowed")


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = Text("与现有数据冲突", "Conflict with what is stored")


class VersionChanged(Problem):
    status = 412
    code = "version-changed"
    title = Text("内容已被他人更改，请刷新后重试", "It changed meanwhile: read it again")


class TooLarge(Problem):
    status = 413
    code = "too-large"
    title = Text("请求内容过大", "The request is too large")


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported-media-type"
    title = Text("不支持的内容类型", "Unsupported media type")


class Invalid(Problem):
    status = 422
    code = "invalid"
    title = Text("输入内容不符合要求", "The input is not valid")


class VersionRequired(Problem):
    status = 428
    code = "version-required"
    title = Text("请在 If-Match 中给出版本", "Give the version in If-Match")


class TooManyRequests(Problem):
    status = 429
    code = "too-many-requests"
    title = Text("请求过于频繁", "Too many requests")


class Unavailable(Problem):
    status = 503
    code = "unavailable"
    title = Text("服务暂不可用，请稍后重试", "Not available now: try again later")
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


class UpstreamTimeout(Problem):
    status = 504
    code = "upstream-timeout"
    title = Text("服务响应超时", "The service took too long")


BY_STATUS: Mapping[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        BadRequest,
        Unauthenticated,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        TooLarge,
        UnsupportedMediaType,
        Invalid,
        TooManyRequests,
        Unavailable,
    )
}


def render(problem: Problem, request: Request) -> JSONResponse:
    """Return the response for a problem, in the caller's language."""
    language = preferred_language(request.headers.get("accept-language"))
    return JSONResponse(
        problem.body(language),
        status_code=problem.status,
        headers={**problem.extra_headers, "Content-Language": language},
        media_type=MEDIA_TYPE,
    )


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Return the `responses=` of an endpoint: each problem it can answer, with an example."""
    responses: dict[int | str, dict[str, Any]] = {}
    grouped: dict[int, list[type[Problem]]] = {}
    for kind in kinds:
        grouped.setdefault(kind.status, []).append(kind)
    for status, members in grouped.items():
        responses[status] = {
            "description": "; ".join(f"`{kind.code}`: {kind.title.en}" for kind in members),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {kind.code: {"value": kind().body("en")} for kind in members},
                }
            },
        }
    return responses


PROBLEM_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; texts may change, codes do not."},
        "detail": {"type": "string"},
        "field": {"type": "string", "description": "The place of the input at fault."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "expected": {"type": "string", "description": "The limit, or the values."},
                },
            },
        },
    },
    "additionalProperties": True,
}

_FIELD_TEXTS: Mapping[str, Text] = {
    "missing": Text("必填", "Required"),
    "extra_forbidden": Text("未知字段", "Unknown field"),
    "json_invalid": Text("不是有效的 JSON", "Not valid JSON"),
    "value_error": Text("取值不符合规则", "The value breaks a rule"),
}
_TEXT_BY_PREFIX: Sequence[tuple[str, Text]] = (
    ("string_too", Text("长度超出范围", "The length is out of range")),
    ("too_", Text("数量超出范围", "The number of items is out of range")),
    ("greater_than", Text("数值过小", "The value is too small")),
    ("less_than", Text("数值过大", "The value is too large")),
    ("string_pattern", Text("格式不正确", "The format is wrong")),
    ("date", Text("日期不正确", "Not a valid date")),
    ("uuid", Text("标识不正确", "Not a valid identifier")),
    ("enum", Text("不在可选值之内", "Not one of the allowed values")),
    ("literal", Text("不在可选值之内", "Not one of the allowed values")),
)
_OTHER = Text("类型或取值不正确", "Wrong type or value")
_OWN = Text("不符合规则，见代码", "It breaks the rule that the code names")
_PYDANTIC = frozenset(get_args(ErrorType))


def field_text(kind: str) -> Text:
    """Return our own text for a pydantic error type; pydantic's own text may echo the input."""
    if kind in _FIELD_TEXTS:
        return _FIELD_TEXTS[kind]
    if kind not in _PYDANTIC:
        return _OWN
    return next((text for prefix, text in _TEXT_BY_PREFIX if kind.startswith(prefix)), _OTHER)


_LIMITS = ("expected", "ge", "gt", "le", "lt", "min_length", "max_length")
"""What pydantic tells of a limit that was not kept; it stands in the schema, not in the input."""
_SOURCES = frozenset({"body", "query", "path", "header", "cookie"})


def field_errors(
    errors: Sequence[Mapping[str, Any]], language: str, declared: Collection[str] = ()
) -> list[dict[str, str]]:
    """Render validation errors from their type and place alone, never from the input.

    A part of a place is shown only where it is an index or among the `declared` names: a key of
    the caller's own may be personal, and stands as `*`.
    """
    rendered: list[dict[str, str]] = []
    for error in errors[:50]:
        kind, told = str(error["type"]), error.get("ctx") or {}
        place = [
            str(part) if isinstance(part, int) or part in _SOURCES or part in declared else "*"
            for part in error["loc"]
        ]
        if kind == "extra_forbidden":
            place = [*place[:-1], "*"]
        if kind == "json_invalid":
            place = place[:1]
        found = {
            "field": ".".join(place)[:200],
            "code": kind.replace("_", "-"),
            "message": field_text(kind).in_language(language),
        }
        limit = next((told[name] for name in _LIMITS if name in told), None)
        if limit is not None and kind in _PYDANTIC:
            found["expected"] = str(limit)
        if found not in rendered:  # two dependencies may ask for the same header
            rendered.append(found)
    return rendered
