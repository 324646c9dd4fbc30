"""Lines on paper, and the font they are set in."""

import io
from datetime import date

import pytest
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from talent_kit.paper import LEADING, certificate, chinese, fitted, font_of, lines_of, picture

FONT = font_of("")
TEXT = "示例博士后科研工作站 Example postdoc workstation " * 6


@pytest.mark.parametrize("width", [100, 300, 2000])
def test_lines_hold_all_that_was_said_and_keep_their_width(width):
    lines = list(lines_of(TEXT, FONT, 12, width))
    assert "".join("".join(lines).split()) == "".join(TEXT.split())
    assert all(pdfmetrics.stringWidth(line, FONT, 12) <= width for line in lines)


def test_letters_shrink_until_there_is_room_and_not_before():
    line = ("长", 10.0)
    assert fitted([line], FONT, 300, LEADING * 10) == [line]
    ((_, size),) = fitted([line], FONT, 300, LEADING * 10 - 0.1)
    assert size == 9.0


def test_a_picture_keeps_to_its_square():
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=0)
    picture(canvas, "https://talent.test/v1/x", 100, 200, 50)
    canvas.save()
    (page,) = PdfReader(io.BytesIO(file.getvalue())).pages
    squares = [
        [float(each) for each in line.split()[1:5]]
        for line in page.get_contents().get_data().decode().splitlines()
        if line.endswith(" re f*")
    ]
    assert len(squares) > 200
    assert min(left for left, *_ in squares) == pytest.approx(100)
    assert max(bottom + high for _, bottom, _, high in squares) == pytest.approx(250, abs=0.01)


def test_a_day_in_chinese():
    assert chinese(date(2028, 2, 29)) == "2028年2月29日"


def test_a_certificate_says_what_it_is_told_and_where_it_is_verified():
    def made():
        texts = [("证书", 34.0), ("An example " * 60, 13.0)]
        return certificate("证书", texts, "AB12-CD34", "https://talent.test/v1/x/AB12CD34", "")

    (page,) = PdfReader(io.BytesIO(made())).pages
    said = page.extract_text()
    assert all(each in said for each in ("证书", "AB12-CD34", "https://talent.test/v1/x/AB12CD34"))
    assert said.count("example") == 60
    assert made() == made()
