"""`python -m talent_stack.compose FOLDER`: the files from which docker-compose.yml has its secrets.

Run again it makes what is missing and keeps every secret.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from talent_identity.code_keys import create_code_keys
from talent_identity.session_keys import create_session_keys
from talent_keycloak.desired import authority_clients, confidential, load
from talent_keycloak.settings import KeycloakSettings
from talent_kit.clock import SystemClock
from talent_kit.keyring import create_keyring
from talent_kit.private_files import kept_secret, write_private

from .kafka import format_arguments, server_properties
from .services import (
    BUS_USERS,
    CODE_ISSUER,
    CODE_KEY_DAYS,
    DATABASES,
    POLICY_CLIENT,
    POSTDOC_CLIENT,
)

_POSTGRES = "postgres:5432"
_KAFKA = ("kafka", 9092, 9093)
_KAFKA_DATA = Path("/var/lib/kafka/data/broker")
_FILES = Path("/run/secrets")
"""Where containers see the files."""


def make(folder: Path) -> None:
    """Make every file; the folder is closed to others, the files are open to any container's user.

    Raises OSError.
    """
    kept, clients = folder / "kept", folder / "clients"
    for path, mode in ((folder, 0o700), (kept, 0o700), (clients, 0o755)):
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        path.chmod(mode)

    def secret(name: str) -> str:
        return kept_secret(kept / name)

    realm = load(KeycloakSettings(url="", secrets_dir=clients, session_keys_url=""))
    for client in confidential(realm):
        kept_secret(clients / client)
        (clients / client).chmod(0o644)
    files = {
        "postgres_password": secret("postgres"),
        "postgres_roles": json.dumps({role: secret(f"postgres-{role}") for role in DATABASES}),
        "kafka_password": secret("kafka"),
        "kafka_users": json.dumps({user: secret(f"kafka-{user}") for user in BUS_USERS}),
        "kafka_properties": server_properties(*_KAFKA, _KAFKA_DATA, secret("kafka")),
        "kafka_format": format_arguments((), _FILES / "kafka_properties", secret("kafka")),
        "keycloak_admin_password": secret("keycloak"),
        "keycloak_database_password": secret("postgres-keycloak"),
        "bank_client_secret": secret("bank"),
        "bank_payments_secret": secret("payments"),
        "wechat_app_secret": secret("wechat"),
        "identity_grant_client_secret": kept_secret(clients / "talent-miniprogram"),
        "identity_wechat_secret": secret("wechat"),
        "identity_directory_client_secret": kept_secret(clients / "identity-service"),
        "policy_bank_secret": secret("bank"),
        "policy_client_secret": kept_secret(clients / POLICY_CLIENT),
        "registration_payments_secret": secret("payments"),
        "postdoc_client_secret": kept_secret(clients / POSTDOC_CLIENT),
        # No secret, but it comes from the realm's data, as these come from there.
        "policy_authority_clients": json.dumps(authority_clients()),
    }
    for name in ("bank", *BUS_USERS):
        password = secret(f"postgres-{name}")
        files[f"{name}_database_url"] = f"postgresql+asyncpg://{name}:{password}@{_POSTGRES}/{name}"
    for name in BUS_USERS:
        host, port, _ = _KAFKA
        files[f"{name}_bus_url"] = (
            f"kafka://{name}:{secret(f'kafka-{name}')}@{host}:{port}?security=SASL_PLAINTEXT"
        )
    for name, text in files.items():
        write_private(folder / name, text)
    for name in BUS_USERS:
        create_keyring(folder / f"{name}_keys")
    now = SystemClock().now()
    create_code_keys(folder / "identity_code_keys", issuer=CODE_ISSUER, at=now, days=CODE_KEY_DAYS)
    create_session_keys(folder / "identity_session_keys", at=now)
    for path in folder.iterdir():
        if path.is_file():
            path.chmod(0o644)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the files; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m talent_stack.compose", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder: Path = parser.parse_args(arguments).folder
    try:
        make(folder)
    except OSError as error:
        print(f"the secrets cannot be made: {error}", file=sys.stderr)
        return 1
    print(f"every secret stands in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
