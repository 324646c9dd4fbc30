from datetime import UTC, date, datetime

import pytest
from talent_policy.facts.derived import derived, with_sources
from talent_policy.facts.known import KnownFact

NOON = datetime(2025, 9, 1, 4, tzinfo=UTC)


def known(changes=None, source="education", *, verified=True):
    facts = {
        "person.degree": "master",
        "person.study_mode": "full_time",
        "person.graduated_on": date(2025, 6, 30),
    }
    told = {name: KnownFact(value, source, verified, NOON) for name, value in facts.items()}
    told["trip.event_on"] = KnownFact(date(2025, 6, 30), "registration", True, NOON)
    for name, value in (changes or {}).items():
        if value is None:
            del told[name]
        else:
            told[name] = told.get(name, told["trip.event_on"])._replace(value=value)
    return told


def test_who_had_finished_a_master_s_degree_came_as_a_postgraduate():
    found = derived(known())
    assert {name: fact.value for name, fact in found.items()} == {
        "trip.study": "postgraduate",
        "trip.study_mode": "full_time",
    }
    assert {(fact.source, fact.verified) for fact in found.values()} == {("education", True)}


@pytest.mark.parametrize(
    "changes",
    [
        {"person.degree": "bachelor"},
        {"person.study_mode": "part_time"},
        {"person.graduated_on": date(2025, 7, 1)},
        {"person.graduated_on": None},
        {"trip.event_on": None},
        {"person.degree": None},
    ],
)
def test_nothing_follows_from_less(changes):
    assert derived(known(changes)) == {}


@pytest.mark.parametrize(
    ("source", "verified", "said", "wins"),
    [
        ("education", True, KnownFact("other", "talent", False, NOON), True),
        ("education", True, KnownFact("other", "reviewer", True, NOON), True),
        ("education", True, KnownFact("other", "talent_office", True, NOON), False),
        ("reviewer", True, KnownFact("other", "reviewer", True, NOON), False),
        ("talent", False, KnownFact("other", "talent", False, NOON), False),
    ],
)
def test_a_word_of_the_same_weight_on_the_journey_itself_prevails(source, verified, said, wins):
    told = known(source=source, verified=verified) | {"trip.study": said}
    assert ("trip.study" in derived(told)) is wins


def test_what_it_follows_from_is_read_too():
    assert with_sources({"trip.bank"}) == {"trip.bank"}
    assert {"trip.study", "person.degree", "trip.event_on"} <= with_sources({"trip.study"})
