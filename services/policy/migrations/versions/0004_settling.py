"""Batches, orders sent in bulk, statements and their differences, recoveries, kept balances."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = Path(__file__).with_name("0004_settling.sql").read_text("utf-8")
    for statement in text.split("\n\n"):
        if statement.strip():
            op.execute(statement)
