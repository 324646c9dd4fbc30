"""Applications for branches are found by their workstation, which does not close meanwhile."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_station_application_parent_id ON station_application (parent_id) "
        "WHERE parent_id IS NOT NULL"
    )
