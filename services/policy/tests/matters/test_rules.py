"""What a place says, as seen from the city."""

import pytest
from talent_policy.facts.vocabulary import definitions, vocabulary
from talent_policy.matters.rules import fair_facts, trip_facts

from ..world import attendance, employer, talent


@pytest.mark.parametrize(
    ("held_in", "for_talents", "for_employers"),
    [
        ("350702", "urban_area", "in_city"),
        ("350703", "urban_area", "in_city"),
        ("350721", "county", "in_city"),
        ("350783", "county", "in_city"),
        ("350700", None, "in_city"),
        ("350000", None, None),
        ("350100", "outside", "outside_city"),
        ("310000", "outside", "outside_city"),
        ("810000", "outside", "outside_mainland"),
        ("000001", None, None),
        (None, "online", "online"),
    ],
)
def test_where_an_event_was_held(held_in, for_talents, for_employers):
    trip = trip_facts(attendance(talent(), held_in=held_in))
    assert trip["trip.event_place"] == for_talents
    fair = fair_facts(attendance(employer(), held_in=held_in))
    assert fair["fair.place"] == for_employers


@pytest.mark.parametrize("host", ["government", "joint", "public_body", "other"])
@pytest.mark.parametrize("confirmed", [True, False])
def test_the_vocabulary_admits_every_word_and_lets_registration_say_it(host, confirmed):
    said = dict(trip_facts(attendance(talent(), confirmed=confirmed, host=host)))
    said |= fair_facts(attendance(employer(), confirmed=confirmed, host=host))
    assert {said["trip.attended"], said["fair.attended"]} == {confirmed}
    for name, value in said.items():
        vocabulary().parse_value(name, value)
        assert "registration" in definitions()[name].verified_by
