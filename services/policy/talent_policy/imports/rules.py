"""From the cells of a row to typed facts; pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from talent_kit.jobs import RowRefused
from talent_kit.rows import iso_date
from talent_rules import FactType, FactValueError, Value

from ..facts.known import Stated
from ..facts.reading import read_value
from ..facts.vocabulary import FactDefinition, SubjectKind, definitions

NUMBERS: Mapping[str, tuple[str, ...]] = {
    "document_number": ("证件号码", "身份证号", "身份证号码", "公民身份号码"),
    "document_kind": ("证件类型",),
    "issued_by": ("签发国", "签发国家"),
    "credit_code": ("统一社会信用代码", "单位代码"),
    "subject_id": ("对象编号", "事项编号"),
}
"""The columns that say whose facts a row holds."""

_DOCUMENTS = {
    "居民身份证": "resident_id",
    "身份证": "resident_id",
    "港澳台居民居住证": "hmt_residence_permit",
    "港澳居民来往内地通行证": "hk_macau_permit",
    "台湾居民来往大陆通行证": "taiwan_permit",
    "外国人永久居留身份证": "foreign_permanent_residence",
    "护照": "passport",
}
_TRUTH = {"true": True, "1": True, "是": True, "yes": True} | {
    "false": False,
    "0": False,
    "否": False,
    "no": False,
}
_YUAN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_INTEGER = re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True)
class FactsRow:
    """A row read: whose facts, and what they are by name."""

    document_kind: str | None
    document_number: str | None
    issued_by: str | None
    credit_code: str | None
    subject_id: UUID | None
    facts: Mapping[str, Value] = field(repr=False)


def columns() -> Mapping[str, tuple[str, ...]]:
    """Return every column that a file may have: its name, and its Chinese names.

    A label that several facts share names none of them.
    """
    said = {name: fact for name, fact in definitions().items() if fact.verified_by}
    shared = Counter(fact.label.zh for fact in said.values())
    facts = {
        name: (fact.label.zh,) if shared[fact.label.zh] == 1 else () for name, fact in said.items()
    }
    return {**NUMBERS, **facts}


def template(source: str, language: str) -> bytes:
    """Return a header of every column that a source may fill in, in CSV as Excel reads it."""
    names = [names[0] if language == "zh" else name for name, names in NUMBERS.items()]
    known = columns()
    names += [
        known[fact.name][0] if language == "zh" and known[fact.name] else fact.name
        for fact in definitions().values()
        if source in fact.verified_by
    ]
    return ("\ufeff" + ",".join(names) + "\r\n").encode()


def read_row(cells: Mapping[str, str], on: date) -> FactsRow:
    """Read a row; raises RowRefused with every cell at fault."""
    faults: list[tuple[str, str]] = []
    facts: dict[str, Value] = {}
    for name, text in cells.items():
        if name in NUMBERS:
            continue
        try:
            facts[name] = read_cell(definitions()[name], text, on)
        except FactValueError as error:
            faults.append((name, error.code))
    kind = cells.get("document_kind")
    if kind is not None:
        kind = _DOCUMENTS.get(kind, kind)
        if kind not in _DOCUMENTS.values():
            faults.append(("document_kind", "not-allowed-value"))
    row = FactsRow(
        document_kind=kind,
        document_number=cells.get("document_number"),
        issued_by=cells.get("issued_by"),
        credit_code=cells.get("credit_code"),
        subject_id=_uuid(cells.get("subject_id"), faults),
        facts=facts,
    )
    faults += _missing(row, [name for name in cells if name not in NUMBERS])
    if faults:
        raise RowRefused(*faults)
    return row


def stands(value: Value, before: Sequence[Stated], source: str) -> bool:
    """Tell whether a source need not say a value again, since that would decide nothing anew.

    It said so of every day, and no word that weighs as much has said otherwise since, be it the
    source's own or another's, of whichever days.
    """
    own = [
        word.fact
        for word in before
        if word.fact.source == source and word.valid_from is None and word.valid_until is None
    ]
    return any(fact.value == value for fact in own) and not any(
        word.fact.value != value
        and word.fact.weight >= fact.weight
        and word.fact.observed_at >= fact.observed_at
        for fact in own
        for word in before
    )


def read_cell(fact: FactDefinition, text: str, on: date) -> Value:
    """Read one cell as people write it; raises FactValueError.

    Money is in yuan with at most two decimals, truth is 是/否, an enum is its code or Chinese name.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    return read_value(fact.name, _raw(fact, plain), on)


def _raw(fact: FactDefinition, text: str) -> object:
    if fact.type is FactType.DATE:
        day = iso_date(text)
        return text if day is None else day.isoformat()
    if fact.type is FactType.BOOL:
        return _TRUTH.get(text.casefold(), text)
    if fact.type is FactType.INT:
        return int(text) if _INTEGER.fullmatch(text) else text
    if fact.type is FactType.MONEY:
        amount = text.replace(",", "")
        return int(Decimal(amount) * 100) if _YUAN.fullmatch(amount) else text
    if fact.type is FactType.ENUM:
        return _codes(fact).get(text, text)
    if fact.type is FactType.STRING_LIST:
        return [part.strip() for part in re.split("[;；、]", text) if part.strip()]
    return text


def _codes(fact: FactDefinition) -> dict[str, str]:
    return {unicodedata.normalize("NFKC", label.zh): code for code, label in fact.values.items()}


def _uuid(text: str | None, faults: list[tuple[str, str]]) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        faults.append(("subject_id", "wrong-format"))
        return None


def _missing(row: FactsRow, names: Collection[str]) -> list[tuple[str, str]]:
    """Return the columns without which nobody knows whose facts a row holds."""
    owners = {definitions()[name].owner for name in names}
    needed: set[str] = set()
    if not owners:
        return [("", "no-facts")]
    if owners & {SubjectKind.PERSON, SubjectKind.EMPLOYMENT} and row.document_number is None:
        needed.add("document_number")
    if owners & {SubjectKind.ORGANISATION, SubjectKind.EMPLOYMENT} and row.credit_code is None:
        needed.add("credit_code")
    others = owners - {SubjectKind.PERSON, SubjectKind.ORGANISATION, SubjectKind.EMPLOYMENT}
    if others and row.subject_id is None:
        needed.add("subject_id")
    return [(name, "missing") for name in sorted(needed)]
