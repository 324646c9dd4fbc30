import pytest

from ..world import base_facts, graduates, publish


@pytest.fixture(scope="module")
async def policy(policy_factory):
    """One service for all questions: none of them changes anything."""
    async with policy_factory.running() as service:
        yield service


@pytest.fixture(scope="module")
async def published(policy):
    return await publish(policy)


def _body(measure="2.2", facts=None, **changes):
    given = base_facts(measure) | (facts or {})
    body = {
        "as_of": "2023-10-01" if measure == "2.2" else "2023-07-01",
        "region": "350700",
        "subject": "employment",
        "measures": [measure],
        "facts": {name: value for name, value in given.items() if value is not None},
    }
    return body | changes


async def _ask(policy, body, language="en"):
    return await policy.client.post(
        "/v1/evaluations", json=body, headers={"Accept-Language": language}
    )


async def test_anybody_asks_and_is_told_why(policy, published):
    answer = await _ask(policy, _body())
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["packs"] == [
        {
            "id": published["id"],
            "name": "nanping-2021-2",
            "version": 1,
            "digest": published["digest"],
        }
    ]
    assert shown["assumed"] == {
        "employment.ended": False,
        "person.settling_grant_before": False,
    }
    [measure] = shown["measures"]
    assert (measure["id"], measure["outcome"], measure["amount_fen"], measure["payee"]) == (
        "2.2",
        "eligible",
        2_000_000,
        "person",
    )
    assert measure["instalments"] == [
        {"due": "2023-10-01", "amount_fen": 666667},
        {"due": "2024-10-01", "amount_fen": 666667},
        {"due": "2025-10-01", "amount_fen": 666666},
    ]
    assert measure["missing"] == []
    assert measure["settings"]["AGE_DAY"] == "undecided"
    requirement = next(each for each in measure["requirements"] if each["id"] == "contract")
    assert requirement == {
        "id": "contract",
        "satisfied": True,
        "state": "true",
        "why": "Met",
        "article": "2.2",
        "text": "The labour contract is for three years or more",
        "citation": "南委人才〔2021〕2号, annex 2, article 2",
    }


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"employment.arrangement": "dispatch"}, "needs_person"),
        ({"employment.pension_in_city": None}, "unknown"),
    ],
)
async def test_an_amount_that_is_known_is_shown_before_it_is_granted(
    policy, published, facts, outcome
):
    [measure] = (await _ask(policy, _body(facts=facts))).json()["measures"]
    assert (measure["outcome"], measure["amount_fen"]) == (outcome, 2_000_000)
    assert (measure["mode"], measure["payout"], measure["uncut_fen"]) == (
        "offer",
        "transfer",
        None,
    )
    assert [part["due"] for part in measure["instalments"]] == [
        "2023-10-01",
        "2024-10-01",
        "2025-10-01",
    ]
    assert measure["setting_labels"].keys() == measure["settings"].keys()


async def test_what_is_given_is_not_assumed(policy, published):
    shown = (await _ask(policy, _body(facts={"employment.ended": True}))).json()
    assert "employment.ended" not in shown["assumed"]
    assert shown["measures"][0]["outcome"] == "needs_person"


async def test_reasons_in_the_callers_language(policy, published):
    facts = {
        "employment.contract_kind": "open_ended",
        "employer.kind": "government",
        "person.birth_date": None,
    }
    by_language = {}
    for language in ("zh", "en"):
        [measure] = (await _ask(policy, _body(facts=facts), language)).json()["measures"]
        by_language[language] = {each["id"]: each for each in measure["requirements"]}
        assert measure["outcome"] == "ineligible"
        assert measure["amount_fen"] is None
        assert measure["instalments"] == []
    chinese, english = by_language["zh"], by_language["en"]
    assert chinese["employer"]["why"] == "用人单位不是企业，或不在南平市登记"
    assert english["employer"]["why"] == (
        "The employer is not an enterprise, or not registered in Nanping"
    )
    assert chinese["age"]["why"] == "尚不清楚：出生日期"
    assert english["age"]["why"] == "Not known yet: Date of birth"
    assert english["contract"]["why"].startswith("A person must decide: The document does not say")
    assert [english[name]["satisfied"] for name in ("employer", "age", "contract")] == [
        False,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("measure", "case"),
    [
        (group.measure, case)
        for group in graduates().examples
        for case in group.cases
        if not case.settings
    ][::9],
)
async def test_examples_come_out_alike_over_http(policy, published, measure, case):
    body = _body(measure, case.facts, as_of=case.as_of.isoformat())
    [shown] = (await _ask(policy, body)).json()["measures"]
    assert shown["outcome"] == case.expect.outcome
    if case.expect.amount_fen is not None:
        assert shown["amount_fen"] == case.expect.amount_fen


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("employment", ["2.1", "2.2"]),
        ("person", ["2.1", "2.2"]),
        ("organisation", ["2.1", "2.2"]),
        ("project", []),
    ],
)
async def test_measures_are_shown_to_their_parties(policy, published, subject, shown):
    answer = await _ask(policy, _body(subject=subject, measures=None))
    assert [measure["id"] for measure in answer.json()["measures"]] == shown


