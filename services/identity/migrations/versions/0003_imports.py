"""Jobs, blobs and filing lists."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in kit_statements("0002"):
        op.execute(statement)
