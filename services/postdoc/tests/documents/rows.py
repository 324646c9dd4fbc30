"""The endpoints of documents, and what they act upon."""

from uuid import UUID

from talent_kit.auth import Role
from talent_kit.testing.stage import PUBLIC, SIGNED_IN, Endpoint

from .files import PDF

PARTIES = frozenset({Role.TALENT, Role.EMPLOYER, Role.STATION_ADMIN})
SUBJECT = "subject_kind=fellow&subject_id={documented_id}"

ROWS = (
    Endpoint("GET", "/v1/documents/kinds", PUBLIC),
    Endpoint("POST", "/v1/documents", PARTIES, query=f"?kind=id_copy&{SUBJECT}"),
    Endpoint("GET", "/v1/documents", SIGNED_IN, query=f"?{SUBJECT}"),
    Endpoint("GET", "/v1/documents/{document_id}", SIGNED_IN),
    Endpoint("GET", "/v1/documents/{document_id}/content", SIGNED_IN),
    Endpoint("POST", "/v1/documents/{document_id}/withdrawal", SIGNED_IN),
)


async def staged(world, ids):
    """Attach a document to a fellow of the unit that `agent` acts for."""
    talent = await world.talent()
    station = ids["station_id"]
    unit = await world.unit(agents=("agent-of-documented",))
    fellow = await world.fellow(UUID(station), unit, talent_id=talent.id)
    path = f"/v1/documents?kind=id_copy&subject_kind=fellow&subject_id={fellow}"
    attached = (await talent.send("POST", path, content=PDF)).json()
    return {"documented_id": str(fellow), "document_id": attached["id"]}
