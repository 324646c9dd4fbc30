"""UUIDv7 keys sort by their making."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from talent_kit.identifiers import age, new_id


def test_ids_are_of_version_7_and_sort_by_their_making():
    made = [new_id() for _ in range(1000)]
    assert {one.version for one in made} == {7}
    assert made == sorted(set(made))


def test_an_id_knows_its_age():
    assert timedelta() <= age(new_id()) < timedelta(seconds=5)
    hour_ago = UUID(int=new_id().int - (3_600_000 << 80))
    assert timedelta(hours=1) <= age(hour_ago) < timedelta(hours=1, seconds=5)


@pytest.mark.parametrize("other", [uuid4(), UUID(int=0)])
def test_another_uuid_has_no_age(other):
    assert age(other) is None
