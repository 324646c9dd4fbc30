"""Whether everything behind the gateway serves."""

import asyncio

from talent_gateway import health
from talent_gateway.routes import ROUTES


async def test_alive_means_that_the_gateway_answers(edge):
    edge.identity.ready = False
    answer = await edge.client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_once_every_service_and_every_check_is(make_edge, monkeypatch):
    monkeypatch.setattr(health, "_KEPT_SECONDS", 0)
    states = {"bus": True}

    async def bus():
        return states["bus"]

    async with make_edge(more={"readiness": {"bus": bus}}) as edge:
        answer = await edge.client.get("/health/ready")
        assert answer.status_code == 200
        assert answer.json()["parts"] == dict.fromkeys((*ROUTES.values(), "bus"), "ok")
        edge.policy.ready = False
        states["bus"] = False
        answer = await edge.client.get("/health/ready", headers={"Accept-Language": "en"})
        assert answer.status_code == 503
        assert answer.json()["waiting_for"] == ["bus", "policy"]
        assert answer.json()["code"] == "not-ready"
        assert answer.headers["retry-after"] == "1"
        edge.policy.ready = states["bus"] = True
        assert (await edge.client.get("/health/ready")).status_code == 200


async def test_a_check_that_fails_or_hangs_is_not_ready(make_edge, monkeypatch):
    monkeypatch.setattr(health, "_PATIENCE", 0.05)

    async def fails():
        raise OSError("postgresql://user:password@host")

    async def hangs():
        await asyncio.sleep(60)
        return True

    async with make_edge(more={"readiness": {"fails": fails, "hangs": hangs}}) as edge:
        answer = await edge.client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["waiting_for"] == ["fails", "hangs"]
    assert "password" not in answer.text


async def test_services_are_asked_once_a_second_however_many_wonder(edge, monkeypatch):
    await asyncio.gather(*(edge.client.get("/health/ready") for _ in range(20)))
    assert edge.identity.calls == 1
    later = health.time.monotonic() + 2
    monkeypatch.setattr(health.time, "monotonic", lambda: later)
    await edge.client.get("/health/ready")
    assert edge.identity.calls == 2


async def test_only_reading_is_allowed(edge):
    answer = await edge.client.post("/health/ready")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
