"""Who may send orders: the one client that knows the secret."""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request

from .errors import UnknownClient


async def _client(request: Request, x_bank_client: Annotated[str, Header()] = "") -> None:
    secret: str = request.app.state.service.settings.client_secret.get_secret_value()
    if not hmac.compare_digest(x_bank_client.encode(), secret.encode()):
        raise UnknownClient


BankClient = Annotated[None, Depends(_client)]
