"""Talents on file without a login; erasure."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = [
    "ALTER TABLE talent ALTER COLUMN login DROP NOT NULL",
    "ALTER TABLE talent ADD COLUMN formerly UUID[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE talent ADD COLUMN erased_at TIMESTAMP WITH TIME ZONE",
    """
    CREATE TABLE erased (
        marker BYTEA NOT NULL,
        talent_id UUID NOT NULL,
        CONSTRAINT pk_erased PRIMARY KEY (marker, talent_id)
    )
    """,
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
