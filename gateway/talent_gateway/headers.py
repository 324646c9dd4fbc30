"""Which headers travel, in either direction."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

RawHeaders = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_FORGEABLE = frozenset(
    {
        b"baggage",
        b"expect",
        b"forwarded",
        b"tracestate",
        b"via",
        b"x-http-method-override",
        b"x-original-url",
        b"x-real-ip",
        b"x-rewrite-url",
    }
)
"""What a service might believe although a client wrote it."""
_FORGEABLE_PREFIXES = (b"x-forwarded-", b"x-talent-", b"x-internal-")
_SET_HERE = frozenset({b"content-length", b"traceparent", b"x-request-id"})
_NOT_TO_SERVICES = _HOP_BY_HOP | _FORGEABLE | _SET_HERE
_ONCE = frozenset({b"authorization", b"content-length", b"host", b"transfer-encoding"})
_LOOKED_AT = _NOT_TO_SERVICES | _ONCE

_NOT_TO_CLIENTS = _HOP_BY_HOP | {
    b"date",
    b"referrer-policy",
    b"server",
    b"strict-transport-security",
    b"via",
    b"x-content-type-options",
    b"x-powered-by",
    b"x-request-id",
}
_INTERNAL_PREFIXES = (b"x-talent-", b"x-internal-", b"x-forwarded-")

_REQUEST_ID = re.compile(rb"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID alone: a free text could be a phone number, and it goes into the logs."""


@dataclass(slots=True)
class Inbound:
    """A client's headers, sorted out."""

    kept: RawHeaders
    """What the service gets to see as it came."""
    request_id: str = ""
    authorization: bytes | None = None
    traceparent: str = ""
    body_length: int | None = 0
    """Bytes announced; None when the body comes in chunks."""
    ambiguous: bool = False


def sort_out(raw: Iterable[tuple[bytes, bytes]]) -> Inbound:
    """Return what a request's headers say, without what must not reach a service."""
    kept: RawHeaders = []
    single: dict[bytes, bytes] = {}
    dropped: set[bytes] = set()
    inbound = Inbound(kept)
    for header in raw:
        name, value = header
        if name not in _LOOKED_AT:
            if not (name.startswith(b"x-") and name.startswith(_FORGEABLE_PREFIXES)):
                kept.append(header)
            continue
        if name in _ONCE:
            if name in single:
                inbound.ambiguous = True
            single[name] = value
        if name not in _NOT_TO_SERVICES:
            kept.append(header)
        elif name == b"x-request-id":
            if _REQUEST_ID.fullmatch(value):
                inbound.request_id = value.decode()
        elif name == b"traceparent":
            inbound.traceparent = value.decode("latin-1")
        elif name == b"connection":
            dropped.update(part.strip().lower() for part in value.split(b","))
    if dropped - _HOP_BY_HOP:
        inbound.kept = [header for header in kept if header[0] not in dropped]
    if not inbound.request_id:
        inbound.request_id = f"{random.getrandbits(128):032x}"
    inbound.authorization = single.get(b"authorization")
    _measure(inbound, single.get(b"content-length"), single.get(b"transfer-encoding"))
    return inbound


def _measure(inbound: Inbound, length: bytes | None, encoding: bytes | None) -> None:
    """Note the body's length; two ways to tell it are how requests are smuggled."""
    if encoding is not None:
        inbound.body_length = None
        inbound.ambiguous |= length is not None or encoding.strip().lower() != b"chunked"
    elif length is not None:
        if length.isdigit() and len(length) < 19:
            inbound.body_length = int(length)
        else:
            inbound.ambiguous = True


def for_client(raw: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """Return a service's answer headers without what is not for the world."""
    return [
        (name, header[1])
        for header in raw
        if (name := header[0].lower()) not in _NOT_TO_CLIENTS
        and not (name.startswith(b"x-") and name.startswith(_INTERNAL_PREFIXES))
    ]
