"""What organisers ask and whom they admit: audiences, questions, approval, holds, limits."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE ticket ADD COLUMN invited BOOLEAN NOT NULL DEFAULT false",
    "ALTER TABLE ticket ALTER COLUMN invited DROP DEFAULT",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
