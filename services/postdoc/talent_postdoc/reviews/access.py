"""Who may do what with reviews; whose step it is is checked with the record."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role, staff

ReviewReader = Annotated[Principal, Depends(role(Role.STATION_ADMIN, Role.AUDITOR))]
"""Staff of the region."""

ReviewOfficial = Annotated[Principal, Depends(staff(Role.STATION_ADMIN))]
"""The office that has the step."""
