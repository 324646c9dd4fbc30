"""Access tokens: everything that makes one unacceptable, and where the keys come from."""

import asyncio
import base64
import hmac
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from talent_kit import tokens as kit
from talent_kit.tokens import KeysUnavailable, TokenError, TokenVerifier

ISSUER, AUDIENCE = "https://issuer.test", "talent-cloud"
KEYS = {
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
}


def claims(**changes):
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "someone", "exp": int(time.time()) + 600}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def sign(content, algorithm="Ed25519", key=None, **header):
    key = key or KEYS[algorithm]
    head = {"alg": algorithm, "kid": key.kid, "typ": "JWT"} | header
    return jwt.encode(head, content, key, algorithms=[algorithm])


def publish(path, *keys, extra=()):
    document = KeySet(list(keys)).as_dict(private=False)
    document["keys"] = [*extra, *document["keys"]]
    path.write_text(json.dumps(document))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "jwks.json"
    publish(path, *KEYS.values())
    return path


@pytest.fixture
def verifier(file):
    return TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks_url=file.as_uri())


@pytest.mark.parametrize("algorithm", KEYS)
async def test_a_good_token_of_each_algorithm_is_accepted(verifier, algorithm):
    found = await verifier.verify(sign(claims(employer="e"), algorithm))
    assert (found["sub"], found["employer"]) == ("someone", "e")


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://other.test"},
        {"iss": None},
        {"aud": "account"},
        {"aud": ["account", "other"]},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"exp": None},
        {"exp": 0},
        {"exp": "tomorrow"},
        {"nbf": 7_258_118_400},
    ],
    ids=str,
)
async def test_a_wrong_claim_is_refused(verifier, change):
    with pytest.raises(TokenError):
        await verifier.verify(sign(claims(**change)))


async def test_the_audience_may_be_one_of_several(verifier):
    assert await verifier.verify(sign(claims(aud=["account", AUDIENCE])))


@pytest.mark.parametrize(("ago", "accepted"), [(20, True), (40, False)])
async def test_expiry_allows_half_a_minute_of_clock_error(verifier, ago, accepted):
    token = sign(claims(exp=int(time.time()) - ago))
    if accepted:
        assert await verifier.verify(token)
    else:
        with pytest.raises(TokenError):
            await verifier.verify(token)


def part(document):
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(header, content=None):
    return f"{part(header)}.{part(content or claims())}."


def confused():
    """Signed by HMAC, with the text of the public key as the secret."""
    signed = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{part(claims())}"
    public = KEYS["RS256"].as_pem(private=False)
    return f"{signed}.{part(hmac.digest(public, signed.encode(), 'sha256'))}"


def stranger():
    key = OKPKey.generate_key("Ed25519", {"kid": "ed"})
    return sign(claims(), key=key)


def bent(token):
    head, _, signature = token.split(".")
    other = part(claims(sub="somebody-else"))
    return f"{head}.{other}.{signature}"


GARBAGE = {
    "alg none": unsigned({"alg": "none"}),
    "alg none, kid": unsigned({"alg": "none", "kid": "ed"}),
    "alg hs256 with the public key": confused(),
    "signature of a stranger": stranger(),
    "changed after signing": bent(sign(claims())),
    "algorithm of another key": unsigned({"alg": "RS256", "kid": "ed"}) + "AAAA",
    "algorithm that is a number": unsigned({"alg": 5, "kid": "ed"}),
    "no algorithm": unsigned({"kid": "ed"}),
    "header that is a list": unsigned([1]),
    "header that is a number": unsigned(5),
    "header that is a text": unsigned("alg and kid"),
    "kid that is a list": unsigned({"alg": "ES256", "kid": ["ed"]}),
    "critical extension": unsigned({"alg": "ES256", "kid": "ec", "crit": ["x"], "x": 1}),
    "unencoded payload": unsigned({"alg": "ES256", "kid": "ec", "crit": ["b64"], "b64": False}),
    "key inside": unsigned({"alg": "Ed25519", "jwk": KEYS["Ed25519"].as_dict(private=False)}),
    "key elsewhere": unsigned({"alg": "ES256", "kid": "ec", "jku": "http://127.0.0.1:1/x"}),
    "nothing": "",
    "dots": "..",
    "two parts": "a.b",
    "five parts": "a.b.c.d.e",
    "no base64": "!.!.!",
    "not ascii": "人.人.人",
    "deep header": f"{part(b'[' * 3000)}.e30.AAAA",
    "nul": "\0.\0.\0",
    "too long": "a" * 8193,
}


