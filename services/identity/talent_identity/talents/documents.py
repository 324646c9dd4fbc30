"""Identity documents: normalising and reading their numbers, one reader per kind."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from operator import mul
from typing import Literal, NamedTuple

from .countries import ALPHA_OF_NUMERIC, NATIONALITIES

Residence = Literal["mainland", "hong_kong", "macau", "taiwan", "foreign"]
Sex = Literal["female", "male"]

CHINA = "CHN"


class DocumentKind(StrEnum):
    """The documents with which a talent can register, the most telling first."""

    RESIDENT_ID = "resident_id"
    HMT_RESIDENCE_PERMIT = "hmt_residence_permit"
    HK_MACAU_PERMIT = "hk_macau_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    FOREIGN_PERMANENT_RESIDENCE = "foreign_permanent_residence"
    PASSPORT = "passport"


class DocumentError(ValueError):
    """A number is not one of its kind; carries a stable code, never the number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Reading(NamedTuple):
    """A document's number in its one stored form, and what the number itself tells.

    `born` holds the last digits of the birth date as YYYYMMDD: all eight, six, or none.
    `residence` is None where the number does not tell it: a passport's depends on its issuer.
    """

    kind: DocumentKind
    number: str
    born: str = ""
    sex: Sex | None = None
    nationality: str | None = None
    residence: Residence | None = None

    @property
    def birth_date(self) -> date | None:
        """The birth date, where the number holds all of it."""
        return _date(self.born) if len(self.born) == 8 else None

    def fits_birth_date(self, birth_date: date) -> bool:
        """Tell whether the number agrees with a birth date, as far as it speaks of one."""
        return f"{birth_date:%Y%m%d}".endswith(self.born)

    def fits_nationality(self, nationality: str) -> bool:
        """Tell whether the number agrees with a nationality, as far as it speaks of one."""
        return self.nationality in {None, nationality}

    def index_value(self, issuer: str | None) -> tuple[str, str]:
        """Return the kind and value under which the document is unique.

        The 18-digit numbers of residents, of residence permits and of permanent residents share
        one number space; passports are unique within their issuing state.
        """
        if len(self.number) == 18:
            return "civil-number", self.number
        if self.kind is DocumentKind.PASSPORT:
            return "passport", f"{issuer}:{self.number}"
        return self.kind.value, self.number


def read(kind: DocumentKind, number: str) -> Reading:
    """Return what a document's number tells; case, width, spaces and dashes do not matter.

    Raises DocumentError: number-format, number-region, number-birth-date, number-nationality,
    number-check.
    """
    return _READERS[kind](normalised(number))


def normalised(number: str) -> str:
    """Return a number in capitals, in plain width, without spaces and dashes."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"[\s\-‐‑–—]", "", plain)


_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65))
    for code in range(first, last + 1)
)
"""GB/T 2260 without 71, 81 and 82, whose people have other documents."""
_HMT: Mapping[str, Residence] = {"810000": "hong_kong", "820000": "macau", "830000": "taiwan"}
_PERMIT: Mapping[str, Residence] = {"H": "hong_kong", "M": "macau"}


_WEIGHTS = tuple(2**place % 11 for place in range(17, 0, -1))


def check_character(first: str) -> str:
    """Return the 18th character of a number from its first 17 digits (GB 11643, MOD 11-2)."""
    total = sum(map(mul, map(int, first), _WEIGHTS))
    return "0123456789X"[(12 - total) % 11]


def _date(digits: str) -> date:
    try:
        found = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise DocumentError("number-birth-date") from None
    if found.year < 1900:
        raise DocumentError("number-birth-date")
    return found


def _civil(number: str) -> None:
    """Check what the three kinds of 18-character numbers have in common."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise DocumentError("number-format")
    if number[-1] != check_character(number[:-1]):
        raise DocumentError("number-check")


def _sex(number: str) -> Sex:
    return "male" if int(number[16]) % 2 else "female"


def _resident_id(number: str) -> Reading:
    """Read a resident id number (公民身份号码): region, birth date, sequence, check character."""
    _civil(number)
    if number[:2] not in _PROVINCES or number[2:6] == "0000":
        raise DocumentError("number-region")
    _date(number[6:14])
    return Reading(DocumentKind.RESIDENT_ID, number, number[6:14], _sex(number), CHINA, "mainland")


