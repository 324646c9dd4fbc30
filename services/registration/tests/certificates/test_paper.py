"""What stands on a certificate, and that no text of an organiser's is markup."""

import io
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import reportlab
from pypdf import PdfReader
from talent_registration.certificates.paper import Paper
from talent_registration.certificates.schemas import CertificateOut

NUMBER = "NCPZ0J2S7C80EJJQA"
PUBLIC = "https://talent.test"


def certificate(**changes):
    given = {
        "number": NUMBER,
        "standing": "valid",
        "activity_id": uuid4(),
        "registration_id": uuid4(),
        "kind": "training",
        "host": "government",
        "region": "350700",
        "title": {"zh": "竹材加工培训", "en": "Bamboo processing"},
        "attended_on": date(2026, 9, 26),
        "hours": 8,
    }
    return CertificateOut.model_validate(given | changes)


def text_of(content):
    (page,) = PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text().split())


@pytest.fixture(scope="module")
def paper():
    return Paper("", PUBLIC)


def test_it_says_who_what_when_and_where_to_verify(paper):
    found = text_of(paper.drawn(certificate(), "林**"))
    for words in (
        "继续教育学时证明",
        "林**于2026年9月26日参加“竹材加工培训”，计继续教育8学时。",
        "attended“Bambooprocessing”on2026-09-26,8hoursofcontinuingeducation.",
        "NCPZ-0J2S-7C80-EJJQA",
        f"{PUBLIC}/v1/certificates/{NUMBER}",
    ):
        assert words in found


def test_without_hours_it_is_of_attendance_and_without_a_name_of_its_holder(paper):
    found = text_of(paper.drawn(certificate(hours=0), None))
    assert "参加活动证明" in found
    assert "持证人于" in found
    assert "学时" not in found


def test_the_same_certificate_is_the_same_file(paper):
    one = certificate()
    assert paper.drawn(one, "林**") == paper.drawn(one, "林**")


@pytest.mark.parametrize("words", ['<img src="file:///etc/passwd"/>', "</para><b>&amp;", "&lt;"])
def test_nothing_in_a_title_is_markup(paper, words):
    title = {"zh": f"培训{words}", "en": words}
    assert f"培训{words}".replace(" ", "") in text_of(paper.drawn(certificate(title=title), None))


def test_a_title_however_long_fits_on_its_page(paper):
    title = {"zh": "长" * 2000, "en": "long " * 400}
    assert "长" * 20 in text_of(paper.drawn(certificate(title=title), "林**"))


def test_a_font_that_is_set_is_in_the_file():
    vera = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    assert b"/FontFile2" in Paper("", PUBLIC, font=str(vera)).drawn(certificate(), "Lin")
    assert b"/FontFile" not in Paper("", PUBLIC).drawn(certificate(), "Lin")
