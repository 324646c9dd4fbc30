"""Reviews in several steps, as the kit has them."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in kit_statements("reviews-0001"):
        op.execute(statement)
