"""Who may see and make appointments; which roles and regions is checked with each."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

Appointer = Annotated[Principal, Depends(staff(Role.POLICY_ADMIN, Role.OPERATOR))]
"""Who appoints staff of the own region."""

StaffReader = Annotated[Principal, Depends(staff(Role.POLICY_ADMIN, Role.OPERATOR, Role.AUDITOR))]
"""Who sees the staff of the own region."""
