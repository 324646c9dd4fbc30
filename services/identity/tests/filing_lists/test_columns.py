"""The template is a list that can be sent as it is; the words of its cells."""

import io

import pytest
from talent_identity.filing_lists.columns import COLUMNS, WORDS, template
from talent_identity.filing_lists.reading import read_row
from talent_kit.auth import Role
from talent_kit.blobs import CSV
from talent_kit.jobs import RowRefused
from talent_kit.rows import RowLimits, match_columns, open_table

from ..factories import filing_row
from .test_filing import do_lists


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_template_files_its_example(world, language):
    office = world.caller(Role.REVIEWER, region="350700")
    answer = await office.get("/v1/filing-lists/template", **{"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content == template(language)
    assert ("姓名" in answer.text) == (language == "zh")
    sent = await office.send_list(answer.content)
    await do_lists(world)
    job = (await office.get(f"/v1/filing-lists/{sent.json()['id']}")).json()
    assert (job["status"], job["ok"]) == ("finished", 1)


def test_both_templates_say_the_same():
    read = []
    for language in ("zh", "en"):
        header, row = open_table(io.BytesIO(template(language)), CSV, RowLimits()).rows()
        read.append(read_row(match_columns(header, COLUMNS, ()).fields(row)))
    assert read[0] == read[1]


@pytest.mark.parametrize("field", sorted(WORDS))
def test_every_word_and_every_code_is_taken(field):
    for word, code in WORDS[field].items():
        for said in (word, code):
            faults = []
            try:
                read_row(filing_row(**{field: said}))
            except RowRefused as refused:
                faults = [fault for fault in refused.faults if fault[0] == field]
            assert faults == []


@pytest.mark.parametrize("field", ["name", "document_number", "credit_code", "contract_kind"])
def test_what_is_missing_is_said(field):
    row = filing_row()
    del row[field]
    with pytest.raises(RowRefused) as found:
        read_row(row)
    assert found.value.faults == ((field, "missing"),)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(RowRefused) as found:
        read_row(filing_row(name="1", phone="1", contract_from="x", contract_kind="x"))
    assert set(found.value.faults) == {
        ("name", "name-format"),
        ("phone", "phone-format"),
        ("contract_from", "date-format"),
        ("contract_kind", "enum"),
    }
