"""On whose word people and employments are on file, and a person's erased selves through chains."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = [
    "ALTER TABLE employment ADD COLUMN filed_by VARCHAR",
    "ALTER TABLE employment ADD COLUMN declared_by VARCHAR NOT NULL DEFAULT 'talent'",
    # Employments that lists filed before: who filed them stands in the audit log.
    """
    UPDATE employment SET filed_by = audit.actor FROM audit
        WHERE audit.action = 'employment.filed' AND audit.subject = 'employment:' || employment.id
    """,
    "ALTER TABLE talent ADD COLUMN agents_word BOOLEAN NOT NULL DEFAULT false",
    "CREATE INDEX ix_erased_talent_id ON erased (talent_id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
