"""Synthetic graduates and employers, the same for a seed: every degree and edge of annex 2.

Each kind of case names the outcomes that the articles give it, so that the run can be checked.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)
DEGREES = ("doctor", "master", "bachelor")
EMPLOYER_KINDS = ("enterprise", "branch_of_outside_enterprise", "public_institution")
COUNTIES = ("350702", "350703", "350721", "350722", "350781", "350782", "350783")
_RESIDENT_REGIONS = ("350702", "350721", "350781", "330802", "361102", "341002", "320102")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass
class Employer:
    """An employer with the login that acts for it."""

    login: str
    credit_code: str
    name: str
    region: str
    kind: str
    id: str = ""


@dataclass
class Person:
    """A graduate, the employment, and what the authorities know."""

    login: str
    name: str
    resident_id: str
    phone: str
    region: str
    employer: Employer
    case: str
    employment: dict[str, Any]
    education: dict[str, Any]
    pension: dict[str, Any]
    office: dict[str, Any]
    expected: dict[str, str]
    account: str
    id: str = ""

    @property
    def offered(self) -> set[str]:
        """The measures that the platform offers by itself: 2.2, where registers prove it all."""
        return {"2.2"} if self.expected["2.2"] == "eligible" else set()


@dataclass(frozen=True)
class Case:
    """A kind of case: what differs from the plain one, and the outcomes of 2.1 and 2.2."""

    name: str
    outcome_21: str
    outcome_22: str
    employment: dict[str, Any] = field(default_factory=dict)
    education: dict[str, Any] = field(default_factory=dict)
    pension: dict[str, Any] = field(default_factory=dict)
    employer_kind: str = "enterprise"
    born: date | None = None


def cases(today: date) -> list[Case]:
    """Return the cases, relative to the day of the run; the contract begins 2 years before it."""
    start = add_years(today, -2)
    yes, no, person = "eligible", "ineligible", "needs_person"
    return [
        Case("plain", yes, yes),
        Case("plain", yes, yes),
        Case(
            "36 on the day after the contract", person, person, born=add_years(start + ONE_DAY, -36)
        ),
        Case("36 on the day of the contract", no, no, born=add_years(start, -36)),
        Case(
            "contract a day short of 3 years",
            no,
            no,
            employment={"contract_until": (add_years(start, 3) - 2 * ONE_DAY).isoformat()},
        ),
        Case(
            "pension a day short of 2 years",
            no,
            yes,
            pension={"employment.pension_from": (start + ONE_DAY).isoformat()},
        ),
        Case("part-time degree", no, no, education={"person.study_mode": "part_time"}),
        Case(
            "back after 3 years outside",
            yes,
            yes,
            education={
                "person.outside_from": add_years(start - ONE_DAY, -3).isoformat(),
                "person.outside_until": (start - 2 * ONE_DAY).isoformat(),
            },
            pension={"employment.pension_in_city": "first_since_return"},
        ),
        Case(
            "back a day before 3 years outside",
            no,
            no,
            education={
                "person.outside_from": (add_years(start - ONE_DAY, -3) + ONE_DAY).isoformat(),
                "person.outside_until": (start - 2 * ONE_DAY).isoformat(),
            },
            pension={"employment.pension_in_city": "first_since_return"},
        ),
        Case("labour dispatch", person, person, employment={"arrangement": "dispatch"}),
        Case(
            "contract without end",
            person,
            person,
            employment={"contract_kind": "open_ended", "contract_until": None},
        ),
        Case("gap in the pension", person, yes, pension={"employment.pension_gap": True}),
        Case(
            "branch of an outside enterprise",
            person,
            person,
            employer_kind="branch_of_outside_enterprise",
        ),
        Case("public institution", no, no, employer_kind="public_institution"),
        Case(
            "local junior college, year of graduation",
            no,
            yes,
            education=_junior("350700", "320000", start),
        ),
        Case(
            "local junior college, a year later",
            no,
            person,
            education=_junior("350700", "320000", add_years(start, -1)),
        ),
        Case(
            "junior college outside, from the city, year of graduation",
            no,
            yes,
            education=_junior("350100", "350721", start),
        ),
        Case(
            "junior college outside, from the city, a year later",
            no,
            person,
            education=_junior("350100", "350721", add_years(start, -1)),
        ),
        Case(
            "junior college and home outside",
            no,
            no,
            education=_junior("350100", "350100", start),
        ),
    ]


def _junior(school: str, origin: str, graduated: date) -> dict[str, Any]:
    return {
        "person.degree": "junior_college",
        "person.school_region": school,
        "person.origin_region": origin,
        "person.graduated_on": graduated.isoformat(),
    }


def company(
    rng: random.Random, salt: int, graduates: int, firms: int = 8
) -> tuple[list[Employer], list[Person]]:
    """Return employers, and graduates whose contracts began two years before today (China's).

    Another salt gives others.
    """
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    made = employers(rng, salt, firms)
    return made, people(rng, salt, graduates, made, today)


def employers(rng: random.Random, salt: int, count: int) -> list[Employer]:
    """Return employers of the city, mostly enterprises; the first are one of each kind."""
    kinds = [*EMPLOYER_KINDS, *["enterprise"] * 5]
    return [
        Employer(
            login=f"agent-{salt}-{number}",
            credit_code=credit_code(salt, number, COUNTIES[number % len(COUNTIES)]),
            name=f"示例单位{number:03d}",
            region=rng.choice(COUNTIES),
            kind=kinds[number % len(kinds)],
        )
        for number in range(count)
    ]


def people(
    rng: random.Random, salt: int, count: int, firms: list[Employer], today: date
) -> list[Person]:
    """Return graduates, every case and degree in turn."""
    kinds = cases(today)
    start = add_years(today, -2)
    by_kind: dict[str, list[Employer]] = {}
    for firm in firms:
        by_kind.setdefault(firm.kind, []).append(firm)
    made = []
    taken: set[str] = set()
    for number in range(count):
        case = kinds[number % len(kinds)]
        degree = DEGREES[(number // len(kinds)) % len(DEGREES)]
        born = case.born or add_years(start, -27) - timedelta(days=rng.randrange(1, 2000))
        firm = rng.choice(by_kind[case.employer_kind])
        made.append(
            Person(
                login=f"talent-{salt}-{number}",
                name=f"示例{rng.choice('甲乙丙丁戊己庚辛')}{rng.choice('子丑寅卯辰巳午未')}",
                resident_id=_new_resident_id(rng, salt + number, born, taken),
                phone=f"199{salt % 1000:03d}{number:05d}",
                region=firm.region,
                employer=firm,
                case=case.name,
                employment={
                    "arrangement": "direct",
                    "contract_kind": "fixed_term",
                    "contract_from": start.isoformat(),
                    "contract_until": (add_years(start, 3) - ONE_DAY).isoformat(),
                }
                | case.employment,
                education={
                    "person.degree": degree,
                    "person.study_mode": "full_time",
                    "person.graduated_on": (start - 30 * ONE_DAY).isoformat(),
                }
                | case.education,
                pension={
                    "employment.pension_in_city": "first",
                    "employment.pension_from": start.isoformat(),
                    "employment.pension_through": (today - ONE_DAY).isoformat(),
                    "employment.pension_gap": False,
                }
                | case.pension,
                office={"person.scheme_2020_1": degree != "bachelor" and number % 2 == 0},
                expected={"2.1": case.outcome_21, "2.2": case.outcome_22},
                account=account_number(salt, number, closed=number % (3 * len(kinds)) == 0),
            )
        )
    return made


CLOSED_ENDING = "9990"
"""The simulated bank is told that accounts with these last digits are closed."""


def account_number(salt: int, number: int, *, closed: bool) -> str:
    return f"6222{salt % 100000:05d}{number:06d}{CLOSED_ENDING if closed else '0001'}"


def add_years(day: date, years: int) -> date:
    """Return the anniversary; that of 29 February is 1 March in common years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _new_resident_id(rng: random.Random, number: int, born: date, taken: set[str]) -> str:
    """Return a number that nobody else of the run has."""
    while (made := resident_id(rng, number, born)) in taken:
        number += 1
    taken.add(made)
    return made


def resident_id(rng: random.Random, number: int, born: date) -> str:
    """Return a generated number with a right check character (GB 11643); nobody's."""
    body = (
        f"{rng.choice(_RESIDENT_REGIONS)}{born:%Y%m%d}{(number * 7 + rng.randrange(7)) % 1000:03d}"
    )
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def credit_code(salt: int, number: int, region: str) -> str:
    """Return a generated unified social credit code with a right check character (GB 32100)."""
    serial = (salt * 1000 + number) % 10**8
    body = f"91{region}{serial:08d}"
    body += _CREDIT_ALPHABET[serial % 31]
    total = sum(
        _CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(body, _CREDIT_WEIGHTS, strict=True)
    )
    return body + _CREDIT_ALPHABET[(31 - total % 31) % 31]