async def test_garbage_is_refused_although_good_tokens_of_such_headers_came(verifier):
    for algorithm in KEYS:
        for number in range(2):
            await verifier.verify(sign(claims(sub=f"{number}"), algorithm))
    heads = set(verifier._heads)
    assert len(heads) == len(KEYS)
    for token in GARBAGE.values():
        with pytest.raises(TokenError):
            await verifier.verify(token)
    assert set(verifier._heads) == heads


@pytest.mark.parametrize("token", GARBAGE.values(), ids=GARBAGE)
async def test_garbage_is_refused(verifier, token):
    with pytest.raises(TokenError):
        await verifier.verify(token)


async def test_claims_that_are_no_object_are_refused(verifier):
    from joserfc import jws

    header = {"alg": "Ed25519", "kid": "ed"}
    for content in (b"[1]", b"5", b"x", b""):
        token = jws.serialize_compact(header, content, KEYS["Ed25519"], algorithms=["Ed25519"])
        with pytest.raises(TokenError):
            await verifier.verify(token)


@pytest.fixture
def reads(verifier, monkeypatch):
    """Counts how often the keys are fetched."""
    counted, read = [], verifier._read

    async def counting():
        counted.append(1)
        return await read()

    monkeypatch.setattr(verifier, "_read", counting)
    return counted


async def test_keys_are_fetched_once_for_many(verifier, reads):
    token = sign(claims())
    await asyncio.gather(*(verifier.verify(token) for _ in range(20)))
    assert len(reads) == 1


async def test_unknown_keys_cost_one_fetch_per_cooldown(verifier, reads):
    await verifier.verify(sign(claims()))
    forged = [OKPKey.generate_key("Ed25519", {"kid": f"forged-{n}"}) for n in range(5)]
    for key in forged:
        with pytest.raises(TokenError):
            await verifier.verify(sign(claims(), key=key))
    assert len(reads) == 1
    verifier._tried -= kit._COOLDOWN
    for key in forged:
        with pytest.raises(TokenError):
            await verifier.verify(sign(claims(), key=key))
    assert len(reads) == 2


async def test_a_new_key_is_found_after_the_cooldown_and_an_old_one_goes(verifier, file):
    old, new = KEYS["Ed25519"], OKPKey.generate_key("Ed25519", {"kid": "new"})
    await verifier.verify(sign(claims(), key=old))
    publish(file, new)
    with pytest.raises(TokenError):
        await verifier.verify(sign(claims(), key=new))
    verifier._tried -= kit._COOLDOWN
    assert await verifier.verify(sign(claims(), key=new))
    with pytest.raises(TokenError):
        await verifier.verify(sign(claims(), key=old))


async def test_until_keys_may_be_fetched_again_a_token_newer_than_them_is_not_judged(
    verifier, file, monkeypatch
):
    """After a rotation: the caller comes again, instead of being told that it is nobody."""
    await verifier.verify(sign(claims()))
    new = OKPKey.generate_key("Ed25519", {"kid": "new"})
    publish(file, new)
    fetched = verifier._known_at
    for issued in (fetched - kit._SKEW - 1, fetched - kit._SKEW, "soon", None, []):
        with pytest.raises(TokenError):
            await verifier.verify(sign(claims(iat=issued), key=new))
    token = sign(claims(iat=fetched - kit._SKEW + 1), key=new)
    for _ in range(2):
        with pytest.raises(KeysUnavailable):
            await verifier.verify(token)
    verifier._tried -= kit._COOLDOWN
    assert await verifier.verify(token)
    monkeypatch.setattr(verifier, "_now", lambda: fetched + 60)
    stranger = sign(claims(iat=fetched + 1), key=OKPKey.generate_key("Ed25519", {"kid": "strange"}))
    verifier._tried -= kit._COOLDOWN
    with pytest.raises(TokenError):
        await verifier.verify(stranger)


