"""Who reads a candidacy; whose it is, is checked with the record."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

TalentOrUnit = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER))]
"""The doctor who applies, and the unit whose position it is."""
