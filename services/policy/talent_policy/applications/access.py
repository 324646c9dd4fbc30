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

WorkReader = Annotated[Principal, Depends(staff(Role.REVIEWER, Role.FINANCE, Role.AUDITOR))]
"""Staff who look at what waits in their region."""
DossierReader = Annotated[Principal, Depends(staff(Role.REVIEWER, Role.AUDITOR))]
"""Who may see a person's facts in the course of a review or of an audit."""
