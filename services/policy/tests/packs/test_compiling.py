from datetime import date

import pytest
from talent_policy.packs.compiling import PackInvalid, compile_pack
from talent_policy.packs.content import PackContent, digest_of

from ..world import graduates, nanping, pack_json


def _found(body):
    with pytest.raises(PackInvalid) as caught:
        compile_pack(PackContent.model_validate(body))
    return {(finding.field, finding.code) for finding in caught.value.findings}


def _requirement(body, number=0):
    return body["measures"][0]["requirements"][number]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("person.age < 36", "unknown-name"),
        ("person.birth_date", "type-mismatch"),
        ("person.degree == 'duke'", "unknown-enum-value"),
        ("age(person.birth_date) < 36", "wrong-argument-count"),
        ("setting.NOTHING == 1", "unknown-name"),
        ("person.degree ==", "syntax"),
    ],
)
def test_a_rule_that_cannot_be_used(rule, code):
    body = pack_json()
    _requirement(body)["when"] = rule
    assert _found(body) == {("measures.0.requirements.0.when", code)}


def test_every_wrong_rule_is_found_at_once():
    body = pack_json()
    _requirement(body, 0)["when"] = "person.age < 36"
    _requirement(body, 0)["refer"][0]["when"] = "1"
    body["measures"][1]["amount"] = "person.birth_date"
    body["measures"][1]["once_per"] = [["person", "nothing.known"]]
    assert _found(body) == {
        ("measures.0.requirements.0.when", "unknown-name"),
        ("measures.0.requirements.0.refer.0.when", "type-mismatch"),
        ("measures.1.amount", "type-mismatch"),
        ("measures.1.once_per.0.1", "unknown-name"),
    }


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"mode": "NOTHING"}, ("measures.0.mode", "unknown-setting")),
        ({"mode": "AGE_DAY"}, ("measures.0.mode", "wrong-type")),
        ({"mode": "INSTALMENTS_2_2"}, ("measures.0.mode", "wrong-type")),
        ({"instalments": "AGE_DAY"}, ("measures.0.instalments", "wrong-type")),
        ({"once_per": [["project"]]}, ("measures.0.once_per.0.0", "not-a-party")),
    ],
)
def test_a_measure_names_settings_and_parties_that_there_are(change, found):
    body = pack_json()
    body["measures"][0] |= change
    assert _found(body) == {found}


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ({"dated": [{"from": "2021-04-09", "value": "never"}]}, "dated.0.value:not-allowed-value"),
        ({"dated": [{"from": "2021-04-10", "value": "contract"}]}, "dated.0.from:not-covering"),
        (
            {
                "dated": [
                    {"from": "2021-04-09", "value": "contract"},
                    {"from": "2021-04-09", "value": "pension"},
                ]
            },
            "dated:not-in-order",
        ),
        ({"values": []}, "values:wrong-values"),
    ],
)
def test_a_setting_has_values_of_its_type_from_the_first_day_on(setting, found):
    body = pack_json()
    body["settings"]["AGE_DAY"] |= setting
    field, _, code = found.partition(":")
    assert (f"settings.AGE_DAY.{field}", code) in _found(body)


@pytest.mark.parametrize("value", [[], 3, [{"after_months": -1, "share": 1}], [{"share": 1}]])
def test_instalments_are_months_and_shares(value):
    body = pack_json()
    body["settings"]["INSTALMENTS_2_2"]["dated"][0]["value"] = value
    [(field, _)] = _found(body)
    assert field == "settings.INSTALMENTS_2_2.dated.0.value"


def test_a_setting_changes_on_its_day():
    body = pack_json()
    body["settings"]["OUTSIDE_YEARS"]["dated"].append({"from": "2024-01-01", "value": 5})
    pack = compile_pack(PackContent.model_validate(body))
    assert "OUTSIDE_YEARS" not in pack.settings_on(date(2021, 4, 8))
    assert pack.settings_on(date(2021, 4, 9))["OUTSIDE_YEARS"] == 3
    assert pack.settings_on(date(2023, 12, 31))["OUTSIDE_YEARS"] == 3
    assert pack.settings_on(date(2024, 1, 1))["OUTSIDE_YEARS"] == 5


def test_the_digest_is_that_of_the_content():
    again = PackContent.model_validate(pack_json())
    assert digest_of(again) == digest_of(graduates())
    assert digest_of(PackContent.model_validate(pack_json(name="another"))) != digest_of(again)


def test_a_measure_knows_what_it_reads():
    pack = compile_pack(nanping())
    assert "person.scheme_2020_1" in pack.measures["2.2"].reads
    assert "person.scheme_2020_1" not in pack.measures["2.1"].reads
    assert pack.measures["2.1"].settings == (
        "AGE_DAY",
        "EARLIER_FACTS",
        "MODE_2_1",
        "OUTSIDE_YEARS",
    )


def test_requirement_ids_are_unique_within_a_measure():
    body = pack_json()
    _requirement(body, 1)["id"] = _requirement(body, 0)["id"]
    assert _found(body) == {("measures.0.requirements", "given-twice")}


def test_articles_are_cited_in_both_languages():
    cited = compile_pack(nanping()).citations
    assert cited["2.1"].zh == "南委人才〔2021〕2号附件2第1条"
    assert cited["2.1"].en == "南委人才〔2021〕2号, annex 2, article 1"
    assert cited["0.0"].en == "南委人才〔2021〕2号"
