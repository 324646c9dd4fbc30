"""Who may do what with talents."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role, staff

TalentSelf = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own record."""

TalentReader = Annotated[Principal, Depends(role(Role.TALENT, Role.REVIEWER, Role.AUDITOR))]
"""A talent, or staff: whose record it is and which region are checked with the record."""

ReviewerOfRegion = Annotated[Principal, Depends(staff(Role.REVIEWER))]
"""A reviewer, for the talents of their region."""

LookupService = Annotated[Principal, Depends(role(Role.SERVICE))]
"""Another service that holds a document's number and needs the talent's id."""
