"""Notices that stations are to be revoked."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE revocation (
    id UUID NOT NULL,
    station_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    noticed_on DATE NOT NULL,
    days INTEGER NOT NULL,
    statement_sealed BYTEA,
    stated_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_revocation PRIMARY KEY (id),
    CONSTRAINT fk_revocation_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_revocation_station_id_id ON revocation (station_id, id);

CREATE UNIQUE INDEX uq_revocation_open_station_id ON revocation (station_id) WHERE status = 'open';

"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
