"""Titles as a file: the service's own, and an operator's in its place."""

from datetime import date

import pytest
import yaml
from talent_postdoc.advisors import rules
from talent_postdoc.advisors.rules import TitlesInvalid, known_on, read, titles, use

ONE = {"code": "professor", "rank": "senior", "zh": "教授", "en": "Professor"}
OTHER = {"code": "reader", "rank": "vice_senior", "zh": "准教授", "en": "Reader"}


def test_the_service_s_own_have_both_ranks_and_days():
    ranks = {each.rank for each in titles().values()}
    assert ranks == {"senior", "vice_senior"}
    assert [known_on("principal_engineer", date(2019, 2, day)) for day in (1, 2)] == [True, True]
    assert not known_on("principal_engineer", date(2019, 1, 31))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"code": "Professor"}, "Professor"),
        ({"rank": "junior"}, "reader"),
        ({"zh": ""}, "reader: it needs"),
        ({"en": None}, "reader: it needs"),
        ({"code": "professor"}, "named twice"),
        ({"zh": "教授"}, "named twice"),
        ({"from": date(2020, 1, 2), "until": date(2020, 1, 1)}, "ends before it begins"),
    ],
)
def test_what_is_no_list_of_titles_says_where(row, says):
    with pytest.raises(TitlesInvalid, match=says):
        read(yaml.safe_dump([ONE, OTHER | row], allow_unicode=True))


@pytest.mark.parametrize("text", ["", "[]", "a: 1", "- 1"])
def test_what_is_no_list_at_all_is_refused(text):
    with pytest.raises(TitlesInvalid):
        read(text)


def test_a_title_may_last_a_day():
    day = date(2020, 1, 1)
    assert read(yaml.safe_dump([ONE, OTHER | {"from": day, "until": day}]))["reader"]


def test_an_operator_s_file_takes_its_place(tmp_path):
    file = tmp_path / "titles.yaml"
    file.write_text(yaml.safe_dump([OTHER]), "utf-8")
    try:
        use(str(file))
        assert list(titles()) == ["reader"]
    finally:
        rules._operator.clear()
        titles.cache_clear()
    assert "professor" in titles()
