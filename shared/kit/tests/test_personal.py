"""A data key per talent: made once, opening at one place, gone with its talent."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from talent_kit import tables
from talent_kit.database import savepoint
from talent_kit.keyring import KeyringError
from talent_kit.personal import Erased


@pytest.fixture
def sample(standing):
    return standing


@pytest.fixture
def vault(sample):
    return sample.service.vault


@pytest.fixture
def transaction(sample):
    return sample.service.database.transaction


async def key_of(transaction, vault, talent):
    async with transaction() as session:
        return await vault.data_key(session, talent)


async def erase(transaction, vault, talent):
    async with transaction() as session:
        await vault.destroy(session, talent)


async def test_a_column_opens_at_its_place_alone(transaction, vault):
    talent, row = uuid4(), uuid4()
    key = await key_of(transaction, vault, talent)
    sealed = key.seal("13800001234", "talent", "phone", row)
    again = await key_of(transaction, vault, talent)
    assert again.open(sealed, "talent", "phone", row) == "13800001234"
    for place in [
        ("talent", "phone", uuid4()),
        ("talent", "name", row),
        ("employer", "phone", row),
    ]:
        with pytest.raises(KeyringError):
            again.open(sealed, *place)


async def test_another_talent_s_key_does_not_open_it(transaction, vault):
    row = uuid4()
    mine = await key_of(transaction, vault, uuid4())
    other = await key_of(transaction, vault, uuid4())
    with pytest.raises(KeyringError):
        other.open(mine.seal("x", "talent", "phone", row), "talent", "phone", row)


async def test_a_wrapped_key_moved_to_another_talent_does_not_open(transaction, vault):
    one, two = uuid4(), uuid4()
    await key_of(transaction, vault, one)
    await key_of(transaction, vault, two)
    async with transaction() as session:
        wrapped = await session.scalar(
            select(tables.data_key.c.wrapped).where(tables.data_key.c.talent_id == one)
        )
        await session.execute(
            update(tables.data_key)
            .where(tables.data_key.c.talent_id == two)
            .values(wrapped=wrapped)
        )
    with pytest.raises(KeyringError):
        await key_of(transaction, vault, two)


async def test_after_erasure_nothing_is_read_written_or_made_anew(transaction, vault):
    talent, other = uuid4(), uuid4()
    await key_of(transaction, vault, talent)
    await key_of(transaction, vault, other)
    await erase(transaction, vault, talent)
    for _ in range(2):
        with pytest.raises(Erased):
            await key_of(transaction, vault, talent)
    async with transaction() as session:
        assert set(await vault.data_keys(session, [talent, other, uuid4()])) == {other}


async def test_two_first_uses_at_once_get_the_same_key(transaction, vault):
    talent, row = uuid4(), uuid4()
    keys = await asyncio.gather(*(key_of(transaction, vault, talent) for _ in range(6)))
    sealed = keys[0].seal("x", "talent", "phone", row)
    assert {key.open(sealed, "talent", "phone", row) for key in keys} == {"x"}
    async with transaction() as session:
        assert await vault.data_keys(session, [talent])


async def test_a_first_use_that_is_rolled_back_leaves_the_next_one_a_key(transaction, vault):
    talent = uuid4()
    with pytest.raises(LookupError):  # noqa: PT012 - the error must pass the block's end
        async with transaction() as session:
            await vault.data_key(session, talent)
            raise LookupError
    assert await key_of(transaction, vault, talent)


async def test_many_keys_are_found_in_one_go(transaction, vault):
    talents, row = [uuid4() for _ in range(5)], uuid4()
    single = {one: await key_of(transaction, vault, one) for one in talents}
    async with transaction() as session:
        many = await vault.data_keys(session, talents)
        assert await vault.data_keys(session, []) == {}
    for one in talents:
        sealed = single[one].seal("x", "talent", "phone", row)
        assert many[one].open(sealed, "talent", "phone", row) == "x"


async def test_many_keys_are_made_in_one_go(transaction, vault):
    talents, row = [uuid4() for _ in range(5)], uuid4()
    async with transaction() as session:
        made = await vault.make_keys(session, talents)
        assert await vault.make_keys(session, []) == {}
    sealed = {one: made[one].seal(str(one), "talent", "phone", row) for one in talents}
    for one in talents:
        key = await key_of(transaction, vault, one)
        assert key.open(sealed[one], "talent", "phone", row) == str(one)
        with pytest.raises(KeyringError):
            key.open(
                sealed[talents[0] if one != talents[0] else talents[1]], "talent", "phone", row
            )


async def test_a_key_that_was_never_made_can_be_destroyed_beforehand(transaction, vault):
    talent = uuid4()
    await erase(transaction, vault, talent)
    with pytest.raises(Erased):
        await key_of(transaction, vault, talent)


async def test_destroying_leaves_the_row_with_its_day_and_once_more_changes_nothing(
    sample, transaction, vault
):
    talent = uuid4()
    await key_of(transaction, vault, talent)
    await erase(transaction, vault, talent)
    query = select(tables.data_key).where(tables.data_key.c.talent_id == talent)
    async with transaction() as session:
        before = (await session.execute(query)).one()
    assert (before.wrapped, before.destroyed_at) == (None, sample.clock.now())
    sample.clock.move(timedelta(days=1))
    await erase(transaction, vault, talent)
    async with transaction() as session:
        assert (await session.execute(query)).one() == before


async def test_keys_of_many_are_found_or_made_and_those_of_the_erased_left_out(transaction, vault):
    known, fresh, gone = uuid4(), uuid4(), uuid4()
    first = await key_of(transaction, vault, known)
    await erase(transaction, vault, gone)
    async with transaction() as session:
        made = await vault.keys_for(session, [known, fresh, gone])
    assert made.keys() == {known, fresh}
    row = uuid4()
    for talent, key in ((known, first), (fresh, await key_of(transaction, vault, fresh))):
        assert key.open(made[talent].seal("x", "talent", "phone", row), "talent", "phone", row)


async def test_a_key_that_a_savepoint_took_back_seals_nothing(transaction, vault):
    talent, row = uuid4(), uuid4()
    async with transaction() as session:
        with pytest.raises(LookupError):  # noqa: PT012 - the error must pass the block's end
            async with savepoint(session):
                await vault.data_key(session, talent)
                raise LookupError
        sealed = (await vault.data_key(session, talent)).seal("word", "table", "column", row)
    key = await key_of(transaction, vault, talent)
    assert key.open(sealed, "table", "column", row) == "word"


async def test_a_key_destroyed_in_a_transaction_is_known_no_more_there(transaction, vault):
    talent = uuid4()
    async with transaction() as session:
        await vault.data_key(session, talent)
        await vault.destroy(session, talent)
        assert await vault.data_keys(session, [talent]) == {}
        with pytest.raises(Erased):
            await vault.data_key(session, talent)
