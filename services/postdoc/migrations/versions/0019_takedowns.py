"""An office takes positions down, and says why."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute('ALTER TABLE "position" ADD COLUMN taken_down_for VARCHAR')
