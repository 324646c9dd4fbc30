"""Who may bring files of facts."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

brings_facts = staff(Role.SERVICE)

Bringer = Annotated[Principal, Depends(brings_facts)]
"""An authority's client, for the region that its token names."""
