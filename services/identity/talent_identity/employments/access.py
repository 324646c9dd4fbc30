"""Who may do what with employments; whose they are is checked with the record."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

DeclaringTalent = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own employments."""

DecidingAgent = Annotated[Principal, Depends(role(Role.EMPLOYER))]
"""Someone who acts for the employer concerned."""

DecidingSide = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER))]
"""The side concerned that did not declare the employment."""

EmploymentLister = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER))]
"""Either side, for its own employments."""

EmploymentReader = Annotated[
    Principal, Depends(role(Role.TALENT, Role.EMPLOYER, Role.REVIEWER, Role.AUDITOR))
]
"""Either side, or staff of the region."""
