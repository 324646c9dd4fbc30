"""Making what the settings name; nothing connects before it is used."""

from dataclasses import dataclass

from ..session_keys import SessionKeys, load_session_keys
from ..settings import IdentitySettings
from .directory import Directory, NoDirectory
from .keycloak import KeycloakDirectory
from .tokens import AssertionGrant
from .wechat import HttpWeChat, WeChat


@dataclass(frozen=True)
class Accounts:
    """The parts of signing in; without `wechat` and `grant` nobody can sign in here."""

    keys: SessionKeys
    wechat: WeChat | None
    grant: AssertionGrant | None
    directory: Directory

    async def close(self) -> None:
        for part in (self.wechat, self.grant, self.directory):
            if part is not None:
                await part.close()


def open_accounts(settings: IdentitySettings) -> Accounts:
    """Return the parts; raises SessionKeysError."""
    keys = load_session_keys(settings.session_keys_file) if settings.session_keys_file else None
    wechat = grant = None
    if settings.wechat_url:
        wechat = HttpWeChat(
            settings.wechat_url,
            app_id=settings.wechat_app_id,
            secret=settings.wechat_secret.get_secret_value(),
            timeout=settings.call_timeout,
        )
    if settings.token_url and keys is not None:
        grant = AssertionGrant(
            settings.token_url,
            keys=keys,
            issuer=settings.assertion_issuer,
            audience=settings.issuer,
            client_id=settings.grant_client_id,
            client_secret=settings.grant_client_secret.get_secret_value(),
            timeout=settings.call_timeout,
        )
    return Accounts(keys or SessionKeys(), wechat, grant, _directory(settings))


def _directory(settings: IdentitySettings) -> Directory:
    if not settings.directory_url:
        return NoDirectory()
    return KeycloakDirectory(
        settings.directory_url,
        realm=settings.directory_realm,
        client_id=settings.directory_client_id,
        client_secret=settings.directory_client_secret.get_secret_value(),
        timeout=round(settings.call_timeout),
    )
