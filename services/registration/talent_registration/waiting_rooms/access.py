"""Who may do what with waiting rooms; its organiser is checked with the record."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, role

from .boards import Boards

Entrant = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own turn."""


async def _boards(request: Request) -> Boards:
    boards: Boards = request.app.state.service.boards
    return boards


BoardsDep = Annotated[Boards, Depends(_boards)]
"""What everybody may read of waiting rooms, kept for a moment."""
