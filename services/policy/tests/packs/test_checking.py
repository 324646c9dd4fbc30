import pytest
from talent_kit.regions import regions
from talent_policy.packs.checking import check_pack
from talent_policy.packs.compiling import PackInvalid
from talent_policy.packs.content import PackContent

from ..world import graduates, nanping, pack_json


def _found(body):
    with pytest.raises(PackInvalid) as caught:
        check_pack(PackContent.model_validate(body), regions())
    return {(finding.field, finding.code) for finding in caught.value.findings}


def _case(body, measure="2.1", number=0):
    group = next(group for group in body["examples"] if group["measure"] == measure)
    return group["cases"][number]


MEASURES = """
    1.1 1.2a 1.2b 1.2c 1.2d 1.2e 1.3 1.4a 1.4b 1.5 2.1 2.2 2.4a 2.4b
    3.1 3.2a 3.2b 3.3a 3.3b 3.3c 3.4 3.5 4.1 4.2a 4.2b 4.3 5.4
"""


def test_the_nanping_pack_passes_with_many_examples():
    assert set(check_pack(nanping(), regions()).measures) == set(MEASURES.split())
    counts = {group.measure: len(group.cases) for group in nanping().examples}
    assert min(counts.values()) >= 12
    assert sum(counts.values()) >= 700


def test_the_narrowed_pack_of_the_tests_passes():
    assert set(check_pack(graduates(), regions()).measures) == {"2.1", "2.2"}


@pytest.mark.parametrize(
    ("expected", "field"),
    [
        ({"outcome": "ineligible"}, "outcome"),
        ({"outcome": "eligible", "amount_fen": 500001}, "amount_fen"),
        ({"outcome": "eligible", "states": {"age": "false"}}, "states.age"),
        ({"outcome": "eligible", "states": {"nothing": "true"}}, "states.nothing"),
        ({"outcome": "eligible", "missing": ["person.degree"]}, "missing"),
        ({"outcome": "eligible", "instalments": [["2023-07-02", 500000]]}, "instalments"),
    ],
)
def test_an_example_that_comes_out_otherwise_fails(expected, field):
    body = pack_json()
    _case(body)["expect"] = expected
    assert _found(body) == {(f"examples.0.cases.0.expect.{field}", "example-fails")}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"facts": {"person.age": 3}}, ("facts.person.age", "unknown-fact")),
        ({"facts": {"person.degree": "duke"}}, ("facts.person.degree", "not-allowed-value")),
        ({"facts": {"employer.region": "999999"}}, ("facts.employer.region", "unknown-region")),
        ({"settings": {"AGE_DAY": "never"}}, ("facts.setting.AGE_DAY", "not-allowed-value")),
        ({"settings": {"NOTHING": 1}}, ("settings", "wrong-type")),
        ({"as_of": "2021-04-08"}, ("as_of", "not-in-force")),
    ],
)
def test_an_example_that_cannot_be_run(change, found):
    body = pack_json()
    _case(body).update(change)
    assert (f"examples.0.cases.0.{found[0]}", found[1]) in _found(body)


def test_an_example_may_stand_on_the_first_day_of_validity():
    body = pack_json()
    _case(body)["as_of"] = "2021-04-09"
    assert _found(body) == {
        ("examples.0.cases.0.expect.outcome", "example-fails"),
        ("examples.0.cases.0.expect.amount_fen", "example-fails"),
        ("examples.0.cases.0.expect.instalments", "example-fails"),
    }


def test_every_requirement_and_referral_needs_an_example():
    body = pack_json()
    for group in body["examples"]:
        group["cases"] = [case for case in group["cases"] if "dispatch" not in str(case["facts"])]
    found = _found(body)
    number = next(
        index
        for index, given in enumerate(body["measures"][0]["requirements"])
        if given["id"] == "arrangement"
    )
    assert (f"measures.0.requirements.{number}", "no-example") in found
    assert (f"measures.0.requirements.{number}.refer.0", "no-example") in found
    assert {code for _, code in found} == {"no-example"}


def test_a_measure_without_examples_is_refused():
    body = pack_json()
    body["examples"] = body["examples"][:1]
    assert ("measures.1", "no-example") in _found(body)


def test_an_example_of_no_measure():
    body = pack_json()
    body["examples"].append(body["examples"][0] | {"measure": "2.9"})
    assert ("examples.2.measure", "unknown-measure") in _found(body)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            {"article": "2.3"},
            {("measures.0.article", "unknown-article"), ("measures.0.id", "not-its-article")},
        ),
        ({"id": "2.2"}, {("measures", "given-twice"), ("measures.0.id", "not-its-article")}),
        ({"title": {"zh": "补贴", "en": "补贴"}}, {("measures.0.title.en", "not-english")}),
        ({"title": {"zh": "Subsidy", "en": "Subsidy"}}, {("measures.0.title.zh", "not-chinese")}),
    ],
)
def test_citations_ids_and_languages(change, found):
    body = pack_json()
    body["measures"][0] |= change
    assert found <= _found(body)


def test_a_requirement_cites_an_article_that_the_document_has():
    body = pack_json()
    body["measures"][0]["requirements"][2]["article"] = "3.6"
    assert _found(body) == {("measures.0.requirements.2.article", "unknown-article")}


def test_a_part_of_an_article_carries_a_letter():
    body = pack_json()
    body["measures"][0]["id"] = "2.1a"
    body["examples"][0]["measure"] = "2.1a"
    check_pack(PackContent.model_validate(body), regions())


def test_an_unused_setting_and_an_unknown_region():
    body = pack_json(region="999999")
    body["settings"]["SPARE"] = body["settings"]["OUTSIDE_YEARS"]
    assert _found(body) == {
        ("pack.region", "unknown-region"),
        ("settings.SPARE", "unused"),
    }
