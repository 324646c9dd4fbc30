"""Tickets for degrees and talent classes, and what is verified of talents."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    ALTER TABLE ticket
    ADD COLUMN degrees VARCHAR[] NOT NULL DEFAULT '{}',
    ADD COLUMN talent_classes VARCHAR[] NOT NULL DEFAULT '{}'
    """,
    """
    CREATE TABLE standing (
        talent_id UUID NOT NULL,
        degree VARCHAR,
        talent_classes VARCHAR[] NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_standing PRIMARY KEY (talent_id)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
