import io
import struct
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime

import pytest
import segno
from talent_code import CodeClaims, SigningKey, TalentCodeError, encode, qr_png, qr_svg
from talent_code.payload import MAX_TEXT


@pytest.fixture(scope="module")
def longest() -> str:
    window = datetime(2026, 1, 1, tzinfo=UTC), datetime(2106, 2, 7, tzinfo=UTC)
    claims = CodeClaims.static(
        issuer="FJ-35070",
        number="ZZZZZZZZZZZZZZZZM",
        serial=2**32 - 1,
        issued_at=datetime(2105, 12, 31, tzinfo=UTC),
        last_day=date(2106, 2, 6),
    )
    return encode(claims, SigningKey.from_seed(bytes(32), "FJ-35070", *window))


def test_the_longest_code_fits_version_8_at_level_m_and_not_at_q(longest):
    assert len(longest) == 219
    symbol = segno.make_qr(longest, error="M", boost_error=False)
    assert (symbol.mode, symbol.version) == ("alphanumeric", 8)
    assert segno.make_qr(longest, error="Q", boost_error=False).version == 10


def test_the_text_limit_is_what_version_8_holds():
    assert segno.make_qr("A" * (MAX_TEXT - 1), error="M", boost_error=False).version == 8
    assert segno.make_qr("A" * MAX_TEXT, error="M", boost_error=False).version == 8
    assert segno.make_qr("A" * (MAX_TEXT + 1), error="M", boost_error=False).version == 9


def test_svg_is_dark_on_white_with_a_quiet_zone(longest):
    root = ET.fromstring(qr_svg(longest))
    background, modules = root
    assert root.attrib["viewBox"] == "0 0 57 57"
    assert background.attrib == {"fill": "#fff", "d": "M0 0h57v57h-57z"}
    assert modules.attrib["stroke"] == "#000"


def test_the_picture_is_the_text_at_version_8_level_m(longest):
    expected = io.BytesIO()
    symbol = segno.make_qr(longest, version=8, error="M", boost_error=False)
    symbol.save(expected, kind="png", scale=3, border=4)
    assert qr_png(longest, 3) == expected.getvalue()


@pytest.mark.parametrize("scale", [1, 8])
def test_png_has_scale_pixels_a_module(longest, scale):
    png = qr_png(longest, scale)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (57 * scale, 57 * scale)


@pytest.mark.parametrize("draw", [qr_svg, qr_png])
def test_only_code_text_is_drawn(draw):
    assert draw("A" * (MAX_TEXT - 1))
    assert draw("A" * MAX_TEXT)
    with pytest.raises(TalentCodeError, match="too-long"):
        draw("A" * (MAX_TEXT + 1))
    for text in ("", "abc", "码", "\ud800"):
        with pytest.raises(TalentCodeError, match="malformed"):
            draw(text)
