"""Reviews forget who was erased."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0004"
down_revision = "0003"


def upgrade():
    for statement in kit_statements("reviews-0002"):
        op.execute(statement)
