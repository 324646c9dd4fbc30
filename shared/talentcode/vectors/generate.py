"""Writes the test vectors, the same bytes on every run: python generate.py [FOLDER]."""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cbor2
from talent_code import CodeClaims, ErrorCode, Form, KeySet, SigningKey, encode

Case = dict[str, Any]

HOME, NEIGHBOUR = "350700", "341000"
NUMBER = "SY44HC6HYHQ7DBA1R"
ISSUED = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
LAST_DAY = date(2027, 11, 19)
WINDOW = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
SECOND = timedelta(seconds=1)


def example_key(name: str, issuer: str, window: tuple[datetime, datetime] = WINDOW) -> SigningKey:
    """A key whose secret anybody can compute from its name."""
    return SigningKey.from_seed(seed(name), issuer, *window)


def seed(name: str) -> bytes:
    """The 32 secret bytes of a test key."""
    return hashlib.sha256(f"talent code test key {name}".encode()).digest()


KEYS = {
    "home": example_key("home", HOME),
    "home-next": example_key("home-next", HOME, (WINDOW[1], datetime(2028, 1, 1, tzinfo=UTC))),
    "neighbour": example_key("neighbour", NEIGHBOUR),
    "longest-issuer": example_key(
        "longest-issuer", "FJ-35070", (WINDOW[0], datetime(2106, 1, 1, tzinfo=UTC))
    ),
    "unpublished": example_key("unpublished", HOME),
}
HOME_KEY = KEYS["home"]
HOME_KID = HOME_KEY.verifying_key.kid

STATIC = CodeClaims.static(
    issuer=HOME, number=NUMBER, serial=1, issued_at=ISSUED, last_day=LAST_DAY
)
DYNAMIC = CodeClaims.dynamic(issuer=HOME, number=NUMBER, serial=7, issued_at=ISSUED)
RAW_CLAIMS: dict[Any, Any] = {
    1: HOME,
    2: NUMBER,
    4: int(STATIC.expires_at.timestamp()),
    6: int(ISSUED.timestamp()),
    -65537: 1,
    -65538: 1,
}


def as_text(message: bytes) -> str:
    """Base45 with the prefix."""
    return "TC1:" + base45.b45encode(message).decode()


def forged(
    payload: bytes,
    key: SigningKey = HOME_KEY,
    *,
    protected: dict[Any, Any] | None = None,
    unprotected: dict[Any, Any] | None = None,
    context: str = "Signature1",
    aad: bytes = b"",
    wrap: Callable[[list[Any]], Any] = lambda parts: cbor2.CBORTag(18, parts),
) -> str:
    """A code with a sound signature over whatever payload and headers are asked for."""
    kid = key.verifying_key.kid
    header = cbor2.dumps({1: -8, 4: kid} if protected is None else protected)
    signature = key.sign(cbor2.dumps([context, header, aad, payload]))
    return as_text(cbor2.dumps(wrap([header, unprotected or {}, payload, signature])))


def forged_claims(changes: dict[Any, Any], drop: tuple[int, ...] = ()) -> str:
    """A code with a sound signature over the typical claims, changed."""
    kept = {key: value for key, value in RAW_CLAIMS.items() if key not in drop}
    return forged(cbor2.dumps(kept | changes, canonical=True))


def accepted(name: str, claims: CodeClaims, at: datetime, key: SigningKey = HOME_KEY) -> Case:
    """A case that a verifier must accept."""
    text = encode(claims, key)
    message = base45.b45decode(text.removeprefix("TC1:"))
    return {
        "name": name,
        "at": int(at.timestamp()),
        "text": text,
        "message_hex": message.hex(),
        "payload_hex": cbor2.loads(message).value[2].hex(),
        "claims": {
            "issuer": claims.issuer,
            "number": claims.number,
            "serial": claims.serial,
            "form": claims.form.name.lower(),
            "issued_at": int(claims.issued_at.timestamp()),
            "expires_at": int(claims.expires_at.timestamp()),
        },
    }


def refused(name: str, error: ErrorCode, text: str, at: datetime = ISSUED) -> Case:
    """A case that a verifier must refuse with this code."""
    return {"name": name, "at": int(at.timestamp()), "text": text, "error": error.value}


