"""Talents without a login; erasures, and corrections that talents ask for."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = [
    "ALTER TABLE person ALTER COLUMN login DROP NOT NULL",
    "ALTER TABLE person ADD COLUMN formerly UUID[] NOT NULL DEFAULT '{}'",
    """
    CREATE TABLE erasure (
        talent_id UUID NOT NULL,
        formerly UUID[] NOT NULL,
        erased_at TIMESTAMP WITH TIME ZONE NOT NULL,
        settled_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_erasure PRIMARY KEY (talent_id)
    )
    """,
    """
    CREATE TABLE correction (
        id UUID NOT NULL,
        talent_id UUID NOT NULL,
        region VARCHAR NOT NULL,
        subject_kind VARCHAR NOT NULL,
        subject_id UUID NOT NULL,
        fact VARCHAR NOT NULL,
        objection VARCHAR NOT NULL,
        words_sealed BYTEA,
        status VARCHAR NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        closed_at TIMESTAMP WITH TIME ZONE,
        closed_by VARCHAR,
        version INTEGER NOT NULL,
        CONSTRAINT pk_correction PRIMARY KEY (id)
    )
    """,
    """
    CREATE UNIQUE INDEX uq_correction_open ON correction (talent_id, subject_id, fact)
    WHERE status = 'open'
    """,
    "CREATE INDEX ix_correction_talent_id_id ON correction (talent_id, id)",
    "CREATE INDEX ix_correction_region_id ON correction (region, id)",
    "CREATE INDEX ix_correction_region_status_id ON correction (region, status, id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
