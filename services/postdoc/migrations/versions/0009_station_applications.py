"""Applications for stations, joint recruitment."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE station_application (
    id UUID NOT NULL,
    unit_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    unit_zh VARCHAR NOT NULL,
    unit_en VARCHAR NOT NULL,
    disciplines VARCHAR[] NOT NULL,
    parent_id UUID,
    declared JSONB NOT NULL,
    advisors_sealed BYTEA NOT NULL,
    status VARCHAR NOT NULL,
    conditions JSONB,
    judged_on DATE,
    station_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_station_application PRIMARY KEY (id),
    CONSTRAINT ck_station_application_established CHECK ((status = 'established') = (station_id IS NOT NULL)),
    CONSTRAINT fk_station_application_parent_id FOREIGN KEY(parent_id) REFERENCES station (id),
    CONSTRAINT fk_station_application_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_station_application_region_id ON station_application (region, id);

CREATE INDEX ix_station_application_unit_id_id ON station_application (unit_id, id);

CREATE TABLE station_link (
    id UUID NOT NULL,
    station_id UUID NOT NULL,
    mobile_id UUID NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    station_confirmed_at TIMESTAMP WITH TIME ZONE,
    mobile_confirmed_at TIMESTAMP WITH TIME ZONE,
    live BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_station_link PRIMARY KEY (id),
    CONSTRAINT ck_station_link_until CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT fk_station_link_station_id FOREIGN KEY(station_id) REFERENCES station (id),
    CONSTRAINT fk_station_link_mobile_id FOREIGN KEY(mobile_id) REFERENCES station (id)
);

CREATE INDEX ix_station_link_mobile_id_id ON station_link (mobile_id, id);

CREATE INDEX ix_station_link_station_id_id ON station_link (station_id, id);

CREATE UNIQUE INDEX uq_station_link_live ON station_link (station_id, mobile_id) WHERE live;

"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
