"""A certificate on paper: PDF with Chinese text, and a picture that leads to its verification."""

import io
from datetime import date
from xml.sax.saxutils import escape

import httpx2
import segno
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepInFrame, Paragraph
from talent_code import format_number
from talent_kit.calls import trusted

from .errors import HolderUnknown
from .schemas import CertificateOut

STANDARD = "STSong-Light"
"""The font for simplified Chinese that PDF readers bring along: it is not in the file."""
_WIDTH, _HEIGHT = landscape(A4)
_TEXT = (_WIDTH - 60 * mm, 78 * mm)
_PICTURE = 32 * mm
_SECONDS = 5.0


class Paper:
    """Sets certificates, each in some 13 ms; asks identity whom they are for."""

    def __init__(self, identity_url: str, public_url: str, *, font: str = "") -> None:
        self._identity_url = identity_url
        self._public_url = public_url
        self._font = "certificate" if font else STANDARD
        pdfmetrics.registerFont(TTFont(self._font, font) if font else UnicodeCIDFont(STANDARD))

    async def holder(self, authorization: str) -> str | None:
        """Return the masked name of whose token it is, None where identity's address is not known.

        Raises HolderUnknown without an answer. Nothing of it is kept.
        """
        if not self._identity_url:
            return None
        headers = {"Authorization": authorization}
        try:
            async with httpx2.AsyncClient(timeout=_SECONDS, verify=trusted()) as http:
                answer = await http.get(f"{self._identity_url}/v1/talents/me", headers=headers)
            answer.raise_for_status()
        except httpx2.HTTPError as error:
            raise HolderUnknown from error
        return str(answer.json()["name"])

    def drawn(self, certificate: CertificateOut, holder: str | None) -> bytes:
        """Return a certificate as PDF; the same again where it says the same."""
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=(_WIDTH, _HEIGHT), invariant=1)
        canvas.setTitle(f"{certificate.title.zh} {format_number(certificate.number)}")
        for inset in (8 * mm, 10 * mm):
            canvas.rect(inset, inset, _WIDTH - 2 * inset, _HEIGHT - 2 * inset)
        text = KeepInFrame(*_TEXT, self._paragraphs(certificate, holder), mode="shrink")
        _, height = text.wrapOn(canvas, *_TEXT)
        text.drawOn(canvas, 30 * mm, 80 * mm + (_TEXT[1] - height) / 2)
        address = f"{self._public_url}/v1/certificates/{certificate.number}"
        self._picture(canvas, address)
        canvas.setFont(self._font, 10)
        canvas.drawString(30 * mm, 30 * mm, f"编号 No. {format_number(certificate.number)}")
        canvas.drawString(30 * mm, 24 * mm, f"查验 Verify: {address}")
        canvas.save()
        return file.getvalue()

    def _paragraphs(self, certificate: CertificateOut, holder: str | None) -> list[Paragraph]:
        hours = certificate.hours
        title, english = ("参加活动证明", "Certificate of attendance")
        counted = (f"，计继续教育 {hours} 学时", f", {hours} hours of continuing education")
        if hours:
            title, english = ("继续教育学时证明", "Certificate of continuing education")
        else:
            counted = ("", "")
        day = certificate.attended_on
        zh = f"{holder or '持证人'}于{_chinese(day)}参加“{certificate.title.zh}”{counted[0]}。"
        en = (
            f"{holder or 'The holder'} attended “{certificate.title.en}” on {day.isoformat()}"
            f"{counted[1]}."
        )
        return [
            self._paragraph(title, 34, "CJK"),
            self._paragraph(english, 16),
            self._paragraph(zh, 18, "CJK"),
            self._paragraph(en, 13),
        ]

    def _paragraph(self, text: str, size: int, breaks: str | None = None) -> Paragraph:
        style = ParagraphStyle(
            "line",
            fontName=self._font,
            fontSize=size,
            leading=1.5 * size,
            spaceAfter=size,
            alignment=TA_CENTER,
            wordWrap=breaks,
        )
        # Its text is an organiser's: nothing in it is markup.
        return Paragraph(escape(text), style)

    def _picture(self, canvas: Canvas, address: str) -> None:
        rows = list(segno.make_qr(address, error="M").matrix)
        module = _PICTURE / len(rows)
        left, top = _WIDTH - 30 * mm - _PICTURE, 22 * mm + _PICTURE
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    place = left + across * module, top - (down + 1) * module
                    canvas.rect(*place, module, module, stroke=0, fill=1)


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
