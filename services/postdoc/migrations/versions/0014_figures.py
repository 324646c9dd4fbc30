"""Figures kept by events."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE counted (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    inside BOOLEAN NOT NULL,
    CONSTRAINT pk_counted PRIMARY KEY (id)
);

CREATE TABLE figure (
    region VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    items INTEGER NOT NULL,
    CONSTRAINT pk_figure PRIMARY KEY (region, year, kind, what, state)
);
"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
