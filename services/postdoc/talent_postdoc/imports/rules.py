"""From the cells of a row to a station or a fellow of a former register; pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from talent_kit.jobs import RowRefused
from talent_kit.rows import iso_date

from ..disciplines.rules import catalogue
from ..stations.states import Kind, Level, Status

STATION_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("编号", "站编号"),
    "name_zh": ("站名称", "名称"),
    "name_en": ("英文名称",),
    "unit_zh": ("设站单位", "单位名称"),
    "unit_en": ("单位英文名称",),
    "credit_code": ("统一社会信用代码",),
    "unit_id": ("单位编号",),
    "kind": ("类型", "站类型"),
    "level": ("级别",),
    "region": ("地区", "行政区划代码"),
    "disciplines": ("学科", "学科代码"),
    "approved_on": ("批准日期", "设站日期"),
    "status": ("状态",),
    "status_on": ("状态日期",),
    "parent_number": ("所属工作站编号",),
}
STATION_REQUIRED = (
    "number",
    "name_zh",
    "unit_zh",
    "kind",
    "level",
    "region",
    "disciplines",
    "approved_on",
)
FELLOW_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("编号", "博士后编号"),
    "station_number": ("站编号", "设站编号"),
    "document_number": ("证件号码", "身份证号"),
    "document_kind": ("证件类型",),
    "issued_by": ("签发国",),
    "talent_id": ("人才代号",),
    "discipline": ("学科", "学科代码"),
    "entered_on": ("进站日期",),
    "term_until": ("预计出站日期", "在站期限"),
    "opened": ("已开题",),
    "midterm": ("中期考核",),
    "arrangement": ("方式",),
    "doctorate_on": ("博士学位日期",),
    "status": ("状态",),
    "ended_on": ("离站日期", "出站日期"),
}
FELLOW_REQUIRED = ("number", "station_number", "discipline", "entered_on")

_KINDS = {
    "流动站": "mobile",
    "工作站": "workstation",
    "分站": "branch",
    "创新实践基地": "practice_base",
}
_LEVELS = {"国家级": "national", "省级": "provincial", "市级": "city"}
_STATUSES = {"正常": "active", "警告": "warned", "暂停": "suspended", "撤销": "revoked"}
_MIDTERMS = {"优秀": "excellent", "合格": "passed", "excellent": "excellent", "passed": "passed"}
_ARRANGEMENTS = {"全职": "full_time", "在职": "in_service"}
_ENDINGS = {
    "在站": "",
    "出站": "exited",
    "退站": "left_early",
    "转站": "transferred",
    "死亡": "died",
    "in_station": "",
    "exited": "exited",
    "left_early": "left_early",
    "transferred": "transferred",
    "died": "died",
}
_TRUTH = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}
_NUMBER = re.compile(r"[\w\-./]{1,60}")
_REGION = re.compile(r"[0-9A-Z]{6}")
_SPLIT = re.compile(r"[;；、,，\s]+")

Cells = Mapping[str, str]
Faults = list[tuple[str, str]]


@dataclass(frozen=True)
class StationRow:
    """A station of a former register."""

    number: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    credit_code: str | None
    unit_id: UUID | None
    kind: Kind
    level: Level
    region: str
    disciplines: tuple[str, ...]
    approved_on: date
    status: Status
    status_on: date | None
    parent_number: str | None
    said: str = field(repr=False)


@dataclass(frozen=True)
class FellowRow:
    """A fellow in a station, by a former register."""

    number: str
    station_number: str
    document_number: str | None
    document_kind: str | None
    issued_by: str | None
    talent_id: UUID | None
    discipline: str
    entered_on: date
    term_until: date
    opened: bool | None
    midterm: str | None
    arrangement: str
    doctorate_on: date | None
    ended: str | None
    """How it ended, None of who is in the station."""
    ended_on: date | None
    said: str = field(repr=False)


def read_station(cells: Cells, today: date) -> StationRow:
    """Return what a row says of a station; raises RowRefused with every cell at fault."""
    faults = _missing(cells, STATION_REQUIRED)
    kind = _word(cells, "kind", _KINDS, Kind, faults)
    level = _word(cells, "level", _LEVELS, Level, faults)
    status = _word(cells, "status", _STATUSES, Status, faults) or Status.ACTIVE
    approved = _past(cells, "approved_on", today, faults)
    status_on = _past(cells, "status_on", today, faults)
    disciplines = tuple(_SPLIT.split(cells.get("disciplines", "").strip()))
    if "disciplines" in cells and not set(disciplines) <= catalogue().disciplines.keys():
        faults.append(("disciplines", "unknown-discipline"))
    if "region" in cells and not _REGION.fullmatch(cells["region"]):
        faults.append(("region", "unknown-region"))
    unit_id = _uuid(cells, "unit_id", faults)
    if unit_id is None and "credit_code" not in cells:
        faults.append(("credit_code", "missing"))
    if status is Status.MERGED:
        faults.append(("status", "not-allowed-value"))
    if kind is Kind.BRANCH and "parent_number" not in cells:
        faults.append(("parent_number", "missing"))
    if kind not in (None, Kind.BRANCH) and "parent_number" in cells:
        faults.append(("parent_number", "not-a-branch"))
    if approved and status_on and status_on < approved:
        faults.append(("status_on", "before-approval"))
    if faults or kind is None or level is None or approved is None:
        raise RowRefused(*dict.fromkeys(faults))
    return StationRow(
        number=cells["number"],
        name_zh=cells["name_zh"],
        name_en=cells.get("name_en", cells["name_zh"]),
        unit_zh=cells["unit_zh"],
        unit_en=cells.get("unit_en", cells["unit_zh"]),
        credit_code=cells.get("credit_code"),
        unit_id=unit_id,
        kind=kind,
        level=level,
        region=cells["region"],
        disciplines=tuple(dict.fromkeys(disciplines)),
        approved_on=approved,
        status=status,
        status_on=status_on,
        parent_number=cells.get("parent_number"),
        said=_said(cells),
    )


def read_fellow(cells: Cells, today: date) -> FellowRow:
    """Return what a row says of a fellow; raises RowRefused with every cell at fault."""
    faults = _missing(cells, FELLOW_REQUIRED)
    entered = _past(cells, "entered_on", today, faults)
    doctorate = _past(cells, "doctorate_on", today, faults)
    ended = _among(cells, "status", _ENDINGS, faults) or None
    ended_on = _past(cells, "ended_on", today, faults)
    if (ended is None) != (ended_on is None) and ("status", "not-allowed-value") not in faults:
        faults.append(("ended_on", "missing" if ended else "still-in-station"))
    if entered and ended_on and ended_on < entered:
        faults.append(("ended_on", "before-entry"))
    until = _day(cells, "term_until", faults)
    if "term_until" not in cells:
        # Of who is gone the day of leaving says it.
        until = ended_on
        faults += [] if ended else [("term_until", "missing")]
    elif entered and until and until <= entered:
        faults.append(("term_until", "before-entry"))
    if "discipline" in cells and cells["discipline"] not in catalogue().disciplines:
        faults.append(("discipline", "unknown-discipline"))
    talent_id = _uuid(cells, "talent_id", faults)
    if talent_id is None and "document_number" not in cells:
        faults.append(("document_number", "missing"))
    opened = _among(cells, "opened", _TRUTH, faults)
    midterm = _among(cells, "midterm", _MIDTERMS, faults)
    arrangements = _ARRANGEMENTS | {each: each for each in _ARRANGEMENTS.values()}
    arrangement = _among(cells, "arrangement", arrangements, faults)
    if faults or entered is None or until is None:
        raise RowRefused(*dict.fromkeys(faults))
    return FellowRow(
        number=cells["number"],
        station_number=cells["station_number"],
        document_number=cells.get("document_number"),
        document_kind=cells.get("document_kind"),
        issued_by=cells.get("issued_by"),
        talent_id=talent_id,
        discipline=cells["discipline"],
        entered_on=entered,
        term_until=until,
        opened=opened,
        midterm=midterm,
        arrangement=arrangement or "full_time",
        doctorate_on=doctorate,
        ended=ended,
        ended_on=ended_on,
        said=_said(cells),
    )


def _missing(cells: Cells, required: tuple[str, ...]) -> Faults:
    faults = [(name, "missing") for name in required if name not in cells]
    if "number" in cells and not _NUMBER.fullmatch(cells["number"]):
        faults.append(("number", "wrong-format"))
    return faults


Word = TypeVar("Word", Kind, Level, Status)
Value = TypeVar("Value")


def _word(
    cells: Cells, name: str, words: Mapping[str, str], kind: type[Word], faults: Faults
) -> Word | None:
    """Return a cell's word as its code; other names of it are Chinese."""
    if name not in cells:
        return None
    try:
        return kind(words.get(cells[name], cells[name]))
    except ValueError:
        faults.append((name, "not-allowed-value"))
        return None


