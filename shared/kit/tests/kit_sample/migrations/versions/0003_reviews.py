"""A part of the kit that not every service uses: reviews."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0003"
down_revision = "0002"


def upgrade():
    for statement in kit_statements("reviews-0001"):
        op.execute(statement)
