"""What a file is, told by its content: its name and the sender's word count for nothing."""

from ..problems import Text, UnsupportedMediaType

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"

HEAD = 4096
"""Bytes from the beginning by which a file is told."""

_BEGINNINGS = {
    b"PK\x03\x04": XLSX,
    b"%PDF-": PDF,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS = frozenset(b"\t\n\r")


class FileTypeRefused(UnsupportedMediaType):
    code = "file-type-refused"
    title = Text("不支持此文件类型", "This type of file is not taken")


def recognised(head: bytes) -> str | None:
    """Return the media type of a file from its first bytes, or None for what is not taken.

    An archive is taken for a workbook; reading it shows whether it is one.
    """
    for beginning, type_ in _BEGINNINGS.items():
        if head.startswith(beginning):
            return type_
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    controls = {byte for byte in head if byte < 0x20} - _TEXT_CONTROLS
    if not head or controls or head.startswith(_UTF_16):
        return None
    return CSV
