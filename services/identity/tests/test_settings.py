"""What the settings want together."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from talent_identity.settings import IdentitySettings

BASE = {
    "database_url": "postgresql+asyncpg://nowhere/identity",
    "bus_url": "postgresql+asyncpg://nowhere/bus",
    "keys_file": Path("keys.json"),
    "code_keys_file": Path("code-keys.json"),
    "blobs_url": "file:///nowhere",
    "issuer": "https://issuer.test",
    "jwks_url": "file:///nowhere",
}
WECHAT = {
    "wechat_url": "https://wechat.test",
    "wechat_app_id": "wx1",
    "wechat_secret": "a secret",
    "token_url": "https://issuer.test/token",
    "session_keys_file": Path("session-keys.json"),
}


def test_signing_in_by_wechat_is_set_up_whole_or_not_at_all():
    assert not IdentitySettings(**BASE).wechat_url
    assert IdentitySettings(**BASE | WECHAT).wechat_url


@pytest.mark.parametrize("missing", sorted(WECHAT.keys() - {"wechat_url"}))
def test_a_part_that_misses_is_told_before_the_start(missing):
    given = {name: value for name, value in WECHAT.items() if name != missing}
    with pytest.raises(ValidationError):
        IdentitySettings(**BASE | given)
