"""Workbooks: texts, numbers and dates as they show; and everything that is refused."""

import io
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from talent_kit.blobs.types import XLSX
from talent_kit.rows import FileRefused, Row, RowLimits, open_table

sys.path.insert(0, str(Path(__file__).parent))
from workbooks import STYLES, packed, parts, sheet, table, text_cell

WIDE = RowLimits()
SMALL = RowLimits(rows=3, columns=3, cell=5)


def rows(content, limits=WIDE):
    return list(open_table(io.BytesIO(content), XLSX, limits).rows())


def refused(content, limits=WIDE):
    with pytest.raises(FileRefused) as found:
        rows(content, limits)
    return found.value.code, found.value.row


def cells(xml, book=""):
    (row,) = rows(packed(parts(f'<row r="1">{xml}</row>', book)))
    return row.cells


def test_texts_shared_inline_and_plain():
    assert cells(
        '<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>甲</t></is></c>'
        '<c t="str"><v> 乙 </v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c>'
    ) == ("编号", "林小溪", "甲", "乙", "1", "#N/A")


def test_blank_cells_without_a_place_keep_theirs():
    blank = '<c/><c t="inlineStr"><is><t></t></is></c>'
    assert cells(f"{text_cell('a')}{blank}{text_cell('b')}") == ("a", "", "", "b")
    assert cells(f"{text_cell('a', 'B1')}{text_cell('b')}") == ("", "a", "b")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", "1"),
        ("350702", "350702"),
        ("1.38E10", "13800000000"),
        ("0.5", "0.5"),
        ("-2", "-2"),
        ("999999999999999", "999999999999999"),
        ("110101199003070470", "1.10101199003070e+17"),
    ],
)
def test_numbers_are_plain_and_those_that_lost_digits_show_it(value, text):
    assert cells(f"<c><v>{value}</v></c>") == (text,)


@pytest.mark.parametrize(
    ("style", "value", "text"),
    [
        (1, "45474", "2024-07-01"),
        (2, "45474", "2024-07-01"),
        (1, "45474.5", "2024-07-01T12:00:00"),
        (1, "1", "1900-01-01"),
        (1, "59", "1900-02-28"),
        (1, "61", "1900-03-01"),
        (1, "2958465", "9999-12-31"),
        (1, "2958466", "2958466"),
        (3, "45474", "45474"),
        (0, "45474", "45474"),
        (99, "45474", "45474"),
    ],
)
def test_dates_are_told_by_their_style(style, value, text):
    assert cells(f'<c s="{style}"><v>{value}</v></c>') == (text,)


def test_days_may_count_from_1904():
    assert cells('<c s="1"><v>44012</v></c>', ' date1904="1"') == ("2024-07-01",)
    assert cells('<c s="1"><v>2958465</v></c>', ' date1904="1"') == ("2958465",)


def test_gaps_are_blank_and_blank_rows_left_out():
    xml = (
        f'<row r="2">{text_cell("a", "B2")}{text_cell("b", "D2")}</row><row r="3"></row>'
        f'<row r="5">{text_cell("c", "A5")}</row>'
    )
    assert rows(packed(parts(xml))) == [Row(2, ("", "a", "", "b")), Row(5, ("c",))]


def test_the_first_sheet_that_shows_is_read_again_and_again():
    content = open_table(io.BytesIO(table(["编号"], ["1"])), XLSX, RowLimits())
    assert list(content.rows()) == list(content.rows()) == [(1, ("编号",)), (2, ("1",))]


def test_prefixed_elements_are_read_too():
    body = sheet('<row r="1"><c><v>1</v></c></row>').replace("<", "<x:").replace("<x:/", "</x:")
    body = body.replace("xmlns=", "xmlns:x=")
    assert rows(packed(parts() | {"xl/worksheets/sheet1.xml": body})) == [(1, ("1",))]


@pytest.mark.parametrize(
    ("xml", "code", "row"),
    [
        ('<row r="4"><c><f>A1+1</f><v>2</v></c></row>', "formula-refused", 4),
        ('<row r="4"><c><f t="shared" si="0"/><v>2</v></c></row>', "formula-refused", 4),
        (f'<row r="4">{text_cell("=1+1")}</row>', "formula-refused", 4),
        ('<row r="2"/><row r="2"/>', "file-damaged", 2),
        ('<row r="x"/>', "file-damaged", 0),
        ('<row r="1"><c t="s"><v>2</v></c></row>', "file-damaged", 0),
        ('<row r="1"><c t="s"><v>-1</v></c></row>', "file-damaged", 0),
        ('<row r="1"><c><v>one</v></c></row>', "file-damaged", 0),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', "file-damaged", 0),
        ("<row>", "file-damaged", 0),
    ],
)
def test_formulas_and_broken_sheets_are_refused(xml, code, row):
    assert refused(packed(parts(xml))) == (code, row)


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<sst><si><t>&b;</t></si></sst>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><sst><si><t>&a;</t></si></sst>'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"xl/sharedStrings.xml": ENTITIES}, "xml-refused"),
        ({"xl/sharedStrings.xml": EXTERNAL}, "xml-refused"),
        ({"xl/styles.xml": f"<!DOCTYPE x>{STYLES}"}, "xml-refused"),
        ({"xl/vbaProject.bin": "x"}, "macros-refused"),
        ({"xl/workbook.xml": "<workbook"}, "file-damaged"),
        ({"xl/_rels/workbook.xml.rels": "<x/>"}, "file-damaged"),
    ],
)
def test_what_a_workbook_must_not_hold(change, code):
    assert refused(packed(parts() | change))[0] == code


