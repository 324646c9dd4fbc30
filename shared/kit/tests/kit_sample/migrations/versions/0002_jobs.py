"""The kit's second version: files and jobs."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0002"
down_revision = "0001"


def upgrade():
    for statement in kit_statements("0002"):
        op.execute(statement)
