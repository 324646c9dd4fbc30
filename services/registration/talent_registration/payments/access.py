"""Who may say or see what of payments."""

from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import ValidationError
from talent_kit.auth import Principal, Role, staff

from .errors import NoticeWrong, SignatureWrong
from .provider import OrderSeen

PaymentStaff = Annotated[
    Principal, Depends(staff(Role.ORGANISER, Role.REVIEWER, Role.AUDITOR, Role.FINANCE))
]
"""Who sees what moved: the organiser the own, staff that of the region."""

Finance = Annotated[Principal, Depends(staff(Role.FINANCE))]
"""Who explains differences of the region."""


async def _notice(
    request: Request,
    payments_signature: Annotated[
        str,
        Header(description="`t=SECONDS,v1=HEX`: HMAC-SHA256 over `notice`, the seconds, the body."),
    ] = "",
) -> OrderSeen:
    """Return a notice, once its signature fits the body as it came."""
    service, body = request.app.state.service, await request.body()
    till = service.till
    if till is None or not till.knows(payments_signature, body, service.clock.now()):
        raise SignatureWrong
    try:
        return OrderSeen.model_validate_json(body)
    except ValidationError:
        raise NoticeWrong from None


SignedNotice = Annotated[OrderSeen, Depends(_notice)]
"""What the payment provider says, and nobody else: raises SignatureWrong, NoticeWrong."""
