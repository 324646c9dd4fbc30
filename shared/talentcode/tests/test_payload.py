import contextlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import base45
import cbor2
import cwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_code import (
    CodeClaims,
    ErrorCode,
    Form,
    KeySet,
    SigningKey,
    TalentCodeError,
    decode,
    encode,
    parse_number,
)
from talent_code.numbers import ALPHABET
from talent_code.payload import MAX_TEXT

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SECOND, TICK = timedelta(seconds=1), timedelta(microseconds=1)
PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def refusal(text: str, keys: KeySet, at: datetime) -> ErrorCode:
    with pytest.raises(TalentCodeError) as caught:
        decode(text, keys, at)
    assert str(caught.value) == caught.value.code.value
    return caught.value.code


@st.composite
def legal_claims(draw) -> CodeClaims:
    drawn = draw(st.text(ALPHABET, min_size=16, max_size=16))
    number = ""
    for character in ALPHABET:
        with contextlib.suppress(TalentCodeError):
            number = parse_number(drawn + character)
    issued = draw(st.integers(0, 2**32 - 122))
    form = draw(st.sampled_from(Form))
    life = 120 if form is Form.DYNAMIC else draw(st.integers(1, 2**32 - 1 - issued))
    return CodeClaims(
        issuer=draw(st.from_regex(r"[A-Z0-9-]{2,8}", fullmatch=True)),
        number=number,
        serial=draw(st.integers(1, 2**32 - 1)),
        form=form,
        issued_at=datetime.fromtimestamp(issued, UTC),
        expires_at=datetime.fromtimestamp(issued + life, UTC),
    )


def key_of(issuer: str) -> SigningKey:
    first = datetime(1970, 1, 1, tzinfo=UTC)
    return SigningKey.from_seed(bytes(32), issuer, first, first + timedelta(seconds=2**32 - 1))


@PROPERTY
@given(legal_claims())
def test_what_was_encoded_is_decoded(claims):
    key = key_of(claims.issuer)
    text = encode(claims, key)
    assert text == encode(claims, key)
    assert len(text) <= MAX_TEXT
    assert re.fullmatch(r"TC1:[0-9A-Z $%*+\-./:]+", text)
    assert decode(text, KeySet([key.verifying_key]), claims.issued_at) == claims


@PROPERTY
@given(position=st.integers(0, 209), character=st.sampled_from(BASE45 + "a_\n码\ud800"))
def test_any_changed_character_is_refused(claims, key, keys, issued, position, character):
    text = encode(claims, key)
    assert len(text) == 210
    if text[position] != character:
        refusal(text[:position] + character + text[position + 1 :], keys, issued)


def test_every_flipped_bit_is_refused(claims, key, keys, issued):
    message = base45.b45decode(encode(claims, key)[4:])
    for bit in range(len(message) * 8):
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << bit % 8
        text = "TC1:" + base45.b45encode(bytes(changed)).decode()
        assert refusal(text, keys, issued) in {
            ErrorCode.MALFORMED,
            ErrorCode.UNKNOWN_KEY,
            ErrorCode.BAD_SIGNATURE,
        }


@PROPERTY
@given(st.one_of(st.text(max_size=230), st.text(BASE45, max_size=230)), st.booleans())
def test_any_text_is_refused(keys, issued, text, prefixed):
    refusal("TC1:" * prefixed + text, keys, issued)


cbor_items = st.recursive(
    st.one_of(st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9), st.binary(max_size=9))
    | st.sampled_from([None, True, cbor2.undefined, datetime(2026, 1, 1, tzinfo=UTC)]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.integers(-70000, 9) | st.text(max_size=3), inner, max_size=6),
        st.builds(cbor2.CBORTag, st.integers(100, 300), inner),
    ),
    max_leaves=8,
)


@PROPERTY
@given(st.one_of(st.binary(max_size=58), cbor_items.map(cbor2.dumps)))
def test_any_signed_payload_is_refused(key, keys, issued, payload):
    refusal(signed(payload, key), keys, issued)


@PROPERTY
@given(st.integers(0, 51), st.binary(max_size=3))
def test_a_signed_payload_with_other_bytes_inside_is_read_or_refused(
    claims, key, keys, issued, position, inserted
):
    payload = cbor2.loads(base45.b45decode(encode(claims, key)[4:])).value[2]
    changed = payload[:position] + inserted + payload[position + len(inserted) :]
    with contextlib.suppress(TalentCodeError):
        assert encode(decode(signed(changed, key), keys, issued), key) == signed(changed, key)


def signed(payload: bytes, key: SigningKey) -> str:
    header = cbor2.dumps({1: -8, 4: key.verifying_key.kid})
    signature = key.sign(cbor2.dumps(["Signature1", header, b"", payload]))
    message = cbor2.dumps(cbor2.CBORTag(18, [header, {}, payload, signature]))
    return "TC1:" + base45.b45encode(message).decode()


