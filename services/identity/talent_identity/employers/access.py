"""Who may do what with employers; for which employer is checked in the agents' table."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

EmployerAgent = Annotated[Principal, Depends(role(Role.EMPLOYER))]
"""Someone who acts for employers."""

EmployerReader = Annotated[Principal, Depends(role(Role.EMPLOYER, Role.REVIEWER, Role.AUDITOR))]
"""An agent, or staff: which employer and which region are checked with the record."""
