"""Files of rows: read back as they were written, and never a formula."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_kit.blobs.types import XLSX
from talent_kit.rows import RowLimits, open_table
from talent_kit.sheets import CsvSheet, XlsxSheet
from talent_kit.testing.sheets import from_xlsx

FORMULAS = ("=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", " =1", "＝1", "－1")
PLAIN = ("林𠮷小溪", "a=1", "", "<&>\"'", "_x0041_", "a,b\nc")


def written(sheet, rows):
    return b"".join([sheet.add(rows[:1]), sheet.add(rows[1:]), sheet.end()])


def from_csv(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_never_a_formula(text):
    ((cell,),) = from_csv(written(CsvSheet(), [[text]]))
    assert cell == f"'{text}"
    ((cell,),) = from_xlsx(written(XlsxSheet(), [[text]]))
    assert cell == text
    # A reader that knows nothing of ours takes it as well.
    if not text.strip().startswith("="):
        (row,) = open_table(
            io.BytesIO(written(XlsxSheet(), [["x", text]])), XLSX, RowLimits()
        ).rows()
        assert row.cells[0] == "x"


def test_numbers_are_numbers_and_other_text_is_as_it_was():
    rows = [[*PLAIN, -1.5, 7, None], ["𠮷"]]
    assert from_csv(written(CsvSheet(), rows))[0] == [*PLAIN, "-1.5", "7", ""]
    assert from_xlsx(written(XlsxSheet(), rows)) == [[*PLAIN, "-1.5", "7", ""], ["𠮷"]]


texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=4))
def test_whatever_is_written_can_be_read(rows):
    found = from_csv(written(CsvSheet(), rows))
    assert [len(row) for row in found] == [len(row) for row in rows]
    assert not any(cell.lstrip(" ")[:1] in "=+-@" for row in found for cell in row if cell.strip())
    assert from_xlsx(written(XlsxSheet(), rows)) == rows


@pytest.mark.parametrize("kind", [CsvSheet, XlsxSheet])
def test_nothing_grows_with_the_number_of_rows(kind):
    sheet = kind()
    sheet.add([["x" * 50] * 10] * 500)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(20):
        sheet.add([["x" * 50] * 10] * 500)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    sheet.end()
    assert grown < 100_000
