"""Who may do what with stations; which of them is checked with the record."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role, staff

UnitAgent = Annotated[Principal, Depends(role(Role.EMPLOYER))]
"""Who acts for the unit that a station is set up at (设站单位经办人)."""

StationOffice = Annotated[Principal, Depends(staff(Role.STATION_ADMIN))]
"""The office for postdoc work of a region (博士后工作管理部门)."""

UnitOrOffice = Annotated[Principal, Depends(role(Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR))]
"""Who sees what is not public: the unit of the station, and staff of its region."""