def good_cases() -> list[Case]:
    """Codes within every limit, and at the last second of each."""
    next_claims = replace(STATIC, issued_at=WINDOW[1])
    longest = CodeClaims.static(
        issuer="FJ-35070",
        number="ZZZZZZZZZZZZZZZZM",
        serial=2**32 - 1,
        issued_at=datetime(2105, 12, 31, tzinfo=UTC),
        last_day=date(2106, 2, 6),
    )
    shortest = replace(STATIC, expires_at=ISSUED + SECOND)
    neighbour = replace(STATIC, issuer=NEIGHBOUR)
    last_of_key = replace(STATIC, issued_at=WINDOW[1] - SECOND)
    return [
        accepted("static", STATIC, ISSUED + timedelta(days=30)),
        accepted("static, 30 s before issue", STATIC, ISSUED - 30 * SECOND),
        accepted("static, 29 s after its end", STATIC, STATIC.expires_at + 29 * SECOND),
        accepted("static, shortest life", shortest, ISSUED),
        accepted("dynamic", DYNAMIC, ISSUED + 60 * SECOND),
        accepted("dynamic, 30 s before issue", DYNAMIC, ISSUED - 30 * SECOND),
        accepted("dynamic, 149 s after issue", DYNAMIC, ISSUED + 149 * SECOND),
        accepted("serial of one byte, largest", replace(STATIC, serial=23), ISSUED),
        accepted("serial of two bytes, smallest", replace(STATIC, serial=24), ISSUED),
        accepted("serial of five bytes", replace(STATIC, serial=65536), ISSUED),
        accepted("largest of everything", longest, longest.issued_at, KEYS["longest-issuer"]),
        accepted("a neighbour city", neighbour, ISSUED, KEYS["neighbour"]),
        accepted("first second of the next key", next_claims, WINDOW[1], KEYS["home-next"]),
        accepted("last second of a key", last_of_key, WINDOW[1] + timedelta(days=90)),
    ]


def text_cases() -> list[Case]:
    """What is wrong before any byte is read."""
    text = encode(STATIC, HOME_KEY)
    malformed = ErrorCode.MALFORMED
    return [
        refused("222 characters", ErrorCode.TOO_LONG, text.ljust(222, "0")),
        refused("221 characters, not a message", malformed, text.ljust(221, "0")),
        refused("empty", malformed, ""),
        refused("prefix alone", malformed, "TC1:"),
        refused("no prefix", malformed, text.removeprefix("TC1:")),
        refused("prefix of a later version", ErrorCode.UNSUPPORTED_VERSION, "TC2:" + text[4:]),
        refused("prefix with a full-width digit", malformed, "TC２:" + text[4:]),
        refused("lower case", malformed, text.lower()),
        refused("leading space", malformed, " " + text),
        refused("trailing line break", malformed, text + "\n"),
        refused("character outside base45", malformed, text[:-1] + "_"),
        refused("character outside ASCII", malformed, text[:-1] + "码"),
        refused("one character too many", malformed, text + "0"),
        refused("one character missing", malformed, text[:-1]),
        refused("group of three above 65535", malformed, text[:4] + ":::" + text[7:]),
        refused("group of two above 255", malformed, text[:202] + "::"),
    ]


