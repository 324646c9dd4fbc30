"""A catalogue as a file: the service's own, and an operator's in its place."""

import pytest
import yaml
from talent_postdoc.disciplines import rules
from talent_postdoc.disciplines.rules import CatalogueInvalid, catalogue, read, use

SMALL = {
    "edition": 2030,
    "fields": [{"code": "08", "zh": "工学", "en": "Engineering"}],
    "disciplines": [
        {"code": "0812", "zh": "计算机科学与技术", "en": "Computer Science"},
        {"code": "0850", "zh": "未来技术", "en": "Future Technology"},
    ],
}


def changed(**row):
    return SMALL | {"disciplines": [SMALL["disciplines"][0], SMALL["disciplines"][1] | row]}


def test_a_catalogue_is_read_with_fields_and_disciplines():
    found = read(yaml.safe_dump(SMALL))
    assert (found.edition, list(found.fields), list(found.disciplines)) == (
        2030,
        ["08"],
        ["0812", "0850"],
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (changed(code="850"), "850"),
        (changed(code="08500"), "08500"),
        (changed(code="085X"), "085X"),
        (changed(code=850), "850"),
        (changed(code="0950"), "0950: no such field"),
        (changed(code="0812"), "0812: named 2 times"),
        (changed(zh="计算机科学与技术"), "计算机科学与技术: named 2 times"),
        (changed(en="Computer Science"), "Computer Science: named 2 times"),
        (changed(zh="Future"), "0850"),
        (changed(en="未来技术"), "0850"),
        (changed(zh=""), "0850"),
        (changed(en=None), "0850"),
        ({"edition": 2030, "fields": []}, "not of an edition"),
        (SMALL | {"edition": "soon"}, "not of an edition"),
        ([], "not of an edition"),
    ],
)
def test_what_is_no_catalogue_says_where(given, says):
    with pytest.raises(CatalogueInvalid, match=says):
        read(yaml.safe_dump(given, allow_unicode=True))


def test_the_service_s_own_keeps_names_that_changed_with_the_edition():
    found = catalogue().disciplines
    assert {code: found[code].zh for code in ("0307", "0910", "1012", "1204", "1301", "1407")} == {
        "0307": "中共党史党建学",
        "0910": "水土保持与荒漠化防治学",
        "1012": "法医学",
        "1204": "公共管理学",
        "1301": "艺术学",
        "1407": "区域国别学",
    }
    assert not {"0834", "1010", "1302", "1305"} & found.keys(), "taken out in 2022"


def test_an_operator_s_file_takes_its_place(tmp_path):
    file = tmp_path / "disciplines.yaml"
    file.write_text(yaml.safe_dump(SMALL), "utf-8")
    try:
        use(str(file))
        assert catalogue().edition == 2030
        file.write_text("nothing", "utf-8")
        with pytest.raises(CatalogueInvalid):
            use(str(file))
        assert catalogue().edition == 2030
    finally:
        rules._operator.clear()
        catalogue.cache_clear()
    assert catalogue().edition == 2022
