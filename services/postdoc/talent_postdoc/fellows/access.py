"""Who may do what with fellows; whose fellow it is, is checked with the record."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, SignedIn, role, staff

UnitAgent = Annotated[Principal, Depends(role(Role.EMPLOYER))]
"""Who acts for the unit of the station."""

Party = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER, Role.STATION_ADMIN))]
"""Who records something: each kind of entry says which of them."""

Reader = SignedIn
"""The fellow, units that the stations are of, staff of the region, experts of its panels."""

Overseer = Annotated[Principal, Depends(role(Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR))]
"""Who sees many fellows: those of the unit, or of the region."""

Office = Annotated[Principal, Depends(staff(Role.STATION_ADMIN))]

Talent = Annotated[Principal, Depends(role(Role.TALENT))]