def _among(cells: Cells, name: str, words: Mapping[str, Value], faults: Faults) -> Value | None:
    if name not in cells:
        return None
    found = words.get(cells[name].strip().casefold())
    if found is None:
        faults.append((name, "not-allowed-value"))
    return found


def _day(cells: Cells, name: str, faults: Faults) -> date | None:
    if name not in cells:
        return None
    found = iso_date(cells[name])
    if found is None:
        faults.append((name, "date-format"))
    return found


def _past(cells: Cells, name: str, today: date, faults: Faults) -> date | None:
    found = _day(cells, name, faults)
    if found is not None and found > today:
        faults.append((name, "in-the-future"))
    return found


def _uuid(cells: Cells, name: str, faults: Faults) -> UUID | None:
    try:
        return UUID(cells[name]) if name in cells else None
    except ValueError:
        faults.append((name, "wrong-format"))
        return None


def _said(cells: Cells) -> str:
    """Return what a row says, the same again in whatever order of columns."""
    return json.dumps(dict(sorted(cells.items())), ensure_ascii=False)


def template(columns: Mapping[str, tuple[str, ...]]) -> bytes:
    """Return a header of every column by its Chinese name, in CSV as Excel reads it."""
    return ("\ufeff" + ",".join(names[0] for names in columns.values()) + "\r\n").encode()
