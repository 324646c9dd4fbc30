"""Staff: who is appointed to which roles in which region, and when."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = [
    """
    CREATE TABLE appointment (
        id UUID NOT NULL,
        username VARCHAR NOT NULL,
        region VARCHAR NOT NULL,
        roles VARCHAR[] NOT NULL,
        valid_from DATE NOT NULL,
        valid_until DATE,
        appointed_by VARCHAR NOT NULL,
        appointed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        login VARCHAR,
        applied_version INTEGER NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_appointment PRIMARY KEY (id),
        CONSTRAINT ck_appointment_term CHECK (valid_until >= valid_from)
    )
    """,
    "CREATE UNIQUE INDEX uq_appointment_standing ON appointment (username) WHERE ended_at IS NULL",
    "CREATE INDEX ix_appointment_login ON appointment (login)",
    "CREATE INDEX ix_appointment_region_id ON appointment (region, id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
