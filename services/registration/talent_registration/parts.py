"""What the endpoints of the registration service take from its process."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.clock import Clock


# Not a plain function: FastAPI would send that to a thread.
async def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.service.clock
    return clock


ClockDep = Annotated[Clock, Depends(_clock)]
"""The service's clock."""
