"""Whose rights: those of the signed-in talent alone."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

DataSubject = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own data."""
