"""Who may do what with warnings."""

from ..stations.access import StationOffice, UnitOrOffice

WarningReader = UnitOrOffice
"""The unit of the station, and staff of its region."""

WarningOffice = StationOffice
"""The office that checks what was mended."""
