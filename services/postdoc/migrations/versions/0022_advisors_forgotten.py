"""Decided applications for stations forget whom they name as advisors in time."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE station_application ALTER COLUMN advisors_sealed DROP NOT NULL")
    op.execute(
        """
        INSERT INTO timer (id, kind, key, due)
        SELECT gen_random_uuid(), 'application-kept', id::text, changed_at + interval '180 days'
        FROM station_application
        WHERE status IN ('established', 'refused', 'withdrawn', 'lapsed')
        ON CONFLICT DO NOTHING
        """
    )
