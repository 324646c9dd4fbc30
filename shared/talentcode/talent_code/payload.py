"""The signed code (人才码): a CWT (RFC 8392) in COSE_Sign1 (RFC 9052) with EdDSA, as base45 text.

Of each message there is exactly one legal encoding. So decoding takes the parts from where they
must stand, builds the message anew from them and refuses whatever differs: trailing bytes, other
algorithms, longer integers, other key orders, unknown claims.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import IntEnum
from functools import lru_cache
from typing import Any, Self

import base45
import cbor2

from .errors import ErrorCode, TalentCodeError
from .instants import utc_second
from .keys import KeySet, SigningKey, checked_issuer
from .numbers import parse_number

PREFIX = "TC1:"
_ANY_PREFIX = re.compile("TC[0-9]:")
MAX_TEXT = 221
"""What QR version 8 holds in alphanumeric mode at error level M; no longer text is looked at."""

DYNAMIC_LIFE = timedelta(seconds=120)
CLOCK_ERROR = timedelta(seconds=30)
MAX_SERIAL = 2**32 - 1

_ISSUER, _NUMBER, _EXPIRES_AT, _ISSUED_AT = 1, 2, 4, 6
_FORM, _SERIAL = -65537, -65538
_CLAIM_TYPES: list[tuple[int, type]] = [
    (_ISSUER, str),
    (_NUMBER, str),
    (_EXPIRES_AT, int),
    (_ISSUED_AT, int),
    (_FORM, int),
    (_SERIAL, int),
]
_COSE_SIGN1, _ALGORITHM, _EDDSA, _KID = 18, 1, -8, 4
_KID_AT, _PAYLOAD_AT, _SIGNATURE_AT = slice(8, 16), slice(19, -66), slice(-64, None)
# China has kept one offset without summer time since 1991; no time-zone file is needed.
_SHANGHAI = timezone(timedelta(hours=8))


class Form(IntEnum):
    """How long a code lives: printed or saved until a date, or shown for two minutes."""

    STATIC = 1
    DYNAMIC = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeClaims:
    """What a code says: no personal data, only the number under which the issuer knows the talent.

    serial counts the talent's codes from 1: a re-issued code has a higher one and voids those
    below, which only who knows the current serial can see. Instants are kept as whole UTC seconds;
    the code is valid before expires_at, not at it. Raises ValueError for what cannot be encoded.
    """

    issuer: str
    number: str
    serial: int
    form: Form
    issued_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        checked_issuer(self.issuer)
        if parse_number(self.number) != self.number:
            raise ValueError("the number must be in its stored form")
        if not 1 <= self.serial <= MAX_SERIAL:
            raise ValueError("the serial must lie between 1 and 2**32 - 1")
        object.__setattr__(self, "issued_at", utc_second(self.issued_at))
        object.__setattr__(self, "expires_at", utc_second(self.expires_at))
        if self.issued_at >= self.expires_at:
            raise ValueError("a code must expire after it was issued")
        if self.form is Form.DYNAMIC and self.expires_at - self.issued_at != DYNAMIC_LIFE:
            raise ValueError("a dynamic code lives 120 seconds")

    @classmethod
    def static(
        cls, *, issuer: str, number: str, serial: int, issued_at: datetime, last_day: date
    ) -> Self:
        """A code that is valid to the end of its last day in China."""
        end = datetime.combine(last_day + timedelta(days=1), time(), _SHANGHAI)
        return cls(
            issuer=issuer,
            number=number,
            serial=serial,
            form=Form.STATIC,
            issued_at=issued_at,
            expires_at=end,
        )

    @classmethod
    def dynamic(cls, *, issuer: str, number: str, serial: int, issued_at: datetime) -> Self:
        """A code that is valid for 120 seconds."""
        return cls(
            issuer=issuer,
            number=number,
            serial=serial,
            form=Form.DYNAMIC,
            issued_at=issued_at,
            expires_at=issued_at + DYNAMIC_LIFE,
        )


# Few keys sign, and each code needs it twice; ids that nobody has drive out no more than these.
@lru_cache(maxsize=64)
def _protected(kid: bytes) -> bytes:
    return cbor2.dumps({_ALGORITHM: _EDDSA, _KID: kid}, canonical=True)


def _payload(claims: CodeClaims) -> bytes:
    return cbor2.dumps(
        {
            _ISSUER: claims.issuer,
            _NUMBER: claims.number,
            _EXPIRES_AT: int(claims.expires_at.timestamp()),
            _ISSUED_AT: int(claims.issued_at.timestamp()),
            _FORM: int(claims.form),
            _SERIAL: claims.serial,
        },
        canonical=True,
    )


def _signed(kid: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", _protected(kid), b"", payload])


def _message(kid: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(_COSE_SIGN1, [_protected(kid), {}, payload, signature]))


def encode(claims: CodeClaims, key: SigningKey) -> str:
    """Sign the claims and write them as text for a QR code, at most version 8 at level M.

    Raises TalentCodeError: wrong-issuer or key-not-valid when the key may not sign these claims.
    """
    published = key.verifying_key
    if claims.issuer != published.issuer:
        raise TalentCodeError(ErrorCode.WRONG_ISSUER)
    if not published.covers(claims.issued_at):
        raise TalentCodeError(ErrorCode.KEY_NOT_VALID)
    payload = _payload(claims)
    signature = key.sign(_signed(published.kid, payload))
    encoded: bytes = base45.b45encode(_message(published.kid, payload, signature))
    return PREFIX + encoded.decode()


def decode(text: str, keys: KeySet, at: datetime) -> CodeClaims:
    """Verify a code offline, as of an instant, and return what it says.

    A clock error of 30 seconds is allowed on both sides. Whether the serial is still the talent's
    current one is the caller's to check. Raises TalentCodeError, and ValueError for a naive `at`.
    """
    if at.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    raw = _from_text(text)
    kid, payload, signature = raw[_KID_AT], raw[_PAYLOAD_AT], raw[_SIGNATURE_AT]
    if raw != _message(kid, payload, signature):
        raise TalentCodeError(ErrorCode.MALFORMED)
    key = keys.find(kid)
    key.verify(signature, _signed(kid, payload))
    claims = _claims(payload)
    if claims.issuer != key.issuer:
        raise TalentCodeError(ErrorCode.WRONG_ISSUER)
    if not key.covers(claims.issued_at):
        raise TalentCodeError(ErrorCode.KEY_NOT_VALID)
    if at < claims.issued_at - CLOCK_ERROR:
        raise TalentCodeError(ErrorCode.NOT_YET_VALID)
    if at >= claims.expires_at + CLOCK_ERROR:
        raise TalentCodeError(ErrorCode.EXPIRED)
    return claims


def _from_text(text: str) -> bytes:
    if len(text) > MAX_TEXT:
        raise TalentCodeError(ErrorCode.TOO_LONG)
    if not text.startswith(PREFIX):
        other_version = _ANY_PREFIX.match(text)
        raise TalentCodeError(
            ErrorCode.UNSUPPORTED_VERSION if other_version else ErrorCode.MALFORMED
        )
    try:
        # As bytes: of text the library would forgive a trailing line break.
        raw: bytes = base45.b45decode(text[len(PREFIX) :].encode())
    except ValueError:
        raise TalentCodeError(ErrorCode.MALFORMED) from None
    return raw


def _scalars(data: bytes) -> Iterator[str | int]:
    """Read CBOR integers and texts; ValueError for all else.

    A general decoder would build decimals, patterns and addresses from whatever a key has signed,
    and fail in as many ways. Lengths are judged by whether the same bytes are written again.
    """
    at = 0
    while at < len(data):
        major, argument = divmod(data[at], 32)
        at += 1
        if argument >= 24:
            width = 1 << (argument - 24)
            argument = int.from_bytes(data[at : at + width], "big")
            at += width
        if major == 0:
            yield argument
        elif major == 1:
            yield -1 - argument
        elif major == 3:
            yield data[at : at + argument].decode()
            at += argument
        else:
            raise ValueError("neither an integer nor text")


def _claims(payload: bytes) -> CodeClaims:
    try:
        scalars = list(_scalars(payload[1:]))
    except ValueError:
        raise TalentCodeError(ErrorCode.MALFORMED) from None
    values: dict[Any, Any] = dict(zip(scalars[::2], scalars[1::2], strict=False))
    types = [(key, type(value)) for key, value in values.items()]
    if types != _CLAIM_TYPES or payload != cbor2.dumps(values, canonical=True):
        raise TalentCodeError(ErrorCode.MALFORMED)
    if values[_FORM] not in list(Form):
        raise TalentCodeError(ErrorCode.UNSUPPORTED_FORM)
    try:
        return CodeClaims(
            issuer=values[_ISSUER],
            number=values[_NUMBER],
            serial=values[_SERIAL],
            form=Form(values[_FORM]),
            issued_at=datetime.fromtimestamp(values[_ISSUED_AT], UTC),
            expires_at=datetime.fromtimestamp(values[_EXPIRES_AT], UTC),
        )
    except (ValueError, OverflowError, OSError):
        raise TalentCodeError(ErrorCode.MALFORMED) from None
