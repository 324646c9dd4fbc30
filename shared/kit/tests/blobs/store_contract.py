"""What every store of bytes must do: subclass `StoreContract` and provide a fixture `store`."""

import pytest
from talent_kit.blobs import BlobMissingError

KEY, OTHER = "018f0000-0000-7000-8000-00000000aa01", "018f0000-0000-7000-8000-00000000aa02"


async def pieces(*parts, then=None):
    for part in parts:
        yield part
    if then is not None:
        raise then


async def content(store, key):
    return b"".join([piece async for piece in store.get(key)])


class StoreContract:
    @pytest.mark.parametrize("sizes", [(0,), (1,), (70_000, 3), (5 << 20, 5 << 20, 2 << 20)])
    async def test_what_was_put_comes_back(self, store, sizes):
        parts = [bytes([number + 1]) * size for number, size in enumerate(sizes)]
        await store.put(KEY, pieces(*parts))
        assert await content(store, KEY) == b"".join(parts)

    async def test_keys_do_not_mix(self, store):
        await store.put(KEY, pieces(b"one"))
        await store.put(OTHER, pieces(b"other"))
        await store.delete(OTHER)
        assert await content(store, KEY) == b"one"

    async def test_what_is_not_there_is_missing(self, store):
        with pytest.raises(BlobMissingError):
            await content(store, OTHER)

    async def test_what_breaks_off_is_not_there(self, store):
        with pytest.raises(LookupError):
            await store.put(KEY, pieces(b"a" * 100_000, then=LookupError()))
        with pytest.raises(BlobMissingError):
            await content(store, KEY)

    async def test_what_breaks_off_leaves_what_was_there(self, store):
        await store.put(KEY, pieces(b"before"))
        with pytest.raises(LookupError):
            await store.put(KEY, pieces(b"after", then=LookupError()))
        assert await content(store, KEY) == b"before"

    async def test_a_deleted_one_is_missing_and_may_be_deleted_again(self, store):
        await store.put(KEY, pieces(b"one"))
        await store.delete(KEY)
        await store.delete(KEY)
        with pytest.raises(BlobMissingError):
            await content(store, KEY)
