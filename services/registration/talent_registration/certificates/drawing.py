"""What a certificate of attendance says on paper."""

from collections.abc import Sequence

from talent_code import format_number
from talent_kit.paper import Paragraph, certificate, chinese

from .schemas import CertificateOut


def draw(shown: CertificateOut, holder: str | None, public_url: str, font_file: str) -> bytes:
    """Return a certificate as PDF; the same again where it says the same."""
    number, address = format_number(shown.number), f"{public_url}/v1/certificates/{shown.number}"
    return certificate(shown.title.zh, _texts(shown, holder), number, address, font_file)


def _texts(shown: CertificateOut, holder: str | None) -> Sequence[Paragraph]:
    """Return the paragraphs, each with the size of its letters."""
    hours, day = shown.hours, shown.attended_on
    titles = ("参加活动证明", "Certificate of attendance")
    worth = ("", "")
    if hours:
        titles = ("继续教育学时证明", "Certificate of continuing education")
        worth = (f"，计继续教育 {hours} 学时", f", {hours} hours of continuing education")
    zh = f"{holder or '持证人'}于{chinese(day)}参加“{shown.title.zh}”{worth[0]}。"
    en = f"{holder or 'The holder'} attended “{shown.title.en}” on {day}{worth[1]}."
    return (titles[0], 34), (titles[1], 16), ("", 16), (zh, 18), ("", 8), (en, 13)
