"""What is asked of WeChat and of the issuer; never inside a transaction of the database."""

from dataclasses import dataclass

from talent_kit.auth import principal_of
from talent_kit.problems import Unauthenticated

from ..accounts.directory import DirectoryUnavailable
from ..accounts.tokens import AccountBlocked, AssertionGrant, IssuerUnavailable, NoAccount, Token
from ..accounts.wechat import CodeRefused, TooOften, WeChat, WeChatBlocked, WeChatBusy
from ..parts import IdentityService
from . import errors


@dataclass(frozen=True)
class SignedInAs:
    """A login, the token that the issuer gave for it, and the handle it was given for."""

    login: str
    token: Token
    handle: bytes


async def by_code(parts: IdentityService, code: str) -> SignedInAs:
    """Return who a code of WeChat signs in, with an account made at the first time.

    Raises the errors of this noun.
    """
    wechat, _ = _offered(parts)
    try:
        openid = await wechat.openid(code)
    except CodeRefused:
        raise errors.CodeNotAccepted(field="body.code") from None
    except WeChatBlocked:
        raise errors.SignInBlocked from None
    except TooOften:
        raise errors.SignInTooOften(headers={"Retry-After": "60"}) from None
    except WeChatBusy:
        raise errors.ProviderUnavailable from None
    # Only this goes further: the openid is kept nowhere, and the issuer never sees it.
    handle = parts.keyring.blind_index("wechat-openid", f"{wechat.app_id}\n{openid}")
    try:
        return await by_handle(parts, handle)
    except AccountBlocked:
        raise errors.SignInBlocked from None
    except NoAccount:
        pass
    try:
        await parts.accounts.directory.add_talent(handle.hex())
        return await by_handle(parts, handle)
    except AccountBlocked:
        raise errors.SignInBlocked from None
    except (DirectoryUnavailable, NoAccount):
        raise errors.ProviderUnavailable from None


async def by_handle(parts: IdentityService, handle: bytes) -> SignedInAs:
    """Return who a handle signs in; raises NoAccount, AccountBlocked, ProviderUnavailable."""
    _, grant = _offered(parts)
    try:
        token = await grant.token(handle.hex())
        who = await principal_of(token.value, parts.tokens)
    except (IssuerUnavailable, Unauthenticated):
        # A token of its own that does not verify is no fault of the caller's.
        raise errors.ProviderUnavailable from None
    return SignedInAs(who.subject, token, handle)


def _offered(parts: IdentityService) -> tuple[WeChat, AssertionGrant]:
    wechat, grant = parts.accounts.wechat, parts.accounts.grant
    if wechat is None or grant is None:
        raise errors.ProviderNotOffered(field="body.provider")
    return wechat, grant
