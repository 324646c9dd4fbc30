"""POST requests that can be repeated: one key, one effect, the same answer.

The key is stored in the business transaction with a keyed fingerprint of the request and the
encrypted answer, so that a crash keeps both or neither. Errors are not stored: a refused request
may be repeated under its key.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from sqlalchemy import BigInteger, bindparam, delete, func, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from . import tables
from .auth import Principal, SignedIn
from .database import SessionDep
from .keyring import Keyring
from .problems import Conflict, Invalid, Text

_KEPT_HEADERS = ("content-type", "location", "etag", "talent-consistency")


class InProgress(Conflict):
    code = "idempotency-in-progress"
    title = Text("相同请求正在处理", "The same request is being handled")


class KeyReused(Invalid):
    code = "idempotency-key-reused"
    title = Text("此 Idempotency-Key 已用于另一请求", "The key was used for another request")


class Replayed(Exception):  # noqa: N818 - no error: it carries the stored answer past the endpoint
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class PendingAnswer:
    """A key that is taken by this request and waits for its answer."""

    principal: str
    key: str
    fingerprint: bytes

    async def store(self, session: AsyncSession, response: Response, request: Request) -> None:
        """Save the answer in the request's own transaction."""
        service = request.app.state.service
        sealed = service.keyring.seal(bytes(response.body), self._place())
        await session.execute(
            _STORE,
            {
                "principal": self.principal,
                "key": self.key,
                "fingerprint": self.fingerprint,
                "status": response.status_code,
                "answer": sealed,
                "headers": {
                    name: response.headers[name]
                    for name in _KEPT_HEADERS
                    if name in response.headers
                },
                "made_at": service.clock.now(),
            },
        )

    def open(self, row: Any, keyring: Keyring) -> Response:
        """Return the stored answer as a response."""
        return Response(
            keyring.open(row.answer, self._place()), status_code=row.status, headers=row.headers
        )

    def _place(self) -> bytes:
        return f"idempotency.answer:{self.principal}:{self.key}".encode()


IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the caller, new for each intended effect; kept for days.",
    ),
]


async def forget_answers(session: AsyncSession, principal: str) -> None:
    """Remove the answers kept for one login; a request of theirs would have its effect again."""
    kept = tables.idempotency
    await session.execute(delete(kept).where(kept.c.principal == principal))


async def _take_key(
    request: Request, who: SignedIn, session: SessionDep, idempotency_key: IdempotencyKey
) -> None:
    keyring: Keyring = request.app.state.service.keyring
    pending = PendingAnswer(
        principal=who.subject,
        key=keyring.blind_index("idempotency", idempotency_key).hex(),
        fingerprint=await _fingerprint(request, who, keyring.index_key),
    )
    lock = hashlib.blake2b(f"{who.subject}\n{idempotency_key}".encode(), digest_size=8).digest()
    taken = await session.scalar(_LOCK, {"lock": int.from_bytes(lock, signed=True)})
    if not taken:
        raise InProgress(headers={"Retry-After": "1"})
    given = {"principal": pending.principal, "key": pending.key}
    row = (await session.execute(_STORED, given)).one_or_none()
    if row is None:
        request.state.pending_answer = pending
    elif hmac.compare_digest(row.fingerprint, pending.fingerprint):
        raise Replayed(pending.open(row, keyring))
    else:
        raise KeyReused(field="header.Idempotency-Key")


# Made once, since every POST runs them: making them anew costs as much as running them.
_LOCK = select(func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)))
_STORED = select(tables.idempotency).where(
    tables.idempotency.c.principal == bindparam("principal"),
    tables.idempotency.c.key == bindparam("key"),
)
_STORE = insert(tables.idempotency)


async def _fingerprint(request: Request, who: Principal, key: bytes) -> bytes:
    """Return what makes a request the same: where it goes, what it says, and as whom it is sent.

    A token of fewer roles does not get the answer that one of more roles got.
    """
    place = f"{request.method} {request.url.path}?{request.url.query}"
    caller = f"{sorted(who.roles)} {who.region} {who.employer}"
    version = request.headers.get("if-match", "")
    head = f"{place}\n{caller}\n{version}\n".encode()
    # A file that came before this, piece by piece, is told by its checksum.
    uploaded: bytes | None = getattr(request.state, "upload_checksum", None)
    content = await request.body() if uploaded is None else uploaded
    return hmac.digest(key, head + content, "sha256")


Idempotent = Depends(_take_key)
"""Put into `dependencies=[...]` of every POST that changes something."""


async def changes_nothing() -> None:
    """Mark a POST that only computes, so that the house test lets it go without a key."""


ChangesNothing = Depends(changes_nothing)


async def same_again() -> None:
    """Mark a POST that somebody else's protocol prescribes, whose repetition changes nothing."""


SameAgain = Depends(same_again)
