from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role, staff

ApplicantWrite = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER))]
"""Whoever is paid: the talent, or an agent of the employer."""

ApplicationReader = Annotated[
    Principal, Depends(role(Role.TALENT, Role.EMPLOYER, Role.REVIEWER, Role.AUDITOR, Role.FINANCE))
]
ReviewerOf = Annotated[Principal, Depends(staff(Role.REVIEWER))]
"""A reviewer; that the application lies in their region is checked with the application."""