def message_cases() -> list[Case]:
    """What is wrong with the COSE message or its signature."""
    payload = cbor2.dumps(RAW_CLAIMS, canonical=True)
    message = base45.b45decode(forged(payload)[4:])
    flipped_payload = message.replace(HOME.encode(), NEIGHBOUR.encode())
    flipped_signature = message[:-1] + bytes([message[-1] ^ 1])
    scalar = int.from_bytes(message[-32:], "little") + GROUP_ORDER
    malleable = message[:-32] + scalar.to_bytes(32, "little")
    indefinite = message.replace(b"\x84M", b"\x9fM", 1) + b"\xff"
    long_length = message.replace(b"\x58\x40", b"\x59\x00\x40")
    swapped_header = {4: HOME_KID, 1: -8}
    unpublished = KEYS["unpublished"]
    bad_signature, malformed = ErrorCode.BAD_SIGNATURE, ErrorCode.MALFORMED

    def tagged(number: int) -> Callable[[list[Any]], Any]:
        return lambda parts: cbor2.CBORTag(number, parts)

    return [
        refused("key not published", ErrorCode.UNKNOWN_KEY, forged(payload, unpublished)),
        refused(
            "another key's signature under a published id",
            bad_signature,
            forged(payload, unpublished, protected={1: -8, 4: HOME_KID}),
        ),
        refused("payload changed", bad_signature, as_text(flipped_payload)),
        refused("last bit of the signature's last byte", bad_signature, as_text(flipped_signature)),
        refused("signature with its scalar above the order", bad_signature, as_text(malleable)),
        refused("signature over associated data", bad_signature, forged(payload, aad=b"x")),
        refused(
            "signature of another context", bad_signature, forged(payload, context="Signature")
        ),
        refused("trailing byte", malformed, as_text(message + b"\0")),
        refused("last byte missing", malformed, as_text(message[:-1])),
        refused("no tag", malformed, forged(payload, wrap=list)),
        refused("tag of a MAC", malformed, forged(payload, wrap=tagged(17))),
        refused("array of indefinite length", malformed, as_text(indefinite)),
        refused("length in more bytes than needed", malformed, as_text(long_length)),
        refused("algorithm ES256", malformed, forged(payload, protected={1: -7, 4: HOME_KID})),
        refused("no algorithm", malformed, forged(payload, protected={4: HOME_KID})),
        refused("no key id", malformed, forged(payload, protected={1: -8})),
        refused(
            "key id of 7 bytes", malformed, forged(payload, protected={1: -8, 4: HOME_KID[1:]})
        ),
        refused("key id as text", malformed, forged(payload, protected={1: -8, 4: "12345678"})),
        refused("header keys out of order", malformed, forged(payload, protected=swapped_header)),
        refused(
            "key id unprotected",
            malformed,
            forged(payload, protected={1: -8}, unprotected={4: HOME_KID}),
        ),
        refused("an unprotected header", malformed, forged(payload, unprotected={33: 1})),
        refused(
            "payload detached",
            malformed,
            forged(payload, wrap=lambda p: cbor2.CBORTag(18, [p[0], p[1], None, p[3]])),
        ),
        refused(
            "signature of 63 bytes",
            malformed,
            forged(payload, wrap=lambda p: cbor2.CBORTag(18, [*p[:3], p[3][:63]])),
        ),
    ]


def claim_cases() -> list[Case]:
    """Sound signatures over claims that are not allowed."""
    canonical = cbor2.dumps(RAW_CLAIMS, canonical=True)
    issued = RAW_CLAIMS[6]
    malformed = ErrorCode.MALFORMED
    changed: list[tuple[str, dict[Any, Any]]] = [
        ("claim that is not in the format", {7: b"x"}),
        ("text for a claim's key", {"x": 1}),
        ("issued-at as a float", {6: float(issued)}),
        ("expiry as a tagged time", {4: cbor2.CBORTag(1, RAW_CLAIMS[4])}),
        ("form as true", {-65537: True}),
        ("serial as text", {-65538: "1"}),
        ("serial 0", {-65538: 0}),
        ("serial -1", {-65538: -1}),
        ("serial 2**32", {1: "FJ", -65538: 2**32}),
        ("expiry at issue", {4: issued}),
        ("expiry 2**32", {4: 2**32}),
        ("issued before 1970", {6: -1}),
        ("dynamic for 119 s", {-65537: 2, 4: issued + 119}),
        ("dynamic for 121 s", {-65537: 2, 4: issued + 121}),
        ("number with a wrong check character", {2: NUMBER[:-1] + "S"}),
        ("number in lower case", {2: NUMBER.lower()}),
        ("number with a look-alike", {2: NUMBER.replace("1", "I")}),
        ("number as bytes", {2: NUMBER.encode()}),
        ("issuer of 1 character", {1: "3"}),
        ("issuer of 9 characters", {1: "350700350"}),
        ("issuer in lower case", {1: "fj"}),
    ]
    shuffled = dict(reversed(RAW_CLAIMS.items()))
    twice = b"\xa7" + canonical[1:] + cbor2.dumps(-65538) + cbor2.dumps(1)
    wide = canonical[:-1] + b"\x18\x01"
    short_form = {-65537: Form.STATIC - 1}
    return [
        *(refused(name, malformed, forged_claims(changes)) for name, changes in changed),
        refused("claim missing", malformed, forged_claims({}, drop=(-65538,))),
        refused("claims out of order", malformed, forged(cbor2.dumps(shuffled))),
        refused("claim twice", malformed, forged(twice)),
        refused("serial in two bytes instead of one", malformed, forged(wide)),
        refused("byte after the claims", malformed, forged(canonical + b"\0")),
        refused("claims as an array", malformed, forged(cbor2.dumps(list(RAW_CLAIMS.values())))),
        refused("claims cut off", malformed, forged(canonical[:-1])),
        refused("no claims", malformed, forged(b"")),
        refused("form 0", ErrorCode.UNSUPPORTED_FORM, forged_claims(short_form)),
        refused("form 3", ErrorCode.UNSUPPORTED_FORM, forged_claims({-65537: 3})),
        refused(
            "home's key for the neighbour's name",
            ErrorCode.WRONG_ISSUER,
            forged_claims({1: NEIGHBOUR}),
        ),
        refused(
            "issued a second before the key's window",
            ErrorCode.KEY_NOT_VALID,
            forged_claims({6: int(WINDOW[0].timestamp()) - 1}),
        ),
        refused(
            "issued at the end of the key's window",
            ErrorCode.KEY_NOT_VALID,
            forged_claims({6: int(WINDOW[1].timestamp())}),
            WINDOW[1],
        ),
    ]


