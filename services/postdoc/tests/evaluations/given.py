"""A round over stations, and what people do in it."""

from datetime import UTC, date, datetime
from typing import Any

from ..panels.experts import experts

SET_UP = date(2021, 9, 1)


def indicators() -> list[dict[str, Any]]:
    return [
        {
            "code": "recruited",
            "label": {"zh": "招收人数", "en": "Recruited"},
            "weight": 40,
            "source": "drawn",
            "figure": "recruited",
            "full": 4,
        },
        {
            "code": "funds",
            "label": {"zh": "科研经费", "en": "Research funds"},
            "weight": 20,
            "source": "declared",
            "full": 500,
        },
        {
            "code": "experts",
            "label": {"zh": "专家评价", "en": "Experts' view"},
            "weight": 40,
            "source": "experts",
        },
    ]


def new_round(**changes: Any) -> dict[str, Any]:
    given = {
        "region": "350700",
        "kind": "comprehensive",
        "title": {"zh": "综合评估", "en": "Comprehensive evaluation"},
        "period_from": "2021-09-01",
        "period_until": "2026-08-31",
        "submit_until": "2026-09-10",
        "indicators": indicators(),
        "caps": {},
    }
    return given | changes


def declared_only(weight: int = 100) -> list[dict[str, Any]]:
    """A table that needs no panel: points by what units declare, from 0 to 100."""
    return [indicators()[1] | {"weight": weight, "full": 100}]


class Rounds:
    """A unit with stations that are due, and the office."""

    def __init__(self, world, unit) -> None:
        self.world, self.unit = world, unit

    @classmethod
    async def of(cls, world) -> "Rounds":
        return cls(world, await world.unit())

    async def station(self, day: date = SET_UP, **changes: Any):
        at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        return await self.world.station(self.unit, approved_on=day, created_at=at, **changes)

    async def office(self, method: str, path: str, region: str = "350700", **more: Any):
        return await self.world.send(method, path, self.world.office(region=region), **more)

    async def asked(self, region: str = "350700", **changes: Any):
        return await self.office("POST", "/v1/evaluation-rounds", region, json=new_round(**changes))

    async def opened(self, **changes: Any) -> dict[str, Any]:
        answer = await self.asked(**changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def listed(self, round_, who=None) -> list[dict[str, Any]]:
        """Return the evaluations of a round, oldest first."""
        path = f"/v1/station-evaluations?round_id={round_['id']}&limit=200"
        answer = await self.world.send("GET", path, who or self.world.office())
        return answer.json()["items"][::-1]

    async def declare(self, evaluation, **values: int):
        path = f"/v1/station-evaluations/{evaluation['id']}"
        answer = await self.unit.send(
            "PUT", f"{path}/declaration", json={"values": values}, version=evaluation["version"]
        )
        assert answer.status_code == 200, answer.text
        return await self.unit.send("POST", f"{path}/submission")

    async def act(self, round_, what: str, **more: Any):
        return await self.office("POST", f"/v1/evaluation-rounds/{round_['id']}/{what}", **more)

    async def read(self, round_) -> dict[str, Any]:
        path = f"/v1/evaluation-rounds/{round_['id']}"
        return (await self.world.send("GET", path)).json()

    async def convened(self, round_, evaluations):
        ids = [each["id"] for each in evaluations]
        body = {"evaluation_ids": ids, "members": experts(5)}
        return await self.act(round_, "panels", json=body)

    async def assessed(self, panel_id: str, *scores: int) -> None:
        """Let the experts give points and the chair conclude."""
        path = f"/v1/panels/{panel_id}"
        for number, score in enumerate(scores, 1):
            who = self.world.signed_in(f"expert-{number}")
            vote = {"score": score, "reason": "示例"}
            answer = await self.world.send("POST", f"{path}/votes", who, json=vote)
            assert answer.status_code == 201, answer.text
        chair = self.world.signed_in("expert-1")
        body = {"minutes": "示例"}
        answer = await self.world.send("POST", f"{path}/conclusion", chair, json=body)
        assert answer.status_code == 201, answer.text