def _hmt_residence_permit(number: str) -> Reading:
    """Read a residence permit of Hong Kong, Macau and Taiwan residents (港澳台居民居住证)."""
    _civil(number)
    residence = _HMT.get(number[:6])
    if residence is None:
        raise DocumentError("number-region")
    _date(number[6:14])
    return Reading(
        DocumentKind.HMT_RESIDENCE_PERMIT, number, number[6:14], _sex(number), CHINA, residence
    )


def _hk_macau_permit(number: str) -> Reading:
    """Read a mainland travel permit (港澳居民来往内地通行证): a letter and eight digits for life.

    Older cards print two more digits that count the issues. The holder need not be a Chinese
    citizen.
    """
    if not re.fullmatch(r"[HM][0-9]{8}([0-9]{2})?", number):
        raise DocumentError("number-format")
    return Reading(DocumentKind.HK_MACAU_PERMIT, number[:9], residence=_PERMIT[number[0]])


def _taiwan_permit(number: str) -> Reading:
    """Read a mainland travel permit of Taiwan residents (台湾居民来往大陆通行证): eight digits."""
    if not re.fullmatch(r"[0-9]{8}", number):
        raise DocumentError("number-format")
    return Reading(DocumentKind.TAIWAN_PERMIT, number, nationality=CHINA, residence="taiwan")


def _foreign_permanent_residence(number: str) -> Reading:
    """Read a foreign permanent resident id card (外国人永久居留身份证), both generations.

    Until 2023: nationality (alpha-3), region of issue (4), birth date (YYMMDD), sequence, check;
    how its last digit is computed is not published, so it is not checked. Since 2023: 9, province
    of issue (2), nationality (numeric), birth date, sequence, check as in GB 11643.
    """
    kind = DocumentKind.FOREIGN_PERMANENT_RESIDENCE
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        if number[:3] not in NATIONALITIES - {CHINA}:
            raise DocumentError("number-nationality")
        # A year of two digits: 2000 is a leap year, so the widest calendar decides.
        _date("20" + number[7:13])
        return Reading(kind, number, number[7:13], None, number[:3], "foreign")
    _civil(number)
    if number[0] != "9":
        raise DocumentError("number-format")
    if number[1:3] not in _PROVINCES:
        raise DocumentError("number-region")
    nationality = ALPHA_OF_NUMERIC.get(number[3:6])
    if nationality is None or nationality == CHINA:
        raise DocumentError("number-nationality")
    _date(number[6:14])
    return Reading(kind, number, number[6:14], _sex(number), nationality, "foreign")


def _passport(number: str) -> Reading:
    """Read a passport number: five to nine letters and digits, a digit among them (ICAO 9303)."""
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{5,9}", number):
        raise DocumentError("number-format")
    return Reading(DocumentKind.PASSPORT, number)


_READERS: Mapping[DocumentKind, Callable[[str], Reading]] = {
    DocumentKind.RESIDENT_ID: _resident_id,
    DocumentKind.HMT_RESIDENCE_PERMIT: _hmt_residence_permit,
    DocumentKind.HK_MACAU_PERMIT: _hk_macau_permit,
    DocumentKind.TAIWAN_PERMIT: _taiwan_permit,
    DocumentKind.FOREIGN_PERMANENT_RESIDENCE: _foreign_permanent_residence,
    DocumentKind.PASSPORT: _passport,
}

_RANK = {kind: rank for rank, kind in enumerate(DocumentKind)}


def residence_of(reading: Reading, issuer: str | None) -> Residence:
    """Return where the holder belongs by this document alone."""
    if reading.residence is not None:
        return reading.residence
    return "mainland" if issuer == CHINA else "foreign"


def tells_more(kind: DocumentKind, held: set[DocumentKind]) -> bool:
    """Tell whether a further document says more about the residence than those already held."""
    return all(_RANK[kind] < _RANK[other] for other in held)


def masked_number(number: str) -> str:
    """Return a number with its middle hidden: long ones show 3 + 4 characters, short ones 1 + 2."""
    first, last = (3, 4) if len(number) >= 15 else (1, 2)
    return number[:first] + "*" * (len(number) - first - last) + number[-last:]
