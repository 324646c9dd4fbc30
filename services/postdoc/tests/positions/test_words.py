"""What texts are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_postdoc.positions.words import indexed, sought


def test_chinese_is_found_by_pairs_and_single_characters_the_rest_by_words():
    found = indexed("AI芯片 设计", "Chip design")
    assert found.chinese == ("芯", "片", "芯片", "设", "计", "设计")
    assert found.spaced.split() == ["ai", "chip", "design"]


def test_a_search_asks_for_pairs_and_for_one_character_where_it_is_alone():
    asked = sought("芯片设计 Ｃhip 光")
    assert asked.chinese == ("芯片", "片设", "设计", "光")
    assert asked.spaced.split() == ["chip"]


@pytest.mark.parametrize("text", ["", " ", "!!!", "&|'"])
def test_what_says_nothing_asks_for_nothing(text):
    assert sought(text) is None


@given(st.text(alphabet="光子材料ab ", min_size=1, max_size=20), st.data())
def test_whatever_stands_in_a_text_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    asked = sought(part)
    if asked is not None:
        assert set(asked.chinese) <= set(indexed(text).chinese)
