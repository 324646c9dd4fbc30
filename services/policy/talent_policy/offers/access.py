"""Who may see and answer offers."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

OfferHolder = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER))]
"""Whoever is to be paid: the talent, or an agent of the employer."""
