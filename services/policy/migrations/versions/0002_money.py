"""Payees, budgets, claims, the ledger, payments, bank orders, applications and decisions."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = Path(__file__).with_name("0002_money.sql").read_text("utf-8")
    for statement in text.split("\n\n"):
        if statement.strip():
            op.execute(statement)
