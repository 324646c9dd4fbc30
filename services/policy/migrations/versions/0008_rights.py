"""Erasure of a talent."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass
