"""A certificate as PDF with Chinese text, and a picture that leads to its verification."""

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from talent_code import format_number
from talent_kit.paper import LEADING, Paragraph, chinese, fitted, picture

from .schemas import CertificateOut

_WIDTH, _HEIGHT = landscape(A4)
_MARGIN, _TOP, _ROOM = 30 * mm, _HEIGHT - 35 * mm, 95 * mm
_PICTURE = 32 * mm


def draw(certificate: CertificateOut, holder: str | None, public_url: str, font: str) -> bytes:
    """Return a certificate as PDF; the same again where it says the same."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    canvas.setTitle(f"{certificate.title.zh} {format_number(certificate.number)}")
    for inset in (8 * mm, 10 * mm):
        canvas.rect(inset, inset, _WIDTH - 2 * inset, _HEIGHT - 2 * inset)
    down = _TOP
    for text, size in fitted(_texts(certificate, holder), font, _WIDTH - 2 * _MARGIN, _ROOM):
        down -= LEADING * size
        canvas.setFont(font, size)
        canvas.drawCentredString(_WIDTH / 2, down, text)
    address = f"{public_url}/v1/certificates/{certificate.number}"
    picture(canvas, address, _WIDTH - _MARGIN - _PICTURE, 22 * mm, _PICTURE)
    canvas.setFont(font, 10)
    canvas.drawString(_MARGIN, 30 * mm, f"编号 No. {format_number(certificate.number)}")
    canvas.drawString(_MARGIN, 24 * mm, f"查验 Verify: {address}")
    canvas.save()
    return file.getvalue()


def _texts(certificate: CertificateOut, holder: str | None) -> Sequence[Paragraph]:
    """Return the paragraphs, each with the size of its letters."""
    hours, day = certificate.hours, certificate.attended_on
    titles = ("参加活动证明", "Certificate of attendance")
    worth = ("", "")
    if hours:
        titles = ("继续教育学时证明", "Certificate of continuing education")
        worth = (f"，计继续教育 {hours} 学时", f", {hours} hours of continuing education")
    zh = f"{holder or '持证人'}于{chinese(day)}参加“{certificate.title.zh}”{worth[0]}。"
    en = f"{holder or 'The holder'} attended “{certificate.title.en}” on {day}{worth[1]}."
    return (titles[0], 34), (titles[1], 16), ("", 16), (zh, 18), ("", 8), (en, 13)
