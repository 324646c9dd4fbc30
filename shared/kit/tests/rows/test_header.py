"""The first row: names in either language, any order; what is missing or doubled."""

import pytest
from talent_kit.rows import FileRefused, Row, match_columns

NAMES = {"name": ("姓名",), "number": ("证件号码", "身份证号")}


def match(*cells, required=("name",)):
    return match_columns(Row(1, cells), NAMES, required)


@pytest.mark.parametrize(
    "cells",
    [("name", "number"), (" 姓名 ", "身份证号"), ("＊姓名", "证件 号码"), ("Name*", "NUMBER")],
)
def test_names_in_either_language(cells):
    assert match(*cells).places == {"name": 0, "number": 1}


def test_order_is_free_and_other_columns_are_left_out():
    columns = match("备注", "number", "name")
    assert columns.fields(Row(2, ("x", "1", "林"))) == {"name": "林", "number": "1"}


def test_blank_and_missing_cells_are_left_out():
    assert match("name", "number").fields(Row(2, ("林",))) == {"name": "林"}
    assert match("name", "number").fields(Row(2, ("", "1"))) == {"number": "1"}


@pytest.mark.parametrize(
    ("cells", "code", "field"),
    [
        (("number",), "columns-missing", "name"),
        (("name", "姓名"), "columns-doubled", "name"),
        (("name", "证件号码", "身份证号"), "columns-doubled", "number"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(cells, code, field):
    with pytest.raises(FileRefused) as found:
        match(*cells)
    assert (found.value.code, found.value.field) == (code, field)
