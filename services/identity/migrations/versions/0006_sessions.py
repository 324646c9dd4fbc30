"""Sessions of talents who sign in from a mini-program."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS = [
    """
    CREATE TABLE login_session (
        id UUID NOT NULL,
        login VARCHAR NOT NULL,
        provider VARCHAR NOT NULL,
        handle BYTEA NOT NULL,
        family BYTEA NOT NULL,
        secret BYTEA NOT NULL,
        previous BYTEA,
        opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_login_session PRIMARY KEY (id),
        CONSTRAINT uq_login_session_family UNIQUE (family)
    )
    """,
    "CREATE INDEX ix_login_session_login_id ON login_session (login, id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
