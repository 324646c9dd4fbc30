"""What talents have achieved, as other services tell of it."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = [
    """
    CREATE TABLE registry_entry (
        id UUID NOT NULL,
        talent_id UUID NOT NULL,
        kind VARCHAR NOT NULL,
        reached_on DATE NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_registry_entry PRIMARY KEY (id),
        CONSTRAINT fk_registry_entry_talent_id FOREIGN KEY(talent_id) REFERENCES talent (id)
    )
    """,
    "CREATE INDEX ix_registry_entry_talent_id ON registry_entry (talent_id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
