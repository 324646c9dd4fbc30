"""Which service answers which path, and which paths nobody answers."""

from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from talent_gateway.errors import PathRefused
from talent_gateway.routes import OPERATIONS, ROUTES, RouteTable, check_path
from talent_gateway.upstream import InProcess


@pytest.mark.parametrize(("prefix", "service"), ROUTES.items())
async def test_every_route_leads_to_its_service(edge, prefix, service):
    for path in (prefix, f"{prefix}/1/parts"):
        answer = await edge.client.get(path)
        assert answer.status_code == 200
        assert (answer.json()["service"], answer.json()["path"]) == (service, path)


@pytest.mark.parametrize("service", sorted(set(ROUTES.values())))
async def test_operations_lead_to_the_service_they_name(edge, service):
    answer = await edge.client.get(f"{OPERATIONS}/{service}/events")
    assert answer.json()["service"] == service


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/talent",
        "/v1/talentsx",
        "/v1/talents/",
        "/V1/talents",
        "/v2/talents",
        "/v1/operations",
        "/v1/operations/other/events",
        "/health",
        "/favicon.ico",
        "/docs/other.js",
    ],
)
async def test_an_unknown_path_is_a_problem(edge, path):
    answer = await edge.client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not-found"
    assert answer.json()["title"] == "Not found"
    assert edge.identity.calls == edge.policy.calls == 0


def _table(**mounts):
    app = InProcess(Starlette())
    upstreams = dict.fromkeys(ROUTES.values(), app)
    return RouteTable(upstreams, dict.fromkeys(mounts.get("mounts", ()), app))


def test_the_longest_prefix_wins():
    table = _table(mounts=["/dev", "/dev/bank"])
    found = {path: table.find(path).prefix for path in ("/dev/token", "/dev/bank", "/dev/bank/x/y")}
    assert found == {"/dev/token": "/dev", "/dev/bank": "/dev/bank", "/dev/bank/x/y": "/dev/bank"}
    assert table.find("/dev/banker").prefix == "/dev"
    assert table.find("/devs") is None


def test_a_path_of_very_many_segments_is_found_fast():
    assert _table().find("/v1/talents" + "/a" * 50_000).prefix == "/v1/talents"


def test_a_service_of_the_table_that_is_absent_is_told():
    with pytest.raises(ValueError, match="policy"):
        RouteTable({"identity": InProcess(Starlette())}, {})


async def test_a_mount_does_not_see_its_prefix(make_edge):
    async def token(request):
        return PlainTextResponse(request.scope["root_path"])

    issuer = InProcess(Starlette(routes=[Route("/token", token, methods=["POST"])]))
    bank = InProcess(Starlette(routes=[Route("/token", token, methods=["POST"])]))
    async with make_edge(more={"mounts": {"/dev": issuer, "/dev/bank": bank}}) as edge:
        assert (await edge.client.post("/dev/token")).text == "/dev"
        assert (await edge.client.post("/dev/bank/token")).text == "/dev/bank"
        assert (await edge.client.post("/dev/bank/other")).status_code == 404


PLAIN = ["/", "/v1/talents", "/v1/talents/a-b_c.d~e", "/v1/x/%E4%BA%BA", "/v1/a%20b", "/v1/.a/..b"]
TRICKS = [
    b"",
    b"*",
    b"v1/talents",
    b"http://elsewhere.test/v1/talents",
    b"//v1/talents",
    b"/v1//talents",
    b"/v1/talents//",
    b"/v1/./talents",
    b"/v1/facts/../talents",
    b"/v1/talents/..",
    b"/v1/talents/.",
    b"/v1/%2e%2e/talents",
    b"/v1/%2E/talents",
    b"/v1/facts%2f..%2ftalents",
    b"/v1/facts%2Ftalents",
    b"/v1/facts%5ctalents",
    b"/v1/facts\\talents",
    b"/v1/%74alents",
    b"/v1/talents%00",
    b"/v1/talents%0d%0aX-A:b",
    b"/v1/talents%7f",
    b"/v1/talents\x00",
    b"/v1/talents\n",
    b"/v1/talents\t",
    b"/v1/tal ents",
    b"/v1/talents%252e",
    b"/v1/talents%3fa=b",
    b"/v1/talents%23a",
    b"/v1/talents%",
    b"/v1/talents%4",
    b"/v1/talents%zz",
    b"/v1/talents/%ff",
    b"/v1/talents/%c0%ae%c0%ae",
    b"/v1/\xe4\xba\xba",
]


@pytest.mark.parametrize("path", PLAIN)
def test_a_plain_path_passes(path):
    check_path(path.encode(), unquote(path))


@pytest.mark.parametrize("raw", TRICKS)
async def test_a_path_with_a_trick_in_it_is_refused(edge, raw):
    decoded = unquote(raw.decode("latin-1"))
    with pytest.raises(PathRefused):
        check_path(raw, decoded)
    assert await edge.raw(decoded, raw) == 400
    assert edge.identity.calls == edge.policy.calls == 0


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get"])
async def test_an_unusual_method_is_refused(edge, method):
    assert await edge.raw("/v1/talents", method=method) == 405
    assert edge.identity.calls == 0


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_a_usual_method_travels(edge, method):
    answer = await edge.client.request(method, "/v1/talents?limit=2&cursor=a%2Fb")
    assert answer.json()["method"] == method
    assert answer.json()["query"] == "limit=2&cursor=a%2Fb"
