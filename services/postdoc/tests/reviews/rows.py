"""The endpoints of reviews, and what they act upon."""

from uuid import UUID

from talent_kit.auth import Role
from talent_kit.reviews import Level, Step, StepKind
from talent_kit.testing.stage import PUBLIC, SIGNED_IN, Endpoint
from talent_kit.texts import Bilingual

STAFF = frozenset({Role.STATION_ADMIN, Role.AUDITOR})
OFFICE = frozenset({Role.STATION_ADMIN})
TITLE = Bilingual(zh="示例企业设立博士后科研工作站", en="Example enterprise: a workstation")

ROWS = (
    Endpoint("GET", "/v1/reviews", STAFF),
    Endpoint("GET", "/v1/reviews/published", PUBLIC),
    Endpoint("GET", "/v1/reviews/{review_id}", STAFF),
    Endpoint(
        "POST",
        "/v1/reviews/{review_id}/decision",
        OFFICE,
        {"outcome": "returned", "words": "请补充材料"},
        versioned=True,
    ),
    Endpoint(
        "POST",
        "/v1/reviews/{review_id}/conclusion",
        OFFICE,
        {"panel_id": "0197a2b4-0000-7000-8000-000000000001"},
        versioned=True,
    ),
    Endpoint("POST", "/v1/reviews/{review_id}/objections", SIGNED_IN, {"words": "材料不实"}),
    Endpoint(
        "POST",
        "/v1/reviews/{review_id}/objections/{number}/answer",
        OFFICE,
        {"upheld": False, "words": "经查不成立"},
        versioned=True,
    ),
)


def step(name, kind=StepKind.CHECK, level=Level.CITY, days=5):
    return Step(
        name=name,
        kind=kind,
        level=level,
        role=Role.STATION_ADMIN,
        days=days,
        label=Bilingual(zh=name, en=name),
    )


async def begun(world, *plan, subject_id, kind="example", by="somebody"):
    """Begin a review; return its id."""
    service = world.running.service
    async with service.database.transaction() as session:
        review = await service.reviews.begin(
            session,
            kind=kind,
            subject_id=UUID(str(subject_id)),
            region="350702",
            title=TITLE,
            plan=plan,
            by=by,
        )
        return review.id


async def staged(world, ids):
    """Begin a review that waits for the stage's city."""
    review = await begun(world, step("city"), subject_id=ids["station_id"])
    return {"review_id": str(review), "number": "2"}
