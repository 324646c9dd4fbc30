"""The identity service on a durable database, without a socket, for what is measured of it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from talent_identity.code_keys import create_code_keys
from talent_identity.main import MIGRATIONS, create_app, create_service
from talent_identity.settings import IdentitySettings
from talent_identity.worker import create_worker
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.testing.services import ServiceFactory


@contextmanager
def identity() -> Iterator[ServiceFactory]:
    """Yield what runs the service, each time on a database of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = folder / "code-keys.json"
        create_code_keys(keys, issuer="350700", at=datetime.now(UTC))
        with durable_postgres(folder / "postgres") as postgres:
            yield ServiceFactory(
                name="identity",
                migrations=MIGRATIONS,
                settings=IdentitySettings,
                create_service=create_service,  # type: ignore[arg-type]
                create_app=create_app,  # type: ignore[arg-type]
                create_worker=create_worker,  # type: ignore[arg-type]
                databases=Databases(postgres),
                folder=folder,
                extra_settings={"code_keys_file": keys},
            )
