"""Who may ask about orders and give money back: the one merchant that knows the secret."""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request

from ..errors import UnknownClient


async def _merchant(request: Request, x_payments_merchant: Annotated[str, Header()] = "") -> None:
    key: bytes = request.app.state.service.payments_key
    if not key or not hmac.compare_digest(x_payments_merchant.encode(), key):
        raise UnknownClient


Merchant = Annotated[None, Depends(_merchant)]
