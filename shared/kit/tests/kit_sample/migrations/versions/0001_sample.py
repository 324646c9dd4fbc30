"""The sample's first schema."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0001"
down_revision = None


def upgrade():
    for statement in kit_statements("0001"):
        op.execute(statement)
    op.execute(
        """CREATE TABLE note (
            id UUID NOT NULL CONSTRAINT pk_note PRIMARY KEY,
            owner VARCHAR NOT NULL,
            text BYTEA NOT NULL,
            version INTEGER NOT NULL
        )"""
    )
    op.execute(
        """CREATE TABLE effect (
            subject UUID NOT NULL,
            serial INTEGER NOT NULL,
            applied INTEGER NOT NULL,
            CONSTRAINT pk_effect PRIMARY KEY (subject, serial)
        )"""
    )
