"""Who has a calendar: a fellow, and the unit of a station."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

FeedOwner = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER))]
"""A talent for their own deadlines, or an agent for those of a station of the unit."""
