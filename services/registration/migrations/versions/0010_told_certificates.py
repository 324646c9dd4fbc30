"""Which certificates were told of; those that are here already are told of by `republish`."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE certificate ADD COLUMN told INTEGER NOT NULL DEFAULT 0",
    "UPDATE certificate SET told = version",
    "CREATE INDEX ix_certificate_untold ON certificate (activity_id) WHERE told < version",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