def time_cases() -> list[Case]:
    """Sound codes, read too early or too late."""
    static, dynamic = encode(STATIC, HOME_KEY), encode(DYNAMIC, HOME_KEY)
    early, late = ErrorCode.NOT_YET_VALID, ErrorCode.EXPIRED
    return [
        refused("static, 31 s before issue", early, static, ISSUED - 31 * SECOND),
        refused("static, 30 s after its end", late, static, STATIC.expires_at + 30 * SECOND),
        refused("dynamic, 31 s before issue", early, dynamic, ISSUED - 31 * SECOND),
        refused("dynamic, 150 s after issue", late, dynamic, ISSUED + 150 * SECOND),
    ]


def codes() -> dict[str, Any]:
    """The whole of codes.json."""
    published = {
        issuer: KeySet(
            key.verifying_key
            for name, key in KEYS.items()
            if key.issuer == issuer and name != "unpublished"
        )
        for issuer in sorted({key.issuer for key in KEYS.values()})
    }
    return {
        "warning": "TEST KEYS: their secrets are printed below. Never trust or deploy them.",
        "test_seeds": {name: seed(name).hex() for name in KEYS},
        "jwks": {issuer: json.loads(keys.to_json()) for issuer, keys in published.items()},
        "cases": good_cases() + text_cases() + message_cases() + claim_cases() + time_cases(),
    }


def numbers() -> dict[str, Any]:
    """The whole of numbers.json."""
    read = ["SY44HC6HYHQ7DBA1R", "sy44-hc6h-yhq7-dbaIr", " SY44 HC6H YHQ7 DBAlR "]
    read += ["ＳＹ４４－ＨＣ６Ｈ－ＹＨＱ７－ＤＢＡ１Ｒ"]
    malformed = {
        "empty": "",
        "16 characters": NUMBER[:-1],
        "18 characters": NUMBER + "0",
        "65 characters as typed": NUMBER.ljust(65),
        "U is in no number": NUMBER[:-1] + "U",
        "not a character of the alphabet": NUMBER[:-1] + "码",
    }
    mistyped = {
        "one wrong character": "T" + NUMBER[1:],
        "neighbours exchanged": "YS" + NUMBER[2:],
        "check character wrong": NUMBER[:-1] + "S",
    }
    return {
        "cases": [
            *({"text": text, "number": NUMBER} for text in read),
            {"text": NUMBER.ljust(64), "number": NUMBER},
            {"text": "0" * 17, "number": "0" * 17},
            {"text": "oO0O0O0O0O0O0O0O0", "number": "0" * 17},
            *(
                {"name": name, "text": text, "error": error.value}
                for error, texts in (
                    (ErrorCode.NUMBER_MALFORMED, malformed),
                    (ErrorCode.NUMBER_MISTYPED, mistyped),
                )
                for name, text in texts.items()
            ),
        ]
    }


def write(folder: Path) -> None:
    """Write both files."""
    for name, content in (("codes.json", codes()), ("numbers.json", numbers())):
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
