"""From the cells of a row to what it files, or to all that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from talent_kit.jobs import RowRefused
from talent_kit.rows import iso_date

from ..employers.schemas import CreditCode, EmployerCreate
from ..employments.schemas import Terms
from ..talents.schemas import TalentCreate
from .columns import WORDS

Model = TypeVar("Model", bound=BaseModel)

_DATES = ("birth_date", "contract_from", "contract_until")
_CREDIT_CODE: TypeAdapter[str] = TypeAdapter(CreditCode)

FIELDS: Mapping[str, str] = {
    "document": "document_number",
    "document.kind": "document_kind",
    "document.number": "document_number",
    "document.issued_by": "issued_by",
    "employer.credit_code": "credit_code",
    "employer.name": "employer_name",
    "employer.kind": "employer_kind",
    "employer.region": "employer_region",
    "": "contract_until",
}
"""Columns by the places of the models that check them, where the names differ."""


@dataclass(frozen=True)
class FilingRow:
    """What one row files; `employer` is None where it does not say enough for a new one."""

    talent: TalentCreate
    credit_code: str
    employer: EmployerCreate | None
    terms: Terms


def read_row(cells: Mapping[str, str]) -> FilingRow:
    """Return what a row files; raises RowRefused with every field at fault."""
    faults: list[tuple[str, str]] = []
    given = _meant(cells, faults)
    talent = _checked(TalentCreate, _talent(given), "", faults)
    terms = _checked(
        Terms,
        {
            "arrangement": given.get("arrangement", "direct"),
            **_some(given, "contract_kind", "contract_from", "contract_until"),
        },
        "",
        faults,
    )
    code, employer, wrong = _employer(
        given.get("credit_code", ""),
        given.get("employer_name", ""),
        given.get("employer_kind", ""),
        given.get("employer_region", given.get("region", "")),
    )
    # Its region is the talent's where the row names none, and that is said to be wrong already.
    faults += [fault for fault in wrong if fault[0] in given or fault[1] == "missing"]
    if faults or talent is None or terms is None:
        raise RowRefused(*dict.fromkeys(faults))
    return FilingRow(talent, code, employer, terms)


def column_of(place: str) -> str:
    """Return the column that a problem's field names, such as `body.document.number`."""
    inner = place.removeprefix("body.")
    return FIELDS.get(inner, inner.rpartition(".")[2])


def _meant(cells: Mapping[str, str], faults: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the cells with words as codes and dates as dates."""
    given: dict[str, Any] = dict(cells)
    for field, words in WORDS.items():
        if field in given:
            given[field] = words.get(given[field], given[field])
    for field in _DATES:
        if field in given:
            day = iso_date(given[field])
            if day is None:
                faults.append((field, "date-format"))
                del given[field]
            else:
                given[field] = day
    return given


def _talent(given: Mapping[str, Any]) -> dict[str, Any]:
    document = {"kind": given.get("document_kind", "resident_id")}
    document |= {"number": given["document_number"]} if "document_number" in given else {}
    document |= _some(given, "issued_by")
    talent = _some(given, "name", "birth_date", "nationality", "phone", "region")
    # A passport is its issuer's citizen's, unless the row says otherwise.
    if "nationality" not in talent and "issued_by" in given:
        talent["nationality"] = given["issued_by"]
    return talent | {"document": document}


Employer = tuple[str, EmployerCreate | None, tuple[tuple[str, str], ...]]


# A list names the same employer in row after row.
@lru_cache(1024)
def _employer(code: str, name: str, kind: str, region: str) -> Employer:
    """Return the credit code, the employer as a row describes it, and what is wrong with both.

    There is no employer where a new one would lack something.
    """
    faults: list[tuple[str, str]] = []
    try:
        code = _CREDIT_CODE.validate_python(code)
    except ValidationError as error:
        kind_ = error.errors()[0]["type"].replace("_", "-")
        faults.append(("credit_code", kind_ if code else "missing"))
    if faults or not (name and kind and region):
        return code, None, tuple(faults)
    described = {"credit_code": code, "name": name, "kind": kind, "region": region}
    employer = _checked(EmployerCreate, described, "employer.", faults)
    return code, employer, tuple(faults)


def _some(given: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    return {field: given[field] for field in fields if field in given}


def _checked(
    model: type[Model], content: Mapping[str, Any], prefix: str, faults: list[tuple[str, str]]
) -> Model | None:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False, include_input=False):
            place = prefix + ".".join(str(part) for part in found["loc"])
            column = FIELDS.get(place, place)
            if (column, "date-format") not in faults:
                faults.append((column, found["type"].replace("_", "-")))
        return None
