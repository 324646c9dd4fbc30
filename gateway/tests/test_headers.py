"""Which headers travel to a service and back, and which do not."""

import pytest
from talent_gateway.headers import for_client, sort_out

ID = b"0123456789abcdef0123456789abcdef"


async def _seen(edge, headers, **kwargs):
    answer = await edge.client.post("/v1/talents", headers=headers, **kwargs)
    assert answer.status_code == 200
    return dict(answer.json()["headers"]), answer


async def test_what_services_need_travels(edge):
    sent = {
        "talent-consistency": "token",
        "idempotency-key": "key-1",
        "if-match": '"3"',
        "accept-language": "en",
        "authorization": edge.issuer.headers("someone")["Authorization"],
        "content-type": "application/json",
    }
    seen, answer = await _seen(edge, sent, content=b"{}")
    assert sent.items() <= seen.items()
    assert seen["content-length"] == "2"
    assert answer.headers["talent-consistency"] == "abc"
    assert answer.headers["etag"] == '"1"'


async def test_a_request_without_a_body_announces_none(edge):
    answer = await edge.client.get("/v1/talents")
    assert "content-length" not in dict(answer.json()["headers"])


@pytest.mark.parametrize(
    "name",
    [
        "forwarded",
        "x-forwarded-host",
        "x-forwarded-prefix",
        "x-real-ip",
        "x-talent-principal",
        "x-internal-roles",
        "x-original-url",
        "x-rewrite-url",
        "x-http-method-override",
        "proxy-authorization",
        "keep-alive",
        "te",
        "trailer",
        "upgrade",
        "baggage",
        "via",
    ],
)
async def test_what_a_client_could_forge_does_not_travel(edge, name):
    seen, _ = await _seen(edge, {name: "forged"})
    assert name not in seen


async def test_what_connection_names_does_not_travel(edge):
    seen, _ = await _seen(edge, {"Connection": "close, X-Hop", "X-Hop": "1", "X-Other": "2"})
    assert "connection" not in seen
    assert "x-hop" not in seen
    assert seen["x-other"] == "2"


async def test_the_gateway_says_where_a_request_came_from(edge):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    seen, _ = await _seen(edge, forged)
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"]) == ("192.0.2.1", "http")


@pytest.mark.parametrize(
    "identifier", ["0" * 32, "0123456789abcdef" * 2, "019a9b1c-2f00-7000-8000-00000000000f"]
)
async def test_a_good_request_id_is_kept(edge, identifier):
    seen, answer = await _seen(edge, {"X-Request-Id": identifier})
    assert seen["x-request-id"] == answer.headers["x-request-id"] == identifier


@pytest.mark.parametrize(
    "identifier",
    ["", "a" * 31, "a" * 33, "A" * 32, "13812345678", "a b c d e f", "名字名字名字".encode()],
)
async def test_another_request_id_is_replaced(edge, identifier):
    seen, answer = await _seen(edge, {b"X-Request-Id": identifier})
    assert len(answer.headers["x-request-id"]) == 32
    assert seen["x-request-id"] == answer.headers["x-request-id"]


async def test_a_services_inner_headers_stay_inside(edge):
    answer = await edge.client.get("/v1/talents/headers", headers={"X-Request-Id": ID.decode()})
    assert "secret" not in str(answer.headers)
    assert "keep-alive" not in answer.headers
    assert answer.headers.get_list("x-request-id") == [ID.decode()]
    assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers["location"] == "/v1/talents/1"


@pytest.mark.parametrize(
    "path", ["/", "/health/live", "/nowhere", "/v1/talents", "/v1/talents/silent"]
)
async def test_every_answer_has_the_protective_headers(edge, path):
    answer = await edge.client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-request-id"]
    assert "strict-transport-security" not in answer.headers


async def test_https_alone_gets_hsts(make_edge):
    async with make_edge(base_url="https://gateway.test") as edge:
        for path in ("/v1/talents", "/nowhere"):
            answer = await edge.client.get(path)
            assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", b"5"), (b"content-length", b"5")],
        [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")],
        [(b"transfer-encoding", b"chunked"), (b"transfer-encoding", b"chunked")],
        [(b"transfer-encoding", b"gzip, chunked")],
        [(b"transfer-encoding", b"identity")],
        [(b"content-length", b"+5")],
        [(b"content-length", b"-1")],
        [(b"content-length", b"5, 5")],
        [(b"content-length", b"")],
        [(b"content-length", b"9" * 19)],
        [(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")],
        [(b"host", b"a"), (b"host", b"b")],
    ],
)
async def test_headers_with_two_meanings_are_refused(edge, headers):
    assert sort_out(headers).ambiguous
    assert await edge.raw("/v1/talents", headers=headers) == 400
    assert edge.identity.calls == 0


def test_headers_with_one_meaning_are_understood():
    sized = sort_out([(b"content-length", b"5"), (b"host", b"a"), (b"x-request-id", ID)])
    assert (sized.ambiguous, sized.body_length, sized.request_id) == (False, 5, ID.decode())
    chunked = sort_out([(b"transfer-encoding", b"Chunked")])
    assert (chunked.ambiguous, chunked.body_length) == (False, None)
    assert sort_out([]).body_length == 0


def test_an_answers_header_names_are_compared_without_case():
    assert for_client([(b"SERVER", b"a"), (b"X-Talent-A", b"b"), (b"ETag", b"1")]) == [
        (b"etag", b"1")
    ]
