"""Files in requests: the body is the file, and comes in piece by piece."""

from collections.abc import Callable, Collection, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request

from ..auth import Principal
from ..idempotency import IdempotencyKey
from .keeping import Arrived


def upload(
    kind: str, admitted: Callable[..., Any], accepts: Collection[str], *, strips: bool = False
) -> Callable[..., Coroutine[Any, Any, Arrived]]:
    """Return the dependency that takes in the file of an admitted caller.

    List it before `Idempotent`, which then tells the request by the file's checksum; the path must
    be among the application's `uploads`. What is not used goes by the upkeep. `strips` takes out of
    pictures what is written into them.
    """

    async def receive(
        request: Request,
        who: Annotated[Principal, Depends(admitted)],
        _: IdempotencyKey,
    ) -> Arrived:
        service = request.app.state.service
        arrived: Arrived = await service.blobs.arrive(
            kind,
            who.subject,
            request.stream(),
            accepts=accepts,
            most=service.settings.max_upload_bytes,
            strips=strips,
        )
        request.state.upload_checksum = arrived.checksum
        return arrived

    return receive
