"""Who takes over registers."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

takes_over = staff(Role.STATION_ADMIN)

Taker = Annotated[Principal, Depends(takes_over)]
"""The office for postdoc work, for the stations of its region."""
