"""A code's text as a picture."""

import io

import segno

from .errors import ErrorCode, TalentCodeError
from .payload import MAX_TEXT

QR_VERSION = 8
ERROR_LEVEL = "M"


def _symbol(text: str) -> segno.QRCode:
    if len(text) > MAX_TEXT:
        raise TalentCodeError(ErrorCode.TOO_LONG)
    try:
        return segno.make_qr(
            text, version=QR_VERSION, error=ERROR_LEVEL, mode="alphanumeric", boost_error=False
        )
    except ValueError:
        raise TalentCodeError(ErrorCode.MALFORMED) from None


def qr_svg(text: str) -> bytes:
    """Draw a code as SVG of 57 units a side on white, quiet zone included; it fills its frame.

    Raises TalentCodeError: too-long, or malformed when the text is not QR alphanumeric.
    """
    picture = io.BytesIO()
    _symbol(text).save(picture, kind="svg", omitsize=True, light="#fff")
    return picture.getvalue()


def qr_png(text: str, scale: int = 8) -> bytes:
    """Draw a code as black and white PNG of 57 modules a side, `scale` pixels each.

    Raises TalentCodeError as `qr_svg` does.
    """
    picture = io.BytesIO()
    _symbol(text).save(picture, kind="png", scale=scale)
    return picture.getvalue()