async def test_nothing_is_in_force_before_the_document(policy, published):
    shown = (await _ask(policy, _body(as_of="2021-04-08"))).json()
    assert (shown["packs"], shown["measures"]) == ([], [])


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"region": "999999"}, "body.region", "policy.region-unknown"),
        ({"measures": ["2.2", "2.9"]}, "body.measures.1", "policy.measure-unknown"),
    ],
)
async def test_unknown_region_and_measure(policy, published, change, field, code):
    answer = await _ask(policy, _body(**change))
    assert answer.status_code == 422
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("person.birth_date", "1990-13-01", "wrong-format"),
        ("person.birth_date", "01/07/1990", "wrong-format"),
        ("person.degree", "PhD", "not-allowed-value"),
        ("person.scheme_2020_1", "yes", "wrong-type"),
        ("person.shoe_size", 43, "unknown-fact"),
        ("employer.region", "123456", "unknown-region"),
    ],
)
async def test_a_fact_at_fault_is_named_and_its_value_is_not_repeated(
    policy, published, name, value, code
):
    answer = await _ask(policy, _body(facts={name: value}))
    assert answer.status_code == 422
    assert answer.json()["code"] == "policy.facts-invalid"
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [
        (f"body.facts.{name}", code)
    ]
    assert f'"{value}"' not in answer.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"more": "张三"}, "body.*"),
        ({"as_of": "yesterday"}, "body.as_of"),
        ({"as_of": None}, "body.as_of"),
        ({"as_of": "1899-12-31"}, "body.as_of"),
        ({"as_of": "2200-01-01"}, "body.as_of"),
        ({"subject": "city"}, "body.subject"),
        ({"facts": []}, "body.facts"),
        ({"facts": {f"x.n{number}": 1 for number in range(101)}}, "body.facts"),
        ({"measures": ["2.2"] * 51}, "body.measures"),
        ({"measures": ["张三"]}, "body.measures.0"),
        ({"region": "3"}, "body.region"),
    ],
)
async def test_the_shape_of_the_question(policy, published, change, field):
    answer = await _ask(policy, _body() | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert "张三" not in answer.text


async def test_limits_allow_what_lies_at_them(policy, published):
    at_limit = {f"x.n{number}": 1 for number in range(100)}
    answer = await _ask(policy, _body(measures=["2.2"] * 50) | {"facts": at_limit})
    assert answer.json()["code"] == "policy.facts-invalid"
    fewer = await _ask(policy, _body(measures=["2.2"] * 50))
    assert fewer.status_code == 200
    long_name = await _ask(policy, _body() | {"facts": {"x" * 101: 1}})
    assert long_name.json()["code"] == "invalid"


async def test_the_first_and_the_last_day(policy, published):
    first = await _ask(policy, _body(as_of="1900-01-01") | {"region": "350000", "facts": {}})
    assert first.json()["code"] == "policy.region-unknown"
    facts = {
        "person.birth_date": "2180-01-01",
        "employment.contract_from": "2199-12-31",
        "employment.contract_until": "2199-12-31",
    }
    last = await _ask(policy, _body(facts=facts, as_of="2199-12-31"))
    assert last.json()["measures"][0]["outcome"] == "ineligible"
    open_ended = {"employment.contract_kind": "open_ended", "person.birth_date": "2180-01-01"}
    referred = await _ask(policy, _body(facts=open_ended, as_of="2199-12-31"))
    assert referred.json()["measures"][0]["instalments"][-1]["due"] == "2201-12-31"


async def test_broken_and_too_large_bodies(policy, published):
    headers = {"Content-Type": "application/json"}
    broken = await policy.client.post("/v1/evaluations", content=b'{"as_of"', headers=headers)
    assert broken.status_code == 400
    large = await policy.client.post("/v1/evaluations", content=b" " * 1_048_577, headers=headers)
    assert large.status_code == 413


async def test_a_wrong_token_is_not_asked_for(policy, published):
    answer = await policy.client.post(
        "/v1/evaluations", json=_body(), headers={"Authorization": "Bearer nothing"}
    )
    assert answer.status_code == 200