def test_an_archive_of_something_else_is_refused():
    assert refused(packed({"word/document.xml": "<x/>"}))[0] == "file-type-refused"


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 5000, b""])
def test_what_is_no_archive_is_refused(content):
    assert refused(content)[0] == "file-damaged"


@pytest.mark.parametrize("cut", [1, 30, 500])
def test_a_cut_workbook_is_refused(cut):
    assert refused(table(["编号"], ["1"])[:-cut])[0] == "file-damaged"


def test_an_encrypted_part_is_refused():
    content = bytearray(table(["编号"]))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refused(bytes(content))[0] == "file-encrypted"


def test_a_part_packed_in_another_way_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "x")
    assert refused(file.getvalue())[0] == "file-damaged"


def with_filler(size, byte=b" "):
    return packed(parts() | {"docProps/filler.xml": byte * size})


def test_a_bomb_is_refused_by_what_it_declares():
    limits = RowLimits(unpacked=3 << 20, ratio=10_000)
    assert rows(with_filler(2 << 20), limits) == []
    assert refused(with_filler(4 << 20), limits)[0] == "archive-too-large"


def test_a_bomb_is_refused_by_its_ratio():
    assert rows(with_filler(1 << 20), RowLimits()) == []
    assert refused(with_filler((1 << 20) + 1), RowLimits())[0] == "archive-ratio"


def test_a_bomb_that_lies_about_its_size_is_refused():
    content = bytearray(packed(parts("<row/>" * 400_000)))
    at = content.find(b"xl/worksheets/sheet1.xml", content.find(b"PK\x01\x02")) - 46
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    tracemalloc.start()
    assert refused(bytes(content))[0] == "file-damaged"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def with_entries(number):
    content = parts()
    return packed(content | {f"x{n}": "" for n in range(number - len(content))})


def test_the_number_of_parts_has_a_limit():
    limits = RowLimits(entries=20)
    for number in (19, 20):
        assert rows(with_entries(number), limits) == []
    assert refused(with_entries(21), limits)[0] == "archive-entries"


def test_an_archive_of_the_64_bit_kind_is_refused():
    content = table(["编号"])
    at = content.rfind(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(16)
    assert refused(content[:at] + locator + content[at:])[0] == "archive-entries"


def test_the_number_of_rows_has_a_limit():
    assert len(rows(table(["h"], ["1"], ["2"], ["3"]), SMALL)) == 4
    assert refused(table(["h"], ["1"], ["2"], ["3"], ["4"]), SMALL) == ("too-many-rows", 5)


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (4, None),
        (5, ("too-many-rows", 5)),
        (1048576, ("too-many-rows", 5)),
        (2**31, ("too-many-rows", 5)),
        ("9" * 5000, ("file-damaged", 0)),
    ],
)
def test_a_row_far_away_is_named_as_the_first_that_is_too_many(number, found):
    content = packed(parts(f'<row r="{number}">{text_cell("a")}</row>'))
    if found is None:
        assert rows(content, SMALL) == [Row(4, ("a",))]
    else:
        assert refused(content, SMALL) == found


def test_the_number_of_columns_has_a_limit():
    assert len(rows(table(["a", "b", "c"]), SMALL)) == 1
    assert refused(table(["a", "b", "c", "d"]), SMALL) == ("too-many-columns", 1)
    far = f'<row r="1">{text_cell("a", "ZZZ1")}</row>'
    assert refused(packed(parts(far)), SMALL) == ("too-many-columns", 1)


def test_the_length_of_a_cell_has_a_limit():
    assert rows(table(["五个字的词"]), SMALL)[0].cells == ("五个字的词",)
    assert refused(table(["六个字的词语"]), SMALL) == ("cell-too-long", 1)
    shared = {"xl/sharedStrings.xml": "<sst><si><t>六个字的词语</t></si></sst>"}
    content = parts('<row r="1"><c t="s"><v>0</v></c></row>') | shared
    assert refused(packed(content), SMALL) == ("cell-too-long", 1)


def test_memory_does_not_grow_with_the_sheet():
    body = "".join(f'<row r="{n}"><c><v>{n}</v></c><c><v>7</v></c></row>' for n in range(1, 30_001))
    content = open_table(io.BytesIO(packed(parts(body))), XLSX, RowLimits())
    tracemalloc.start()
    assert sum(1 for _ in content.rows()) == 30_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000
