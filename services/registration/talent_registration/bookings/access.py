"""Who may do what with booths."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

Exhibitor = Annotated[Principal, Depends(role(Role.EMPLOYER))]
"""An agent, for the employer that the token selects; whether it may is data."""
