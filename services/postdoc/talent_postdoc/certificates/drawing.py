"""What a certificate of the exit says on paper."""

from collections.abc import Sequence

from talent_code import format_number
from talent_kit.paper import Paragraph, certificate, chinese

from .schemas import FellowCertificateRead

_TITLE = "博士后出站证书"


def drawn(
    shown: FellowCertificateRead, holder: str | None, public_url: str, font_file: str
) -> bytes:
    """Return a certificate as PDF; the same again where it says the same."""
    number = format_number(shown.number)
    address = f"{public_url}/v1/fellow-certificates/{shown.number}"
    return certificate(_TITLE, _texts(shown, holder), number, address, font_file)


def _texts(shown: FellowCertificateRead, holder: str | None) -> Sequence[Paragraph]:
    """Return the paragraphs, each with the size of its letters."""
    first, last = shown.entered_on, shown.exited_on
    station, unit = shown.station, shown.unit
    zh = (
        f"{holder or '持证人'}于{chinese(first)}至{chinese(last)}在{unit.zh}（{station.zh}）"
        "从事博士后研究工作，经考核合格，准予出站。"
    )
    en = (
        f"{holder or 'The holder'} did postdoctoral research at {unit.en} ({station.en}) from "
        f"{first} to {last}, was assessed, and has completed it."
    )
    titles: Sequence[Paragraph] = (
        (_TITLE, 34),
        ("Certificate of postdoctoral research", 16),
    )
    return (*titles, ("", 16), (zh, 18), ("", 8), (en, 13))
