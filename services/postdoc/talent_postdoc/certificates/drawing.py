"""A certificate of the exit as PDF, with a picture that leads to its verification."""

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from talent_code import format_number
from talent_kit.paper import LEADING, Paragraph, chinese, fitted, font_of, picture

from .schemas import FellowCertificateRead

_WIDTH, _HEIGHT = landscape(A4)
_MARGIN, _TOP, _ROOM = 30 * mm, _HEIGHT - 35 * mm, 95 * mm
_PICTURE = 32 * mm


def drawn(
    certificate: FellowCertificateRead, holder: str | None, public_url: str, font_file: str
) -> bytes:
    """Return a certificate as PDF; the same again where it says the same."""
    file, font = io.BytesIO(), font_of(font_file)
    canvas = Canvas(file, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    canvas.setTitle(f"博士后出站证书 {format_number(certificate.number)}")
    for inset in (8 * mm, 10 * mm):
        canvas.rect(inset, inset, _WIDTH - 2 * inset, _HEIGHT - 2 * inset)
    down = _TOP
    for text, size in fitted(_texts(certificate, holder), font, _WIDTH - 2 * _MARGIN, _ROOM):
        down -= LEADING * size
        canvas.setFont(font, size)
        canvas.drawCentredString(_WIDTH / 2, down, text)
    address = f"{public_url}/v1/fellow-certificates/{certificate.number}"
    picture(canvas, address, _WIDTH - _MARGIN - _PICTURE, 22 * mm, _PICTURE)
    canvas.setFont(font, 10)
    canvas.drawString(_MARGIN, 30 * mm, f"编号 No. {format_number(certificate.number)}")
    canvas.drawString(_MARGIN, 24 * mm, f"查验 Verify: {address}")
    canvas.save()
    return file.getvalue()


def _texts(certificate: FellowCertificateRead, holder: str | None) -> Sequence[Paragraph]:
    """Return the paragraphs, each with the size of its letters."""
    first, last = certificate.entered_on, certificate.exited_on
    station, unit = certificate.station, certificate.unit
    zh = (
        f"{holder or '持证人'}于{chinese(first)}至{chinese(last)}在{unit.zh}（{station.zh}）"
        "从事博士后研究工作，经考核合格，准予出站。"
    )
    en = (
        f"{holder or 'The holder'} did postdoctoral research at {unit.en} ({station.en}) from "
        f"{first} to {last}, was assessed, and has completed it."
    )
    titles: Sequence[Paragraph] = (
        ("博士后出站证书", 34),
        ("Certificate of postdoctoral research", 16),
    )
    return (*titles, ("", 16), (zh, 18), ("", 8), (en, 13))
