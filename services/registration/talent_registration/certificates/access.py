"""Who may do what with certificates."""

from typing import Annotated

from fastapi import Depends, Request

from ..registrations.access import Registrant
from .paper import Paper

Holder = Registrant
"""A talent, for their own certificates."""


async def _paper(request: Request) -> Paper:
    paper: Paper = request.app.state.service.paper
    return paper


PaperDep = Annotated[Paper, Depends(_paper)]
"""What sets certificates on paper."""
