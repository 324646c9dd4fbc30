"""Matters and counters."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    text = Path(__file__).with_name("0003_matters.sql").read_text("utf-8")
    for statement in text.split("\n\n"):
        if statement.strip():
            op.execute(statement)
