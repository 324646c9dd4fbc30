"""What a rule may look at besides the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .calendar import WorkingCalendar
from .regions import RegionTree
from .types import Value


@dataclass(frozen=True, slots=True)
class Environment:
    """The day that counts, the authority's settings by bare name, the regions and the calendar."""

    as_of: date
    settings: Mapping[str, Value]
    regions: RegionTree
    calendar: WorkingCalendar
