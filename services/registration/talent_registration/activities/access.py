"""Who may do what with activities; which of them is checked with the record."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

Organiser = Annotated[Principal, Depends(staff(Role.ORGANISER))]
"""Who organises activities in a region, for their own."""

ActivityReviewer = Annotated[Principal, Depends(staff(Role.REVIEWER))]
"""Who decides, in the region, what is published."""

ActivityStaff = Annotated[Principal, Depends(staff(Role.ORGANISER, Role.REVIEWER, Role.AUDITOR))]
"""Who sees what is not published yet: the own activities, or those of the region."""
