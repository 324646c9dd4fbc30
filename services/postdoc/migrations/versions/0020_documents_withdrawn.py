"""Documents may be withdrawn before anything is decided upon them."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE document ADD COLUMN withdrawn_at TIMESTAMP WITH TIME ZONE")
