"""Who ever was an agent stays known, so that nobody leaves the list to decide in an own matter."""

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = [
    "ALTER TABLE organisation ADD COLUMN former_agents TEXT[] NOT NULL DEFAULT '{}'",
    "UPDATE organisation SET former_agents = agents",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
