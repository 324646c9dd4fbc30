"""Jobs, blobs and imports of facts."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for statement in kit_statements("0002"):
        op.execute(statement)
