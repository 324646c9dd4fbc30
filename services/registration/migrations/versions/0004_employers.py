"""Employers at activities: booths, groups, and where an activity is held by whom."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE activity ADD COLUMN host VARCHAR NOT NULL DEFAULT 'other'",
    "ALTER TABLE meeting ADD COLUMN region VARCHAR",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
