"""Positions for tests."""

from typing import Any

from ..world import Caller, World, words


def content(**changes: Any) -> dict[str, Any]:
    return {
        "title": words("Photonic materials"),
        "about": {"zh": "研究光子材料与器件。", "en": "Studies of photonic materials and devices."},
        "disciplines": ["0812"],
        "number": 1,
        "pay": {"least": 30_000_000, "most": 40_000_000},
        "language": "both",
        "opens_on": "2026-09-01",
        "closes_on": "2026-10-31",
    } | changes


class Recruiting:
    """A unit with a station, a plan of this year, and what it offers."""

    def __init__(self, world: World, unit: Caller, station_id: Any, plan_id: str) -> None:
        self.world, self.unit, self.station_id, self.plan_id = world, unit, station_id, plan_id

    @classmethod
    async def begun(cls, world: World, planned: Any = None, **station: Any) -> "Recruiting":
        unit = await world.unit()
        made = await world.station(unit, **station)
        body = {"station_id": str(made), "year": 2026, "planned": planned or {"0812": 9}}
        plan = await unit.send("POST", "/v1/recruitment-plans", json=body)
        assert plan.status_code == 201, plan.text
        return cls(world, unit, made, plan.json()["id"])

    async def drafted(self, **changes: Any):
        body = content(**changes) | {"plan_id": self.plan_id}
        return await self.unit.send("POST", "/v1/positions", json=body)

    async def published(self, **changes: Any) -> str:
        draft = await self.drafted(**changes)
        assert draft.status_code == 201, draft.text
        answer = await self.publish(draft.json()["id"])
        assert answer.status_code == 200, answer.text
        return str(draft.json()["id"])

    async def publish(self, position_id: str):
        return await self.unit.send("POST", f"/v1/positions/{position_id}/publication")

    async def close(self, position_id: str):
        path = f"/v1/positions/{position_id}/closure"
        return await self.unit.send("POST", path, json={"reason": "示例"})
