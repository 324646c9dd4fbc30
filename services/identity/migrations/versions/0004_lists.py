"""What the list of an employer's employments of one status is read by."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_employment_employer_id_status_id ON employment (employer_id, status, id)"
    )
