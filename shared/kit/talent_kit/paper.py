"""Setting papers (PDF) with Chinese text: fonts, lines, and a picture that leads to an address.

Importing it takes 0.2 s and 11 MB, which most processes never need: services import what draws
their papers at the first paper. Drawing takes CPU time: do it in a thread.
"""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

import segno
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
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

_WIDTH, _HEIGHT = landscape(A4)
_MARGIN, _TOP, _ROOM, _PICTURE = 30 * mm, _HEIGHT - 35 * mm, 95 * mm, 32 * mm
"""Of a certificate's sheet."""

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


def certificate(
    title: str, texts: Sequence[Paragraph], number: str, address: str, font_file: str
) -> bytes:
    """Return a certificate as PDF, with a picture that leads to the address where it is verified.

    The same again where it says the same.
    """
    file, font = io.BytesIO(), font_of(font_file)
    canvas = Canvas(file, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    canvas.setTitle(f"{title} {number}")
    for inset in (8 * mm, 10 * mm):
        canvas.rect(inset, inset, _WIDTH - 2 * inset, _HEIGHT - 2 * inset)
    down = _TOP
    for text, size in fitted(texts, font, _WIDTH - 2 * _MARGIN, _ROOM):
        down -= LEADING * size
        canvas.setFont(font, size)
        canvas.drawCentredString(_WIDTH / 2, down, text)
    picture(canvas, address, _WIDTH - _MARGIN - _PICTURE, 22 * mm, _PICTURE)
    canvas.setFont(font, 10)
    canvas.drawString(_MARGIN, 30 * mm, f"编号 No. {number}")
    canvas.drawString(_MARGIN, 24 * mm, f"查验 Verify: {address}")
    canvas.save()
    return file.getvalue()
