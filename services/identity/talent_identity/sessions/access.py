"""Who may see and end sessions: whose they are."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

SessionHolder = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own sessions alone."""
