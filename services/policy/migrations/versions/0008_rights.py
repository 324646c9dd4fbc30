"""Talents without a login, and what a talent's rights need."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = [
    "ALTER TABLE person ALTER COLUMN login DROP NOT NULL",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
