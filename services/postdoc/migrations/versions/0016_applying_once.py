"""A doctor has one application for a station at a time."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE UNIQUE INDEX uq_fellow_applying ON fellow (talent_id, station_id) "
        "WHERE status IN ('applied', 'panel', 'notice', 'admitted')"
    )
