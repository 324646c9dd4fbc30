"""Taking out of pictures what a camera or a program wrote into them: where it was, by whom, when.

What is shown stays as it is to the byte: nothing is decoded or drawn anew. A JPEG keeps how it is
to be turned. Whatever stands behind a picture's end goes too.
"""

import struct
from collections.abc import Iterator

from .types import JPEG, PNG, WEBP

PICTURES = frozenset({JPEG, PNG, WEBP})

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_GOES = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
_WEBP_GOES = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0b0000_1100
"""Of a VP8X chunk: that EXIF or XMP follow."""
_JPEG_STAYS = frozenset({0xE0, 0xE2, 0xEE})
"""Application segments that say how to show it: JFIF, the colour profile, Adobe's transform."""
_ORIENTATION = 0x0112


class BrokenPictureError(ValueError):
    """The bytes are not built as a picture of their type is."""


def stripped(type_: str, content: bytes) -> bytes:
    """Return a picture without what is written into it; raises BrokenPictureError.

    Of a JPEG that holds several pictures the first stays, which is what is shown.
    """
    parts = {JPEG: _jpeg, PNG: _png, WEBP: _webp}[type_]
    try:
        return b"".join(parts(content))
    except (struct.error, IndexError) as error:
        raise BrokenPictureError from error


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG_HEAD
    at, kind = len(_PNG_HEAD), b""
    while kind != b"IEND":
        (length,) = struct.unpack_from(">I", content, at)
        kind, ends = content[at + 4 : at + 8], at + 12 + length
        if ends > len(content):
            raise BrokenPictureError
        if kind not in _PNG_GOES:
            yield content[at:ends]
        at = ends


def _webp(content: bytes) -> Iterator[bytes]:
    (size,) = struct.unpack_from("<I", content, 4)
    if 8 + size > len(content):
        raise BrokenPictureError
    kept, at = b"WEBP", 12
    while at < 8 + size:
        (length,) = struct.unpack_from("<I", content, at + 4)
        kind, ends = content[at : at + 4], at + 8 + length + length % 2
        if at + 8 + length > len(content):
            raise BrokenPictureError
        chunk = content[at:ends]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if kind not in _WEBP_GOES:
            kept += chunk
        at = ends
    yield b"RIFF" + struct.pack("<I", len(kept)) + kept


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at, turned = 2, 0
    while True:
        if content[at] != 0xFF:
            raise BrokenPictureError
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        ends = at + 2 + length
        if length < 2 or ends > len(content):
            raise BrokenPictureError
        segment = content[at:ends]
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = turned or _orientation(segment[10:])
        elif marker == 0xDA:
            if turned > 1:
                yield _turned(turned)
            yield from _scans(content, at)
            return
        elif marker in _JPEG_STAYS or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            yield segment
        at = ends


def _scans(content: bytes, at: int) -> Iterator[bytes]:
    """Yield the scans up to the end of the first picture; tables or comments stand between."""
    while True:
        marker = content[at + 1]
        if content[at] != 0xFF:
            raise BrokenPictureError
        if marker == 0xD9:
            yield content[at : at + 2]
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        ends = at + 2 + length
        if marker == 0xDA:
            ends = _next_marker(content, ends)
        if length < 2 or ends > len(content):
            raise BrokenPictureError
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            yield content[at:ends]
        at = ends


def _next_marker(content: bytes, at: int) -> int:
    """Return where drawn data end: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise BrokenPictureError
        after = content[at + 1]
        if after != 0 and not 0xD0 <= after <= 0xD7 and after != 0xFF:
            return at
        at += 1 if after == 0xFF else 2


def _orientation(exif: bytes) -> int:
    """Return how a picture is to be turned (1 to 8), 0 where that cannot be read."""
    try:
        order = {b"II": "<", b"MM": ">"}[exif[:2]]
        (first,) = struct.unpack_from(f"{order}I", exif, 4)
        (number,) = struct.unpack_from(f"{order}H", exif, first)
        for entry in range(first + 2, first + 2 + 12 * number, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
            if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:
                return int(value)
    except (KeyError, struct.error):
        pass
    return 0


def _turned(orientation: int) -> bytes:
    """Return a segment that says how a picture is to be turned, and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM\0\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
