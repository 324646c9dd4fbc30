"""Where endpoints find the till."""

from typing import Annotated

from fastapi import Depends, Request

from .till import Till


async def _till(request: Request) -> Till | None:
    till: Till | None = request.app.state.service.till
    return till


TillDep = Annotated[Till | None, Depends(_till)]
"""Where people pay; none where nothing can be paid for."""
