"""Who may set figures."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

TermSetter = Annotated[Principal, Depends(staff(Role.POLICY_ADMIN))]
"""Who sets the figures of a region."""
