"""Candidacies for tests."""

from typing import Any

INTERVIEW = "2026-09-20T02:00:00Z"


async def apply(doctor: Any, position_id: str, statement: str = "我研究光子", **more: Any):
    path = f"/v1/positions/{position_id}/candidacies/me"
    return await doctor.send("PUT", path, json={"statement": statement, **more})


async def act(who: Any, candidacy_id: str, name: str, **body: Any):
    path = f"/v1/candidacies/{candidacy_id}/{name}"
    return await who.send("POST", path, **({"json": body} if body else {}))


async def interviewed(here: Any, doctor: Any, position_id: str, passed: bool = True) -> str:
    """A doctor applies and is interviewed; the clock goes on to the interview."""
    world = here.world
    candidacy = (await apply(doctor, position_id)).json()["id"]
    await act(here.unit, candidacy, "shortlisting")
    at = world.running.clock.now()
    world.later(hours=1)
    at = world.running.clock.now()
    world.later(hours=-1)
    await act(here.unit, candidacy, "invitation", at=at.isoformat(), place="示例楼101")
    world.later(hours=1)
    told = await act(here.unit, candidacy, "interview", passed=passed, notes="示例记录")
    assert told.status_code == 200, told.text
    return str(candidacy)


async def accepted(here: Any, doctor: Any, position_id: str) -> str:
    candidacy = await interviewed(here, doctor, position_id)
    answer = await act(here.unit, candidacy, "acceptance", reason="示例理由")
    assert answer.status_code == 200, answer.text
    return candidacy
