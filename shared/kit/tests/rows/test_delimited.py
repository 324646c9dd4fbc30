"""CSV as offices save it: encodings, separators, quotes, line ends; and what is refused."""

import io
import tracemalloc

import pytest
from talent_kit.blobs.types import CSV
from talent_kit.rows import FileRefused, Row, RowLimits, iso_date, open_table

WIDE = RowLimits()
SMALL = RowLimits(rows=3, columns=3, cell=5)


def rows(content, limits=WIDE, encoding="utf-8"):
    raw = content if isinstance(content, bytes) else content.encode(encoding)
    return list(open_table(io.BytesIO(raw), CSV, limits).rows())


def refused(content, limits=WIDE, **more):
    with pytest.raises(FileRefused) as found:
        rows(content, limits, **more)
    return found.value.code, found.value.row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_line_ends_and_separators(encoding, end, separator):
    lines = [["姓名", "编号", "备注"], ["林小溪", "1", ""], ["欧阳·买", "2", "是"]]
    content = end.join(separator.join(line) for line in lines) + end
    assert rows(content, encoding=encoding) == [
        Row(number, tuple(line)) for number, line in enumerate(lines, 1)
    ]


def test_characters_that_gbk_does_not_have():
    assert rows("姓名\n𠮷田\n", encoding="gb18030")[1] == (2, ("𠮷田",))


def test_quotes_hold_separators_quotes_and_line_ends():
    content = '"姓,名","a"";""b",c\n"x\ny",";;;;;;",z'
    assert rows(content) == [(1, ("姓,名", 'a";"b', "c")), (2, ("x\ny", ";;;;;;", "z"))]


def test_cells_are_trimmed_and_blank_rows_left_out():
    assert rows("a,b\n\n , \n 1\t,\u30002 \n") == [(1, ("a", "b")), (4, ("1", "2"))]


def test_it_can_be_read_again_from_the_beginning():
    table = open_table(io.BytesIO(b"a\n1\n2\n"), CSV, RowLimits())
    begun = table.rows()
    next(begun)
    assert len(list(table.rows())) == 3


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"a\n\xff\xff\xff\n", "file-encoding", 0),
        ('a\n"b', "file-malformed", 2),
        ('a\n"b"c\n', "file-malformed", 2),
        ("a\nb\0c\n", "file-malformed", 2),
        ("a" * 300_000, "file-malformed", 1),
        ("a\n=1+1\n", "formula-refused", 2),
        ('a\n" =HYPERLINK(""x"")"\n', "formula-refused", 2),
    ],
)
def test_what_is_no_plain_table_is_refused(content, code, row):
    assert refused(content) == (code, row)


def test_the_number_of_rows_has_a_limit():
    assert len(rows("h\n1\n2\n", SMALL)) == 3
    assert len(rows("h\n1\n2\n3\n", SMALL)) == 4
    assert refused("h\n1\n2\n3\n4\n", SMALL) == ("too-many-rows", 5)


def test_the_number_of_columns_has_a_limit():
    assert rows("a,b\n", SMALL) == [(1, ("a", "b"))]
    assert rows("a,b,c\n", SMALL) == [(1, ("a", "b", "c"))]
    assert rows("a,b,c,,\n", SMALL) == [(1, ("a", "b", "c"))]
    assert refused("a,b,c,d\n", SMALL) == ("too-many-columns", 1)


def test_the_length_of_a_cell_has_a_limit():
    assert rows("四个字的\n五个字的词\n", SMALL)[1].cells == ("五个字的词",)
    assert refused("六个字的词语\n", SMALL) == ("cell-too-long", 1)


def test_memory_does_not_grow_with_the_file():
    content = b"a,b,c\n" + b"1234567890,abcdefghij,x\n" * 200_000
    table = open_table(io.BytesIO(content), CSV, RowLimits())
    tracemalloc.start()
    assert sum(1 for _ in table.rows()) == 200_001
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(
    "text",
    ["2024-07-01", "2024-7-1", "2024/7/1", "2024.07.1", "2024年7月1日", "20240701", "２０２４/7/1"],
)
def test_dates_as_people_write_them(text):
    assert iso_date(text).isoformat() == "2024-07-01"


@pytest.mark.parametrize(
    "text", ["", "7/1/2024", "2024-07", "2024-13-01", "2023-02-29", "2024-07/01", "240701", "现在"]
)
def test_what_is_no_date(text):
    assert iso_date(text) is None
