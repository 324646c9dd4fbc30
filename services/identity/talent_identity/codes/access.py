"""Who may do what with codes."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

CodeHolder = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own code."""

CodeVerifier = Annotated[Principal, Depends(role(Role.SCANNER, Role.REVIEWER, Role.SERVICE))]
"""Whoever stands at a counter; a code is good everywhere, so no region limits them."""
