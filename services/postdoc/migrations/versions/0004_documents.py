"""Documents: files that belong to something."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE document (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    talent_id UUID,
    region VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    checksum BYTEA NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_document PRIMARY KEY (id)
);

CREATE INDEX ix_document_subject_id_id ON document (subject_id, id);

CREATE INDEX ix_document_talent_id ON document (talent_id)
"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
