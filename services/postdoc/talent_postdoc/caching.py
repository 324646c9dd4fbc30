"""Answers that everybody may keep: an ETag of what they say, and 304 where it was read before."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Annotated, Any

from fastapi import Header, Response

IfNoneMatch = Annotated[
    str | None, Header(max_length=1000, description="ETags that were read, of which one may stand.")
]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "As it was."}}


def etag_of(*parts: bytes) -> str:
    """Return the ETag of some content, or of what determines it."""
    return f'"{blake2b(b"".join(parts), digest_size=16).hexdigest()}"'


def unchanged(if_none_match: str | None, etag: str) -> bool:
    """Tell whether a caller has what bears this ETag; weak ones count, as RFC 9110 has it."""
    given = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return etag in given or "*" in given


def kept(
    content: bytes,
    if_none_match: str | None,
    *,
    media_type: str = "application/json",
    seconds: int = 0,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer that caches keep for some seconds, or ask about each time, or 304."""
    etag = etag_of(content)
    told = cache_headers(etag, seconds) | dict(headers or {})
    if unchanged(if_none_match, etag):
        return Response(status_code=304, headers=told)
    return Response(content, media_type=media_type, headers=told)


def cache_headers(etag: str, seconds: int = 0) -> dict[str, str]:
    """Return what tells caches for how long they need not ask whether an answer still stands."""
    return {"ETag": etag, "Cache-Control": f"public, max-age={seconds}" if seconds else _ASKING}


_ASKING = "public, no-cache"
"""Kept, and asked about each time: what was taken down is not shown by a cache either."""
