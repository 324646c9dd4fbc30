"""Whose paper it is: named by identity, to themselves, when it is set."""

from http import HTTPStatus

import httpx2

from .calls import trusted
from .problems import Text, Unavailable

_SECONDS = 5.0


class HolderUnknown(Unavailable):
    code = "holder-unknown"
    title = Text("暂时无法取得姓名，请稍候重试", "The name cannot be had now: try again shortly")


async def holder_name(identity_url: str, authorization: str) -> str | None:
    """Return the masked name of whose token it is.

    None where identity's address is not known, or where identity knows nobody by that login, who
    then has no paper either. Raises HolderUnknown without an answer. Nothing of it is kept. Ask
    before the database is asked for anything, so that no transaction waits for identity.
    """
    if not identity_url:
        return None
    headers = {"Authorization": authorization}
    try:
        async with httpx2.AsyncClient(timeout=_SECONDS, verify=trusted()) as http:
            answer = await http.get(f"{identity_url}/v1/talents/me", headers=headers)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        answer.raise_for_status()
    except httpx2.HTTPError as error:
        raise HolderUnknown from error
    return str(answer.json()["name"])
