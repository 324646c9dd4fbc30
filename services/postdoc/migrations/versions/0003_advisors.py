"""Advisors of stations."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE advisor (
    id UUID NOT NULL,
    station_id UUID NOT NULL,
    name_sealed BYTEA NOT NULL,
    title VARCHAR NOT NULL,
    disciplines VARCHAR[] NOT NULL,
    full_time BOOLEAN NOT NULL,
    most INTEGER,
    from_on DATE NOT NULL,
    until_on DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_advisor PRIMARY KEY (id),
    CONSTRAINT ck_advisor_until CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT fk_advisor_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_advisor_station_id_id ON advisor (station_id, id);

"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
