"""Warnings of stations."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE station_warning (
    id UUID NOT NULL,
    station_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    cause VARCHAR NOT NULL,
    evaluation_id UUID,
    status VARCHAR NOT NULL,
    warned_on DATE NOT NULL,
    mend_until DATE NOT NULL,
    suspended_on DATE,
    proposed_on DATE,
    ended_on DATE,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_station_warning PRIMARY KEY (id),
    CONSTRAINT ck_station_warning_ended CHECK ((status IN ('mended', 'closed')) = (ended_on IS NOT NULL)),
    CONSTRAINT fk_station_warning_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_station_warning_due ON station_warning (mend_until) WHERE status IN ('open', 'suspended');

CREATE INDEX ix_station_warning_region_id ON station_warning (region, id);

CREATE INDEX ix_station_warning_station_id ON station_warning (station_id);

CREATE INDEX ix_station_warning_unit_id_id ON station_warning (unit_id, id);

CREATE UNIQUE INDEX uq_station_warning_station_id_cause ON station_warning (station_id, cause) WHERE ended_on IS NULL;
"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