@pytest.mark.parametrize(
    "payload",
    [
        "9b0000010000000000",
        "a19b000001000000000000",
        "5bffffffffffffffff",
        "d81c81d81d00",
        "81" * 58,
    ],
)
def test_signed_bytes_that_upset_general_decoders_are_refused(key, keys, issued, payload):
    assert refusal(signed(bytes.fromhex(payload), key), keys, issued) is ErrorCode.MALFORMED


def test_a_general_cwt_library_reads_the_code(claims, key, issued):
    published = key.verifying_key
    public = cwt.COSEKey.new({1: 1, 2: published.kid, 3: -8, -1: 6, -2: published.public})
    cose = cwt.COSE.new(alg_auto_inclusion=False, kid_auto_inclusion=False)
    payload = cose.decode(base45.b45decode(encode(claims, key)[4:]), public)
    assert cbor2.loads(payload) == {
        1: "350700",
        2: "SY44HC6HYHQ7DBA1R",
        4: int(claims.expires_at.timestamp()),
        6: int(issued.timestamp()),
        -65537: 1,
        -65538: 1,
    }


def test_static_codes_end_with_their_last_day_in_china(issued):
    claims = CodeClaims.static(
        issuer="350700",
        number="SY44HC6HYHQ7DBA1R",
        serial=1,
        issued_at=issued,
        last_day=date(2027, 11, 19),
    )
    shanghai = timezone(timedelta(hours=8))
    assert claims.form is Form.STATIC
    assert claims.expires_at == datetime(2027, 11, 20, tzinfo=shanghai)


@pytest.mark.parametrize("form", Form)
def test_time_limits_with_the_clock_error(claims, key, keys, issued, form):
    if form is Form.DYNAMIC:
        claims = CodeClaims.dynamic(
            issuer=claims.issuer, number=claims.number, serial=1, issued_at=issued
        )
        assert claims.expires_at == issued + 120 * SECOND
    text = encode(claims, key)
    begin, end = issued - 30 * SECOND, claims.expires_at + 30 * SECOND
    assert refusal(text, keys, begin - TICK) is ErrorCode.NOT_YET_VALID
    assert decode(text, keys, begin) == claims
    assert decode(text, keys, begin + TICK) == claims
    assert decode(text, keys, end - TICK) == claims
    assert refusal(text, keys, end) is ErrorCode.EXPIRED
    assert refusal(text, keys, end + TICK) is ErrorCode.EXPIRED


def test_the_instant_may_stand_in_any_time_zone(claims, key, keys, issued):
    shanghai = timezone(timedelta(hours=8))
    assert decode(encode(claims, key), keys, issued.astimezone(shanghai)) == claims


def test_a_naive_instant_is_the_callers_mistake(claims, key, keys, issued):
    with pytest.raises(ValueError, match="time zone"):
        decode(encode(claims, key), keys, issued.replace(tzinfo=None))


def test_parts_of_seconds_are_dropped(claims, issued):
    assert replace(claims, issued_at=issued + 999_999 * TICK) == claims


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 0},
        {"serial": 2**32},
        {"issuer": "F"},
        {"issuer": "FJ-350700"},
        {"number": "SY44-HC6H-YHQ7-DBA1R"},
        {"number": "SY44HC6HYHQ7DBA1S"},
        {"issued_at": datetime(2026, 11, 20)},  # noqa: DTZ001
        {"issued_at": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)},
        {"expires_at": datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC)},
        {"expires_at": datetime(2026, 11, 20, 1, 0, tzinfo=UTC)},
        {"form": Form.DYNAMIC},
    ],
)
def test_illegal_claims_cannot_be_made(claims, change):
    with pytest.raises(ValueError):  # noqa: PT011
        replace(claims, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 1},
        {"serial": 2**32 - 1},
        {"issuer": "FJ"},
        {"issuer": "FJ-35070"},
        {"expires_at": datetime(2106, 2, 7, 6, 28, 15, tzinfo=UTC)},
        {"expires_at": datetime(2026, 11, 20, 1, 0, 1, tzinfo=UTC)},
    ],
)
def test_legal_claims_at_their_limits(claims, change):
    replace(claims, **change)


def test_a_key_signs_for_its_issuer_and_window_only(claims, key):
    with pytest.raises(TalentCodeError, match="wrong-issuer"):
        encode(replace(claims, issuer="341000"), key)
    for outside in (key.not_before - SECOND, key.not_after):
        with pytest.raises(TalentCodeError, match="key-not-valid"):
            encode(replace(claims, issued_at=outside), key)
    for inside in (key.not_before, key.not_after - SECOND):
        assert encode(replace(claims, issued_at=inside), key)


def test_no_longer_text_is_looked_at_than_a_code_can_have(keys, issued):
    for length in (MAX_TEXT - 1, MAX_TEXT):
        assert refusal("TC1:".ljust(length, "0"), keys, issued) is ErrorCode.MALFORMED
    assert refusal("TC1:".ljust(MAX_TEXT + 1, "0"), keys, issued) is ErrorCode.TOO_LONG


def test_a_withdrawn_key_voids_its_codes(claims, key, issued):
    assert refusal(encode(claims, key), KeySet([]), issued) is ErrorCode.UNKNOWN_KEY
