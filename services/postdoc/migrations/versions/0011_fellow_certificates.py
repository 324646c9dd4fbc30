"""Certificates of the exit."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE fellow_certificate (
    id UUID NOT NULL,
    number VARCHAR NOT NULL,
    talent_id UUID NOT NULL,
    station_id UUID NOT NULL,
    station_zh VARCHAR NOT NULL,
    station_en VARCHAR NOT NULL,
    unit_zh VARCHAR NOT NULL,
    unit_en VARCHAR NOT NULL,
    discipline VARCHAR NOT NULL,
    entered_on DATE NOT NULL,
    exited_on DATE NOT NULL,
    revoked BOOLEAN NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_fellow_certificate PRIMARY KEY (id),
    CONSTRAINT fk_fellow_certificate_id FOREIGN KEY(id) REFERENCES fellow (id),
    CONSTRAINT fk_fellow_certificate_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_fellow_certificate_talent_id ON fellow_certificate (talent_id);

CREATE UNIQUE INDEX uq_fellow_certificate_number ON fellow_certificate (number)
"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
