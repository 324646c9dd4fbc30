"""What is kept of other services' things is the newest that was told, whatever the order."""

from itertools import permutations

import pytest
from kit_sample.models import Note
from sqlmodel import select
from talent_kit.identifiers import new_id
from talent_kit.projections import project


def note(identifier, version, owner="anybody"):
    return Note(id=identifier, owner=owner, text=str(version).encode(), version=version)


async def told(sample, *rows, **options):
    async with sample.service.database.transaction() as session:
        return [row.version for row in await project(session, rows, **options)]


async def kept(sample):
    async with sample.service.database.transaction() as session:
        return {row.id: (row.text, row.owner) for row in await session.exec(select(Note))}


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
async def test_the_newest_counts_one_by_one_and_together(sample, order):
    alone, together = new_id(), new_id()
    for version in order:
        await told(sample, note(alone, version))
    assert await told(sample, *[note(together, version) for version in order]) == [3]
    assert await kept(sample) == {alone: (b"3", "anybody"), together: (b"3", "anybody")}


async def test_what_is_as_new_or_older_changes_nothing(sample):
    one = new_id()
    assert await told(sample, note(one, 2)) == [2]
    assert await told(sample, note(one, 1), note(one, 2, "somebody else")) == []
    assert await told(sample) == []
    assert await kept(sample) == {one: (b"2", "anybody")}


async def test_what_is_ours_stays(sample):
    one = new_id()
    await told(sample, note(one, 1, "first"))
    assert await told(sample, note(one, 2, "second"), but=["owner"]) == [2]
    assert await kept(sample) == {one: (b"2", "first")}