async def test_while_the_issuer_is_away_a_token_newer_than_its_keys_is_not_judged(verifier, file):
    await verifier.verify(sign(claims()))
    file.unlink()
    verifier._tried -= kit._COOLDOWN
    new = OKPKey.generate_key("Ed25519", {"kid": "new"})
    with pytest.raises(KeysUnavailable):
        await verifier.verify(sign(claims(iat=verifier._known_at + 60), key=new))


async def test_a_signature_is_checked_once_and_the_rest_each_time(verifier, monkeypatch):
    checked, validate = [], kit.validate_compact

    def counting(*given, **named):
        checked.append(1)
        return validate(*given, **named)

    monkeypatch.setattr(kit, "validate_compact", counting)
    token = sign(claims())
    for _ in range(3):
        found = await verifier.verify(token)
        found["sub"] = "somebody else"
    assert ((await verifier.verify(token))["sub"], len(checked)) == ("someone", 1)
    future = time.time() + 700
    monkeypatch.setattr(time, "time", lambda: future)
    with pytest.raises(TokenError):
        await verifier.verify(token)
    tampered = f"{token[:-2]}{'AA' if token[-2:] != 'AA' else 'BA'}"
    with pytest.raises(TokenError):
        await verifier.verify(tampered)


async def test_a_remembered_token_of_a_withdrawn_key_is_refused(verifier, file):
    token = sign(claims())
    assert await verifier.verify(token)
    publish(file, KEYS["ES256"])
    verifier._fetched -= kit._REFRESH + kit._COOLDOWN
    verifier._tried -= kit._COOLDOWN
    with pytest.raises(TokenError):
        await verifier.verify(token)


@pytest.mark.parametrize("tokens", [2, 3, 4])
async def test_so_many_tokens_are_remembered(verifier, monkeypatch, tokens):
    monkeypatch.setattr(kit, "_REMEMBERED", 3)
    for number in range(tokens):
        await verifier.verify(sign(claims(number=number)))
    assert len(verifier._verified) == min(tokens, 3)


async def test_a_failing_issuer_is_not_asked_by_every_request(verifier, reads, file):
    await verifier.verify(sign(claims()))
    file.unlink()
    verifier._fetched -= kit._REFRESH + kit._COOLDOWN
    verifier._tried -= kit._COOLDOWN
    for _ in range(5):
        assert await verifier.verify(sign(claims()))
    assert len(reads) == 2


async def test_a_slow_issuer_does_not_hold_up_those_whose_key_is_known(verifier, monkeypatch):
    await verifier.verify(sign(claims()))
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow():
        asked.set()
        await answer.wait()
        raise OSError

    monkeypatch.setattr(verifier, "_read", slow)
    verifier._tried -= kit._COOLDOWN
    waiting = asyncio.create_task(verifier.verify(stranger_of("unknown")))
    await asked.wait()
    verifier._fetched -= kit._REFRESH
    assert await asyncio.wait_for(verifier.verify(sign(claims())), 1)
    answer.set()
    with pytest.raises(TokenError):
        await waiting


def stranger_of(kid):
    return sign(claims(), key=OKPKey.generate_key("Ed25519", {"kid": kid}))


async def test_without_any_keys_the_verifier_says_so_and_recovers(tmp_path, verifier, file):
    content = file.read_text()
    for broken in (None, "", "{", "[]", "5", '{"keys": 5}'):
        file.unlink() if broken is None else file.write_text(broken)
        with pytest.raises(KeysUnavailable):
            await verifier.verify(sign(claims()))
        verifier._tried = float("-inf")
    file.write_text(content)
    assert await verifier.verify(sign(claims()))


async def test_a_key_of_an_unknown_kind_locks_nobody_out(verifier, file):
    publish(file, KEYS["Ed25519"], extra=[{"kty": "NEW", "kid": "n"}, 5, {}])
    assert await verifier.verify(sign(claims()))
