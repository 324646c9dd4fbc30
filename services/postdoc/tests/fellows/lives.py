"""Lives of fellows as entries, for tests of pure rules."""

from datetime import date, timedelta
from uuid import UUID

from talent_postdoc.fellows.acts import Kind
from talent_postdoc.fellows.states import Entry
from talent_postdoc.terms.rules import shipped

TERMS = {name: term.value for name, term in shipped().items()}
DAY = date(2026, 3, 1)
"""Of the entry."""
FIRST = {"doctorate": "held", "doctorate_on": "2025-06-30"}
UNTIL_ENTRY = (
    (Kind.APPLIED, DAY - timedelta(30), FIRST),
    (Kind.CONSENTED, DAY - timedelta(29), {}),
    (Kind.SUBMITTED, DAY - timedelta(28), {}),
    (Kind.ENTRY_PANEL, DAY - timedelta(20), {"grade": "pass", "passed": True}),
    (Kind.NOTICE_ENDED, DAY - timedelta(5), {}),
    (Kind.ENTERED, DAY, {"term_until": "2028-02-29"}),
)


def entries(*given, start=UNTIL_ENTRY):
    """Entries of (kind, day, detail, number of what it corrects), numbered from 1."""
    found = []
    for number, (kind, on, detail, *corrects) in enumerate((*start, *given), start=1):
        corrected = found[corrects[0] - 1].id if corrects else None
        found.append(Entry(UUID(int=number), number, kind, on, detail, corrected))
    return found


def opened(on=DAY + timedelta(60)):
    return (Kind.OPENING_REPORT, on, {"passed": True})


def reviewed(on=date(2027, 4, 1), grade="passed"):
    return (Kind.MIDTERM, on, {"grade": grade, "passed": grade != "failed"})
