"""Calls, and proposals for fellows, as they go through their review."""

from ..documents.files import PDF
from ..panels.experts import experts

CALL = {
    "region": "350700",
    "year": 2026,
    "name": {"zh": "卓越博士后资助", "en": "Excellent postdocs"},
    "places": 1,
    "opens_on": "2026-09-01",
    "closes_on": "2026-09-30",
}


async def called(world, **changes):
    answer = await world.send("POST", "/v1/grant-calls", world.office(), json=CALL | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


class Proposal:
    """A unit that proposes one of its fellows."""

    def __init__(self, world, unit, talent, fellow_id):
        self.world, self.unit, self.talent, self.fellow_id = world, unit, talent, fellow_id
        self.grant = {}

    @classmethod
    async def of(cls, world, **changes):
        unit, talent = await world.unit(), await world.talent()
        station = await world.station(unit)
        fellow = await world.fellow(station, unit, talent_id=talent.id, **changes)
        return cls(world, unit, talent, fellow)

    async def propose(self, call, **changes):
        body = {"call_id": call["id"], "fellow_id": str(self.fellow_id)} | changes
        answer = await self.unit.send("POST", "/v1/grants", json=body)
        if answer.status_code == 201:
            self.grant = answer.json()
        return answer

    async def attach(self):
        place = f"kind=proposal&subject_kind=grant&subject_id={self.grant['id']}"
        answer = await self.unit.send("POST", f"/v1/documents?{place}", content=PDF)
        assert answer.status_code == 201, answer.text

    async def act(self, what, who=None, **more):
        version = more.pop("version", self.grant["version"])
        path = f"/v1/grants/{self.grant['id']}/{what}"
        answer = await self.world.send(
            "POST", path, who or self.unit.headers, version=version, **more
        )
        if answer.status_code == 200:
            self.grant = answer.json()
        return answer

    async def submitted(self, call):
        await self.propose(call)
        await self.attach()
        answer = await self.act("submission")
        assert answer.status_code == 200, answer.text

    async def step(self, what, **body):
        """Decide a step of the review as the office."""
        office = self.world.office()
        path = f"/v1/reviews/{self.grant['review_id']}"
        version = (await self.world.send("GET", path, office)).json()["version"]
        return await self.world.send("POST", f"{path}/{what}", office, version=version, json=body)

    async def concluded(self, grade="passed"):
        office = self.world.office()
        body = {"purpose": "grant", "subject_id": self.grant["id"], "members": experts(5)}
        panel = (await self.world.send("POST", "/v1/panels", office, json=body)).json()
        path = f"/v1/panels/{panel['id']}"
        for number in range(1, 6):
            who = self.world.signed_in(f"expert-{number}")
            vote = {"grade": grade, "reason": "示例理由"}
            voted = await self.world.send("POST", f"{path}/votes", who, json=vote)
            assert voted.status_code == 201, voted.text
        chair = self.world.signed_in("expert-1")
        done = await self.world.send("POST", f"{path}/conclusion", chair, json={"minutes": "纪要"})
        assert done.status_code in {200, 201}, done.text
        return panel["id"]

    async def published(self, call):
        """Bring it as far as its publication."""
        await self.submitted(call)
        assert (await self.step("decision", outcome="approved")).status_code == 200
        return await self.step("conclusion", panel_id=await self.concluded())

    async def read(self):
        path = f"/v1/grants/{self.grant['id']}"
        self.grant = (await self.unit.send("GET", path)).json()
        return self.grant
