"""The files that the offices bring: a filing list, and facts of each authority."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from .people import Employer, Person

_CONTRACTS = {
    "fixed_term": "固定期限",
    "open_ended": "无固定期限",
    "chained": "连续固定期限",
    "task": "以完成一定工作任务为期限",
}
_ARRANGEMENTS = {"direct": "直接用工", "dispatch": "劳务派遣"}
BROKEN_ROWS = 3
"""At most so many rows of the filing list are wrong on purpose; the report must name them."""


def filing_list(people: Sequence[Person]) -> bytes:
    """Return the list of graduates as a Chinese office saves it: CSV in GB 18030."""
    header = [
        "姓名",
        "证件号码",
        "手机号码",
        "统一社会信用代码",
        "单位名称",
        "单位类型",
        "单位所在地区",
        "合同类型",
        "合同起始日",
        "合同终止日",
        "用工形式",
        "所在地区",
    ]
    rows = [_filed(person) for person in people]
    for row in [list(row) for row in rows[:BROKEN_ROWS]]:
        row[1] = row[1][:-1] + ("0" if row[1][-1] != "0" else "1")
        rows.append(row)
    return _csv(header, rows).encode("gb18030")


def _filed(person: Person) -> list[str]:
    terms, firm = person.employment, person.employer
    return [
        person.name,
        person.resident_id,
        person.phone,
        firm.credit_code,
        firm.name,
        firm.kind,
        firm.region,
        _CONTRACTS[terms["contract_kind"]],
        terms["contract_from"].replace("-", "/"),
        (terms["contract_until"] or "").replace("-", "/"),
        _ARRANGEMENTS[terms["arrangement"]],
        person.region,
    ]


def employer_facts(employers: Iterable[Employer]) -> bytes:
    """Return what the market registry says of employers."""
    rows = [[firm.credit_code, firm.kind, firm.region] for firm in employers]
    return _csv(["统一社会信用代码", "employer.kind", "employer.region"], rows).encode()


def person_facts(people: Sequence[Person], office: str) -> bytes:
    """Return what an office (`education`, `pension` or `office`) says of people."""
    said = [getattr(person, office) for person in people]
    names = sorted({name for facts in said for name in facts})
    header = ["证件号码", "统一社会信用代码", *names]
    rows = [
        [person.resident_id, person.employer.credit_code, *(_cell(facts.get(n)) for n in names)]
        for person, facts in zip(people, said, strict=True)
    ]
    return _csv(header, rows).encode("utf-8-sig")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
