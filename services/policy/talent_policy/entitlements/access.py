"""Who may see what was found for others."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

EntitlementReader = Annotated[
    Principal, Depends(staff(Role.REVIEWER, Role.POLICY_ADMIN, Role.AUDITOR))
]
"""Staff of a region: what was found there and below."""
