from talent_policy.facts.vocabulary import SubjectKind, catalogue, definitions, vocabulary
from talent_rules import FactType


async def test_anybody_reads_the_vocabulary(policy):
    answer = await policy.client.get("/v1/facts")
    assert answer.status_code == 200
    facts = {fact["name"]: fact for fact in answer.json()["facts"]}
    assert facts.keys() == vocabulary().facts.keys()
    degree = facts["person.degree"]
    assert degree["type"] == "enum"
    assert degree["owner"] == "person"
    assert [value["code"] for value in degree["values"]][:2] == ["doctor", "master"]
    assert degree["verified_by"] == ["education", "reviewer"]
    assert degree["label"]["zh"]
    assert degree["description"]["en"]


def test_every_fact_can_be_verified_and_belongs_to_somebody():
    for fact in catalogue().facts:
        assert fact.verified_by, fact.name
        counted = fact.name.startswith("measure.")
        assert (fact.owner is None) == (fact.verified_by == ("platform",)) == counted
        assert "talent" not in fact.verified_by
        assert "agent" not in fact.verified_by


def test_an_enum_and_only_an_enum_has_values():
    for fact in catalogue().facts:
        assert (fact.type is FactType.ENUM) == bool(fact.values), fact.name


def test_the_owner_is_the_first_part_of_the_name():
    assert definitions()["employer.kind"].owner is SubjectKind.ORGANISATION
    assert definitions()["employment.contract_from"].owner is SubjectKind.EMPLOYMENT
