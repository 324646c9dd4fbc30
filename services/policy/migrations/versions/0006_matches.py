"""Kept matches and offers; triggers that mark whose facts have changed."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    text = Path(__file__).with_name("0006_matches.sql").read_text("utf-8")
    for statement in text.split("\n\n"):
        if statement.strip():
            op.execute(statement)
