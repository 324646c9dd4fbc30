import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from talent_code import ErrorCode, KeySet, SigningKey, TalentCodeError, VerifyingKey

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def load_error(document: object, issuer: str = "350700") -> ErrorCode:
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(TalentCodeError) as caught:
        KeySet.from_json(text, issuer=issuer)
    return caught.value.code


def test_published_keys_are_loaded_as_they_were(keys):
    assert list(KeySet.from_json(keys.to_json(), issuer="350700")) == list(keys)


def test_only_public_members_are_published(key, keys):
    (jwk,) = json.loads(keys.to_json())["keys"]
    assert jwk.keys() == {"kty", "crv", "alg", "use", "kid", "x", "iss", "nbf", "exp"}
    assert key.private.private_bytes_raw().hex() not in repr(key)


def test_the_key_id_begins_the_thumbprint_of_rfc_8037():
    """Appendix A.3 gives the thumbprint of the key of appendix A.2."""
    published = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "iss": "350700",
        "nbf": 0,
        "exp": 1,
    }
    (key,) = KeySet.from_json(json.dumps({"keys": [published]}), issuer="350700")
    thumbprint = base64.urlsafe_b64decode("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k=")
    assert key.kid == thumbprint[:8]
    assert key.to_jwk()["kid"] == base64.urlsafe_b64encode(thumbprint[:8]).decode().rstrip("=")


def test_pem_keeps_the_key(key):
    loaded = SigningKey.from_pem(key.to_pem(), "350700", key.not_before, key.not_after)
    assert loaded.verifying_key == key.verifying_key
    assert loaded.sign(b"x") == key.sign(b"x")


def test_generated_keys_differ():
    first, second = (SigningKey.generate("350700", START, END) for _ in range(2))
    assert first.verifying_key.kid != second.verifying_key.kid


def test_a_pem_of_another_kind_is_refused():
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for pem in (other, b"", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"):
        with pytest.raises(TalentCodeError, match="malformed-keys"):
            SigningKey.from_pem(pem, "350700", START, END)


def test_a_key_covers_its_window_without_the_end(key):
    second = timedelta(seconds=1)
    covers = key.verifying_key.covers
    assert not covers(START - second)
    assert covers(START)
    assert covers(END - second)
    assert not covers(END)


@pytest.mark.parametrize("issuer", ["FJ", "350700", "FJ-35070"])
def test_legal_issuers(issuer):
    assert SigningKey.generate(issuer, START, END).issuer == issuer


@pytest.mark.parametrize("issuer", ["F", "FJ-350700", "fj", "福建", "FJ\n", ""])
def test_illegal_issuers(issuer):
    with pytest.raises(ValueError, match="issuer"):
        SigningKey.generate(issuer, START, END)


def test_a_window_is_never_empty():
    SigningKey.generate("FJ", START, START + timedelta(seconds=1))
    for end in (START, START - timedelta(seconds=1)):
        with pytest.raises(ValueError, match="window"):
            SigningKey.generate("FJ", START, end)


def test_windows_are_instants_between_1970_and_2106():
    first = datetime(1970, 1, 1, tzinfo=UTC)
    last = first + timedelta(seconds=2**32 - 1)
    SigningKey.generate("FJ", first, last)
    for bad in (first - timedelta(seconds=1), START.replace(tzinfo=None)):
        with pytest.raises(ValueError, match="instant"):
            SigningKey.generate("FJ", bad, last)
    with pytest.raises(ValueError, match="instant"):
        SigningKey.generate("FJ", first, last + timedelta(seconds=1))


def test_windows_are_kept_in_utc():
    shanghai = timezone(timedelta(hours=8))
    key = SigningKey.generate("FJ", START.astimezone(shanghai), END).verifying_key
    assert key.not_before.tzinfo is UTC
    assert key.not_before == START


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_public_key_has_32_bytes(length):
    with pytest.raises(ValueError, match="32"):
        VerifyingKey("FJ", bytes(length), START, END)


def test_one_key_stands_once_in_a_set(key):
    with pytest.raises(ValueError, match="key id"):
        KeySet([key.verifying_key, key.verifying_key])


def test_sets_of_several_issuers_are_joined(key, keys):
    neighbour = KeySet([SigningKey.generate("341000", START, END).verifying_key])
    joined = KeySet([*keys, *neighbour])
    assert len(joined) == 2
    assert joined.find(key.verifying_key.kid) == key.verifying_key


def test_an_issuer_cannot_publish_a_key_for_another(keys):
    assert load_error(keys.to_json(), issuer="341000") is ErrorCode.WRONG_ISSUER


def test_keys_of_other_types_are_passed_over(keys):
    document = json.loads(keys.to_json())
    document["keys"] += [{"kty": "RSA"}, {"kty": "OKP", "crv": "X25519"}, "text"]
    assert list(KeySet.from_json(json.dumps(document), issuer="350700")) == list(keys)


@pytest.mark.parametrize(
    "document",
    ["", "{", "[]", "{}", '{"keys": {}}', b"\xff".decode("latin-1"), "[" * 100_000],
)
def test_what_is_no_key_set_is_refused(document):
    assert load_error(document) is ErrorCode.MALFORMED_KEYS


@pytest.mark.parametrize(
    "change",
    [
        {"x": "AA"},
        {"x": "!" * 43},
        {"x": 7},
        {"kid": "AAAAAAAAAAA"},
        {"alg": "ES256"},
        {"use": "enc"},
        {"iss": "fj"},
        {"iss": None},
        {"nbf": "0"},
        {"nbf": 2**70},
        {"exp": 0},
        {"exp": -(2**70)},
    ],
)
def test_a_malformed_key_is_refused(keys, change):
    (jwk,) = json.loads(keys.to_json())["keys"]
    assert load_error({"keys": [jwk | change]}) is ErrorCode.MALFORMED_KEYS
