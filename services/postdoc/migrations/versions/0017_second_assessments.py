"""An exit may be assessed a second time."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE fellow ADD COLUMN exit_attempt INTEGER DEFAULT 1 NOT NULL")
    op.execute("ALTER TABLE panel ADD COLUMN attempt INTEGER DEFAULT 1 NOT NULL")
    op.execute("DROP INDEX uq_panel_purpose_subject_id")
    op.execute(
        "CREATE UNIQUE INDEX uq_panel_purpose_subject_id_attempt"
        " ON panel (purpose, subject_id, attempt) WHERE status <> 'dissolved'"
    )
