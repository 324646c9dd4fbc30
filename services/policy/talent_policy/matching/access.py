"""Who may see what matches stored facts."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

MatchesRead = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER))]
"""A talent, or an agent of the employer that the token selects."""
