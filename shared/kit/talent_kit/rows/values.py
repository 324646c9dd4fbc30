"""Values as people write them in tables."""

import re
import unicodedata
from datetime import date

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def iso_date(text: str) -> date | None:
    """Return the date of 2024-07-01, 2024/7/1, 2024.7.1, 2024年7月1日 or 20240701, else None.

    Year first always: of 7/1/2024 nobody can tell which is the month.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
