"""Who may do what with panels; who sits on which is data."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, SignedIn, role

Convener = Annotated[Principal, Depends(role(Role.EMPLOYER, Role.STATION_ADMIN))]
"""Who convenes panels: the unit of a station for its fellows, the office for the rest."""

PanelMemberOrReader = SignedIn
"""A member, whoever they are elsewhere; besides, whose panel it is and staff of its region."""
