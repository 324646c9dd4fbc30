async def test_ready_once_the_schema_is_current(policy):
    assert (await policy.client.get("/health/ready")).status_code == 200


async def test_openapi_is_complete(policy):
    document = (await policy.client.get("/openapi.json")).json()
    for path, operations in document["paths"].items():
        if not path.startswith("/v1"):
            continue
        for operation in operations.values():
            assert operation.get("description"), path
            assert "422" in operation["responses"] or "200" in operation["responses"], path
