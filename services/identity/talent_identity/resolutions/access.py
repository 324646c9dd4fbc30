"""Who may ask."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

ResolvingService = Annotated[Principal, Depends(role(Role.SERVICE))]
"""Another service that was given numbers, such as in a file of an authority."""
