"""Orders in bulk, and a statement that shows accounts and what came in."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "ALTER TABLE transfer ADD COLUMN account_mask VARCHAR NOT NULL DEFAULT '****', "
    "ADD COLUMN booked_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE transfer ALTER COLUMN account_mask DROP DEFAULT",
    "UPDATE transfer SET booked_at = taken_at WHERE status = 'booked'",
    "ALTER TABLE booking ALTER COLUMN order_id DROP NOT NULL, "
    "ADD COLUMN direction VARCHAR NOT NULL DEFAULT 'out', "
    "ADD COLUMN reference VARCHAR, ADD COLUMN account_mask VARCHAR",
    "ALTER TABLE booking ALTER COLUMN direction DROP DEFAULT",
    "CREATE INDEX ix_booking_booked_at ON booking (booked_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
