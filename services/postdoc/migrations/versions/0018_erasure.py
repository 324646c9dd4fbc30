"""Who was erased stands in no panel and no review any more."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in kit_statements("reviews-0002"):
        op.execute(statement)
    op.execute("ALTER TABLE panel_member ALTER COLUMN name_sealed DROP NOT NULL")
