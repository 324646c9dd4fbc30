"""A certificate as PDF with Chinese text, and a picture that leads to its verification."""

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
from talent_code import format_number

from .schemas import CertificateOut

STANDARD = "STSong-Light"
"""The font for simplified Chinese that PDF readers bring along: it is not in the file."""
_WIDTH, _HEIGHT = landscape(A4)
_MARGIN, _TOP, _ROOM = 30 * mm, _HEIGHT - 35 * mm, 95 * mm
_PICTURE = 32 * mm
_LEADING = 1.6
_PIECES = re.compile(r"[\x21-\x7e]{1,40}|.", re.DOTALL)
"""Where a line may break: between Latin words, and everywhere in Chinese."""


@cache
def font_of(file: str) -> str:
    """Return the name under which a TrueType font is known now, or the standard font's."""
    made = TTFont("certificate", file) if file else UnicodeCIDFont(STANDARD)
    pdfmetrics.registerFont(made)
    return str(made.fontName)


def draw(certificate: CertificateOut, holder: str | None, public_url: str, font: str) -> bytes:
    """Return a certificate as PDF; the same again where it says the same."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    canvas.setTitle(f"{certificate.title.zh} {format_number(certificate.number)}")
    for inset in (8 * mm, 10 * mm):
        canvas.rect(inset, inset, _WIDTH - 2 * inset, _HEIGHT - 2 * inset)
    down = _TOP
    for text, size in _fitted(_texts(certificate, holder), font):
        down -= _LEADING * size
        canvas.setFont(font, size)
        canvas.drawCentredString(_WIDTH / 2, down, text)
    address = f"{public_url}/v1/certificates/{certificate.number}"
    _picture(canvas, address)
    canvas.setFont(font, 10)
    canvas.drawString(_MARGIN, 30 * mm, f"编号 No. {format_number(certificate.number)}")
    canvas.drawString(_MARGIN, 24 * mm, f"查验 Verify: {address}")
    canvas.save()
    return file.getvalue()


def _texts(certificate: CertificateOut, holder: str | None) -> Sequence[tuple[str, float]]:
    """Return the paragraphs, each with the size of its letters."""
    hours, day = certificate.hours, certificate.attended_on
    titles = ("参加活动证明", "Certificate of attendance")
    worth = ("", "")
    if hours:
        titles = ("继续教育学时证明", "Certificate of continuing education")
        worth = (f"，计继续教育 {hours} 学时", f", {hours} hours of continuing education")
    zh = f"{holder or '持证人'}于{_chinese(day)}参加“{certificate.title.zh}”{worth[0]}。"
    en = f"{holder or 'The holder'} attended “{certificate.title.en}” on {day}{worth[1]}."
    return (titles[0], 34), (titles[1], 16), ("", 16), (zh, 18), ("", 8), (en, 13)


def _fitted(texts: Sequence[tuple[str, float]], font: str) -> list[tuple[str, float]]:
    """Return the lines of paragraphs, in letters as small as it takes to leave room for all."""
    scale = 1.0
    while True:
        sized = [(text, scale * size) for text, size in texts]
        lines = [(line, size) for text, size in sized for line in _lines(text, font, size)]
        if sum(_LEADING * size for _, size in lines) <= _ROOM:
            return lines
        scale *= 0.9


def _lines(text: str, font: str, size: float) -> Iterator[str]:
    line = ""
    for piece in _PIECES.findall(text):
        if line and pdfmetrics.stringWidth(line + piece, font, size) > _WIDTH - 2 * _MARGIN:
            yield line.strip()
            line = ""
        line += piece
    yield line.strip()


def _picture(canvas: Canvas, address: str) -> None:
    rows = list(segno.make_qr(address, error="M").matrix)
    module = _PICTURE / len(rows)
    left, top = _WIDTH - _MARGIN - _PICTURE, 22 * mm + _PICTURE
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                place = left + across * module, top - (down + 1) * module
                canvas.rect(*place, module, module, stroke=0, fill=1)


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
