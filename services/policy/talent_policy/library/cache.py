"""Compiled packs in memory, by digest, so that a pack is compiled once per process."""

from collections import OrderedDict

from ..packs.compiling import CompiledPack


class PackCache:
    """The packs used last, at most so many; content with a digest never changes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._packs: OrderedDict[str, CompiledPack] = OrderedDict()

    def __len__(self) -> int:
        return len(self._packs)

    def get(self, digest: str) -> CompiledPack | None:
        """Return a pack that is here, which is then the one used last."""
        pack = self._packs.get(digest)
        if pack is not None:
            self._packs.move_to_end(digest)
        return pack

    def put(self, pack: CompiledPack) -> None:
        """Keep a pack, and let go the one that was not used for longest."""
        self._packs[pack.digest] = pack
        self._packs.move_to_end(pack.digest)
        while len(self._packs) > self._most:
            self._packs.popitem(last=False)
