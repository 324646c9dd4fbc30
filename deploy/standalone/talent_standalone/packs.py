"""The policy packs that come with the platform, published when they are new or have changed."""

import contextlib
from pathlib import Path

import talent_policy.main
from talent_policy.library.errors import AlreadyPublished
from talent_policy.library.service import publish_as
from talent_policy.main import PolicyService
from talent_policy.packs.files import PackFolder

FOLDER = Path(talent_policy.main.MIGRATIONS).parent / "packs"
PUBLISHER = "standalone"
"""Who the audit log says has published."""


async def publish_packs(policy: PolicyService) -> None:
    """Publish each folder's pack, unless this very content was published before.

    Raises PackInvalid or PackRefused for a pack that does not pass its checks.
    """
    for file in sorted(FOLDER.glob("*/pack.yaml")):
        content = PackFolder(file.parent).content()
        with contextlib.suppress(AlreadyPublished):
            async with policy.database.transaction() as session:
                await publish_as(session, policy.packs, policy.clock, PUBLISHER, content)
