"""The endpoints of panels, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import SIGNED_IN, Endpoint

from ..world import Caller
from .experts import expert, experts

CONVENER = frozenset({Role.EMPLOYER, Role.STATION_ADMIN})
REASON = {"reason": "示例理由"}
NEW = {"purpose": "exit", "subject_id": "{fellow_id}", "members": experts(5)}
PANEL = "/v1/panels/{panel_id}"

ROWS = (
    Endpoint(
        "POST",
        "/v1/panels/experts",
        CONVENER,
        {"number": "110101199003070476"},
        computes=True,
    ),
    Endpoint("POST", "/v1/panels", CONVENER, NEW),
    Endpoint("GET", "/v1/panels", SIGNED_IN),
    Endpoint("GET", PANEL, SIGNED_IN),
    Endpoint("POST", f"{PANEL}/members", CONVENER, {"member": expert(9)} | REASON),
    Endpoint("POST", f"{PANEL}/departures", CONVENER, {"member_id": "{member_id}"} | REASON),
    Endpoint("POST", f"{PANEL}/chair", CONVENER, {"member_id": "{member_id}"}),
    Endpoint("POST", f"{PANEL}/dissolution", CONVENER, REASON),
    Endpoint("POST", f"{PANEL}/recusal", SIGNED_IN, REASON),
    Endpoint("POST", f"{PANEL}/votes", SIGNED_IN, {"grade": "passed"} | REASON),
    Endpoint("POST", f"{PANEL}/conclusion", SIGNED_IN, {"minutes": "示例"}),
    Endpoint("GET", f"{PANEL}/minutes.pdf", SIGNED_IN),
)


async def staged(world, ids):
    """Convene an entry panel for a fellow of the stage's station."""
    agent = world.running.issuer.headers("agent", Role.EMPLOYER)
    unit = Caller(world, ids["unit_id"], agent)
    fellow_id = str(await world.fellow(ids["station_id"], unit))
    body = {"purpose": "entry", "subject_id": fellow_id, "members": experts(5)}
    panel = (await world.send("POST", "/v1/panels", agent, json=body)).json()
    member = panel["members"][4]["id"]
    return {"panel_id": panel["id"], "member_id": member, "fellow_id": fellow_id}
