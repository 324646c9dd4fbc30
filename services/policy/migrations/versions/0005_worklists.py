"""Numbers, work lists and figures of applications."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = Path(__file__).with_name("0005_worklists.sql").read_text("utf-8")
    for statement in text.split("\n\n"):
        if statement.strip():
            op.execute(statement)
