"""Fellows to be assessed, and experts who assess them: all made up."""

from typing import Any

from talent_postdoc.panels.rules import COMPOSITION, Purpose

from ..documents.files import PDF


def expert(number: int, **changes: Any) -> dict[str, Any]:
    given = {
        "login": f"expert-{number}",
        "name": f"示例专家{number}",
        "kind": "outside",
        "organisation": f"示例大学{number}",
    }
    return given | changes


def experts(number: int, **chair: Any) -> list[dict[str, Any]]:
    """Return so many, of whom the first chairs and two supervise at mobile stations."""
    found = [expert(1, chair=True, **chair)]
    found += [expert(each) for each in range(2, number + 1)]
    for each in found[1:3]:
        each["kind"] = "university_supervisor"
    return found


class Panels:
    """A unit with a station and a fellow, and who acts on its panels."""

    def __init__(self, world, unit, station_id, doctor, fellow_id) -> None:
        self.world, self.unit, self.station_id = world, unit, station_id
        self.doctor, self.fellow_id = doctor, fellow_id

    @classmethod
    async def of(cls, world, **changes: Any) -> "Panels":
        unit, doctor = await world.unit(), await world.talent()
        station_id = await world.station(unit)
        fellow_id = await world.fellow(station_id, unit, talent_id=doctor.id, **changes)
        return cls(world, unit, station_id, doctor, fellow_id)

    async def asked(self, purpose="entry", members=None, who=None):
        """Ask for a panel; return the answer."""
        body = {
            "purpose": purpose,
            "subject_id": str(self.fellow_id),
            "members": experts(5) if members is None else members,
        }
        sender = who or self.unit
        return await sender.send("POST", "/v1/panels", json=body)

    async def attach(self, *kinds: str) -> None:
        for kind in kinds:
            place = f"kind={kind}&subject_kind=fellow&subject_id={self.fellow_id}"
            answer = await self.unit.send("POST", f"/v1/documents?{place}", content=PDF)
            assert answer.status_code == 201, answer.text

    async def convened(self, purpose="entry", members=None) -> dict[str, Any]:
        await self.attach(*COMPOSITION[Purpose(purpose)].reports)
        answer = await self.asked(purpose, members)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def by(self, number: int, method: str, path: str, **more: Any):
        """Send a request as an expert, who has no role at all."""
        who = self.world.signed_in(f"expert-{number}")
        return await self.world.send(method, path, who, **more)

    async def vote(self, panel, number: int, grade="passed", **more: Any):
        body = {"grade": grade, "reason": "示例理由"} | more
        return await self.by(number, "POST", f"/v1/panels/{panel['id']}/votes", json=body)

    async def conclude(self, panel, number: int = 1):
        path = f"/v1/panels/{panel['id']}/conclusion"
        return await self.by(number, "POST", path, json={"minutes": "示例纪要：同意。"})


def refused(answer, status: int, code: str) -> dict[str, Any]:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    return problem
