"""The steps in which an application for a station is reviewed."""

from talent_kit.auth import Role
from talent_kit.reviews import Level, Step, StepKind
from talent_kit.texts import Bilingual

from ..terms.rules import Terms

_STEPS = (
    ("city", StepKind.CHECK, Level.CITY, "REVIEW_CITY", "市级审核", "Check by the city"),
    (
        "province",
        StepKind.CHECK,
        Level.PROVINCE,
        "REVIEW_PROVINCE",
        "省级推荐",
        "Recommendation by the province",
    ),
    (
        "experts",
        StepKind.EXPERTS,
        Level.PROVINCE,
        "REVIEW_EXPERTS",
        "专家评审",
        "Review by experts",
    ),
    ("publication", StepKind.PUBLICATION, Level.PROVINCE, "PUBLICATION", "公示", "Publication"),
)


def steps(terms: Terms) -> tuple[Step, ...]:
    """Return the plan of a review by the figures of the region."""
    return tuple(
        Step(
            name=name,
            kind=kind,
            level=level,
            role=Role.STATION_ADMIN,
            days=max(terms[days], 1),
            correction_days=max(terms["REVIEW_CORRECTION"], 1),
            label=Bilingual(zh=zh, en=en),
        )
        for name, kind, level, days, zh, en in _STEPS
    )
