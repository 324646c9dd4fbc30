"""One document of everything behind the gateway."""

import time

from talent_gateway import openapi
from talent_gateway.openapi import merged


def _ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(schema, **more):
    content = {"application/json": {"schema": schema}}
    answer = {"description": "Fine", "content": content}
    return {"get": {"tags": ["things"], "responses": {"200": answer}} | more}


def _document(path, schemas, schema, **more):
    return {"paths": {path: _operation(schema, **more)}, "components": {"schemas": schemas}}


def _schema_of(document, path):
    answer = document["paths"][path]["get"]["responses"]["200"]
    return answer["content"]["application/json"]["schema"]


def test_what_is_alike_is_shared_and_what_differs_is_named_after_its_service():
    same = {"type": "string"}
    document = merged(
        {
            "identity": _document(
                "/v1/talents",
                {"Same": same, "Page": {"type": "object"}, "Holder": _ref("Page"), "Own": same},
                {"anyOf": [_ref("Holder"), _ref("Same"), _ref("Own")]},
            ),
            "policy": _document(
                "/v1/facts",
                {"Same": same, "Page": {"type": "array"}, "Holder": _ref("Page")},
                {"discriminator": {"mapping": {"a": "#/components/schemas/Page"}}},
            ),
        },
        "https://talent.test",
    )
    schemas = document["components"]["schemas"]
    assert set(schemas) == {
        "Problem",
        "Same",
        "Own",
        "identity.Page",
        "identity.Holder",
        "policy.Page",
        "policy.Holder",
    }
    assert schemas["identity.Holder"] == _ref("identity.Page")
    assert schemas["policy.Holder"] == _ref("policy.Page")
    assert _schema_of(document, "/v1/talents") == {
        "anyOf": [_ref("identity.Holder"), _ref("Same"), _ref("Own")]
    }
    mapping = _schema_of(document, "/v1/facts")["discriminator"]["mapping"]
    assert mapping == {"a": "#/components/schemas/policy.Page"}
    assert document["servers"] == [{"url": "https://talent.test"}]


def test_every_reference_leads_somewhere_and_every_operation_lists_the_edges_errors():
    document = merged(
        {"identity": _document("/v1/talents", {"A": {}}, _ref("A"), security=[{"HTTPBearer": []}])},
        "/",
    )

    def references(node):
        if isinstance(node, dict):
            for key, value in node.items():
                yield from [value] if key == "$ref" else references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    for reference in references(document):
        place = document
        for key in reference.removeprefix("#/").split("/"):
            place = place[key]
    operation = document["paths"]["/v1/talents"]["get"]
    assert set(operation["responses"]) == {
        *("200", "400", "401", "408", "413", "429", "503", "504")
    }
    assert operation["security"] == [{"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert [tag["name"] for tag in document["tags"]] == ["things", "health"]


def test_an_operations_own_errors_are_kept():
    own = {"description": "Own", "content": {}}
    given = _document("/v1/talents", {}, {})
    given["paths"]["/v1/talents"]["get"]["responses"]["400"] = own
    responses = merged({"identity": given}, "/")["paths"]["/v1/talents"]["get"]["responses"]
    assert responses["400"] == own


async def test_only_paths_that_lead_to_a_service_are_listed(edge):
    edge.identity.openapi = {
        "paths": {
            "/v1/talents/{talent_id}": _operation({}),
            "/v1/operations/identity/events": _operation({}),
            "/health/ready": _operation({}),
            "/v1/facts": _operation({}),
            "/internal": _operation({}),
        }
    }
    answer = await edge.client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()["paths"]) == {
        "/v1/talents/{talent_id}",
        "/v1/operations/identity/events",
        "/health/live",
        "/health/ready",
    }
    assert answer.json()["servers"] == [{"url": "/"}]


async def test_a_service_without_a_document_leaves_the_others_theirs(edge, monkeypatch):
    edge.identity.openapi = {"paths": {"/v1/talents": {}}}
    edge.policy.openapi = {"paths": {"/v1/facts": {}}}
    edge.policy.openapi_status = 404
    paths = (await edge.client.get("/openapi.json")).json()["paths"]
    assert "/v1/talents" in paths
    assert "/v1/facts" not in paths
    edge.policy.openapi_status = 200
    monkeypatch.setattr(openapi, "time", _Later(openapi._AGAIN_SECONDS))
    assert "/v1/facts" in (await edge.client.get("/openapi.json")).json()["paths"]
    edge.policy.openapi_status = 503
    monkeypatch.setattr(openapi, "time", _Later(2 * openapi._KEPT_SECONDS))
    assert "/v1/facts" in (await edge.client.get("/openapi.json")).json()["paths"]


async def test_where_no_service_has_a_document_there_is_none(edge):
    for echo in edge.echoes.values():
        echo.openapi_status = 503
    assert (await edge.client.get("/openapi.json")).status_code == 503
    edge.policy.openapi_status = 200
    assert (await edge.client.get("/openapi.json")).status_code == 200


class _Later:
    def __init__(self, seconds):
        self._seconds = seconds

    def monotonic(self):
        return time.monotonic() + self._seconds


async def test_the_document_is_made_once(edge):
    first = await edge.client.get("/openapi.json")
    edge.identity.openapi = {"paths": {"/v1/talents": {}}}
    assert (await edge.client.get("/openapi.json")).content == first.content
