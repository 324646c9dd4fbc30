from datetime import UTC, datetime

import pytest
from talent_code import CodeClaims, Form, KeySet, SigningKey


@pytest.fixture(scope="session")
def issued() -> datetime:
    return datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return SigningKey.from_seed(
        bytes(range(32)),
        "350700",
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )


@pytest.fixture(scope="session")
def keys(key: SigningKey) -> KeySet:
    return KeySet([key.verifying_key])


@pytest.fixture(scope="session")
def claims(issued: datetime) -> CodeClaims:
    return CodeClaims(
        issuer="350700",
        number="SY44HC6HYHQ7DBA1R",
        serial=1,
        form=Form.STATIC,
        issued_at=issued,
        expires_at=datetime(2027, 11, 19, 16, 0, tzinfo=UTC),
    )
