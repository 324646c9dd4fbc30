"""The roster: all that a device needs to know for a day, signed by the service. Pure.

A compact JWS (RFC 7515) of type `gate-roster+jwt` with EdDSA. Nobody is named in it: entries hold
the first 16 bytes of the SHA-256 of a code's number, its serial, the registration and its ticket.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from talent_code import KeySet, TalentCodeError

from .admission import Gate, Meeting

DIGEST_BYTES = 16
"""Of a digest, which is enough: who would forge another number with it must sign a code too."""
_HEADER = {"alg": "EdDSA", "typ": "gate-roster+jwt"}


class RosterError(ValueError):
    """It is not a roster of this gate, signed by this service; says no more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who has a seat; `digest` is empty while they have no code."""

    digest: bytes
    serial: int
    registration_id: UUID
    ticket_id: UUID
    inside: UUID | None = None
    """In which session they were when the roster was made."""
    entered: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Roster:
    """A gate's rules, who has a seat at its activity, and the keys that verify their codes.

    `admits_unknown`: whoever shows a code that is signed as it should be and is not in here is let
    in and looked at later, for the list may be older than their seat.
    """

    activity_id: UUID
    gate_id: UUID
    name: str
    gate: Gate
    admits_unknown: bool
    issued_at: datetime
    meetings: tuple[Meeting, ...]
    tickets: Mapping[UUID, tuple[str, frozenset[UUID]]]
    """Each ticket's name, and the sessions it admits to."""
    code_issuer: str
    code_keys: str
    """A JWK Set, as the code's issuer publishes it."""
    entries: Sequence[Entry]
    voided: Sequence[bytes] = ()
    """Digests of codes that were replaced by a later one."""

    def keys(self) -> KeySet:
        """Return the keys that verify codes; raises RosterError."""
        try:
            return KeySet.from_json(self.code_keys, issuer=self.code_issuer)
        except TalentCodeError as error:
            raise RosterError from error


def sign(roster: Roster, key: Ed25519PrivateKey) -> str:
    """Return the roster as signed text."""
    content = f"{_encode(_json(_HEADER))}.{_encode(_json(_document(roster)))}"
    return f"{content}.{_encode(key.sign(content.encode()))}"


def read(text: str, key: Ed25519PublicKey) -> Roster:
    """Return what a signed text says; raises RosterError."""
    try:
        content, _, signature = text.rpartition(".")
        key.verify(_decode(signature), content.encode())
        header, _, payload = content.partition(".")
        if json.loads(_decode(header)) != _HEADER:
            raise RosterError
        return _roster(json.loads(_decode(payload)))
    except (InvalidSignature, ValueError, KeyError, TypeError, IndexError) as error:
        raise RosterError from error


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public half, as a device is given it when it is enrolled."""
    return _encode(key.public_key().public_bytes_raw())


def public_key(text: str) -> Ed25519PublicKey:
    """Read what `public_text` wrote; raises RosterError."""
    try:
        return Ed25519PublicKey.from_public_bytes(_decode(text))
    except ValueError as error:
        raise RosterError from error


def _document(roster: Roster) -> dict[str, Any]:
    gate = roster.gate
    tickets = list(roster.tickets)
    meetings = [each.id for each in roster.meetings]
    ticket_at = {ticket: place for place, ticket in enumerate(tickets)}
    meeting_at = {meeting: place for place, meeting in enumerate(meetings)}
    return {
        "version": 1,
        "activity": str(roster.activity_id),
        "gate": str(roster.gate_id),
        "name": roster.name,
        "once": gate.once,
        "exits": gate.exits,
        "early": int(gate.early.total_seconds()),
        "open_for": sorted(meeting_at[each] for each in gate.meetings),
        "admits": sorted(ticket_at[each] for each in gate.tickets),
        "admits_unknown": roster.admits_unknown,
        "iat": roster.issued_at.timestamp(),
        "meetings": [
            [str(each.id), each.name, each.starts_at.timestamp(), each.ends_at.timestamp()]
            for each in roster.meetings
        ],
        "tickets": [
            [str(ticket), name, sorted(meeting_at[each] for each in admits_to)]
            for ticket, (name, admits_to) in roster.tickets.items()
        ],
        "code_issuer": roster.code_issuer,
        "code_keys": roster.code_keys,
        "entries": [
            [
                _encode(each.digest[:DIGEST_BYTES]),
                each.serial,
                _encode(each.registration_id.bytes),
                ticket_at[each.ticket_id],
                -1 if each.inside is None else meeting_at[each.inside],
                [meeting_at[one] for one in each.entered],
            ]
            for each in roster.entries
        ],
        "voided": [_encode(each[:DIGEST_BYTES]) for each in roster.voided],
    }


def _roster(given: Mapping[str, Any]) -> Roster:
    if given["version"] != 1:
        raise RosterError
    meetings = tuple(
        Meeting(UUID(key), name, _instant(start), _instant(end))
        for key, name, start, end in given["meetings"]
    )
    ids = [each.id for each in meetings]
    tickets = {
        UUID(key): (str(name), frozenset(ids[place] for place in admits_to))
        for key, name, admits_to in given["tickets"]
    }
    ticket_ids = list(tickets)
    return Roster(
        activity_id=UUID(given["activity"]),
        gate_id=UUID(given["gate"]),
        name=str(given["name"]),
        gate=Gate(
            once=bool(given["once"]),
            exits=bool(given["exits"]),
            early=timedelta(seconds=given["early"]),
            meetings=frozenset(ids[place] for place in given["open_for"]),
            tickets=frozenset(ticket_ids[place] for place in given["admits"]),
        ),
        admits_unknown=bool(given["admits_unknown"]),
        issued_at=_instant(given["iat"]),
        meetings=meetings,
        tickets=tickets,
        code_issuer=str(given["code_issuer"]),
        code_keys=str(given["code_keys"]),
        entries=[
            Entry(
                _decode(digest),
                serial,
                UUID(bytes=_decode(registration)),
                ticket_ids[ticket],
                None if inside < 0 else ids[inside],
                tuple(ids[place] for place in entered),
            )
            for digest, serial, registration, ticket, inside, entered in given["entries"]
        ],
        voided=[_decode(each) for each in given["voided"]],
    )


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
