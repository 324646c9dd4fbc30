"""The plan that the tests of reviews share: city, province, experts, publication."""

from talent_kit.auth import Role
from talent_kit.reviews import Level, Step, StepKind
from talent_kit.texts import Bilingual


def step(name, kind, level, days):
    return Step(
        name=name,
        kind=kind,
        level=level,
        role=Role.STATION_ADMIN,
        days=days,
        label=Bilingual(zh=name, en=name),
    )


CHECK = step("city", StepKind.CHECK, Level.CITY, 10)
PROVINCE = step("province", StepKind.CHECK, Level.PROVINCE, 15)
EXPERTS = step("experts", StepKind.EXPERTS, Level.PROVINCE, 20)
PUBLICATION = step("publication", StepKind.PUBLICATION, Level.PROVINCE, 5)
PLAN = (CHECK, PROVINCE, EXPERTS, PUBLICATION)
