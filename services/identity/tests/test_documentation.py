"""The examples of the OpenAPI document are ones that the service takes."""

import pytest
from pydantic import TypeAdapter
from talent_code import parse_number
from talent_identity.codes.schemas import CodeIssue, IssuedCode
from talent_identity.employers.schemas import CreditCode, Login, OrganisationName
from talent_identity.employments.schemas import EmploymentCreate
from talent_identity.regions import RegionCode
from talent_identity.sessions.schemas import SessionCreate, SessionRefresh
from talent_identity.staff.schemas import AppointmentCreate, AppointmentUpdate, Username
from talent_identity.talents.schemas import (
    DocumentNumber,
    Nationality,
    PersonName,
    Phone,
    TalentCreate,
    TalentLookup,
    TalentUpdate,
)


@pytest.mark.parametrize(
    "model",
    [
        TalentCreate,
        TalentUpdate,
        EmploymentCreate,
        CodeIssue,
        SessionCreate,
        SessionRefresh,
        AppointmentCreate,
        AppointmentUpdate,
    ],
)
def test_the_examples_of_a_request_are_valid(model):
    examples = model.model_json_schema()["examples"]
    assert examples
    for example in examples:
        model.model_validate(example)


@pytest.mark.parametrize(
    "kind",
    [PersonName, Phone, Nationality, RegionCode, CreditCode, OrganisationName, Login, Username],
)
def test_the_examples_of_a_value_are_valid(kind):
    adapter = TypeAdapter(kind)
    (example,) = adapter.json_schema()["examples"]
    adapter.validate_python(example)


def test_the_examples_of_single_fields_are_valid():
    number = DocumentNumber.model_json_schema()["properties"]["number"]["examples"][0]
    DocumentNumber(kind="resident_id", number=number)
    purpose = TalentLookup.model_json_schema()["properties"]["purpose"]["examples"][0]
    TalentLookup(document={"kind": "resident_id", "number": number}, purpose=purpose)
    code = IssuedCode.model_json_schema()["properties"]["number"]["examples"][0]
    assert parse_number(code) == code
