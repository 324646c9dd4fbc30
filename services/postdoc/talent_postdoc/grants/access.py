"""Who may do what with grants; which of them is checked with the record."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, SignedIn, role

GrantLister = Annotated[
    Principal, Depends(role(Role.TALENT, Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR))
]
"""The fellow, the unit that proposes, and staff of the region."""

GrantReader = SignedIn
"""These, and experts of its panel."""
