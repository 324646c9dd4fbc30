"""Setting papers (PDF) with Chinese text: fonts, lines, and a picture that leads to an address.

Importing it takes 0.2 s and 11 MB, which most processes never need: services import what draws
their papers at the first paper. Drawing takes CPU time: do it in a thread.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

import segno
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

STANDARD = "STSong-Light"
"""The font for simplified Chinese that PDF readers bring along: it is not in the file."""
LEADING = 1.6
"""From line to line, in sizes of their letters."""
_PIECES = re.compile(r"[\x21-\x7e]{1,40}|.", re.DOTALL)
"""Where a line may break: between Latin words, and everywhere in Chinese."""

Paragraph = tuple[str, float]
"""A text and the size of its letters in points."""


@cache
def font_of(file: str) -> str:
    """Return the name under which a TrueType font is known now, or the standard font's."""
    made = TTFont("paper", file) if file else UnicodeCIDFont(STANDARD)
    pdfmetrics.registerFont(made)
    return str(made.fontName)


def lines_of(text: str, font: str, size: float, width: float) -> Iterator[str]:
    """Break a paragraph into lines of at most a width, in points."""
    line = ""
    for piece in _PIECES.findall(text):
        if line and pdfmetrics.stringWidth(line + piece, font, size) > width:
            yield line.strip()
            line = ""
        line += piece
    yield line.strip()


def fitted(texts: Sequence[Paragraph], font: str, width: float, room: float) -> list[Paragraph]:
    """Return the lines of paragraphs, in letters as small as it takes to leave room for all."""
    scale = 1.0
    while True:
        sized = [(text, scale * size) for text, size in texts]
        lines = [(line, size) for text, size in sized for line in lines_of(text, font, size, width)]
        if sum(LEADING * size for _, size in lines) <= room:
            return lines
        scale *= 0.9


def picture(canvas: Canvas, address: str, left: float, bottom: float, size: float) -> None:
    """Draw a QR code that leads to an address."""
    rows = list(segno.make_qr(address, error="M").matrix)
    module = size / len(rows)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                place = left + across * module, bottom + size - (down + 1) * module
                canvas.rect(*place, module, module, stroke=0, fill=1)


def chinese(day: date) -> str:
    """Return a day as it is written in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"
