"""Who sees deadlines: whose they are, and staff of the region."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

DeadlineReader = Annotated[
    Principal, Depends(role(Role.TALENT, Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR))
]
"""A fellow, an agent of the station's unit, or staff."""
