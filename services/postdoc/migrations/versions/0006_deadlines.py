"""Deadlines of a unit, and secret addresses of calendars."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE INDEX ix_deadline_unit_id_due_on ON deadline (unit_id, due_on, id) WHERE met_on IS NULL;

CREATE TABLE deadline_feed (
    id UUID NOT NULL,
    talent_id UUID,
    station_id UUID,
    digest BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_deadline_feed PRIMARY KEY (id),
    CONSTRAINT ck_deadline_feed_owner CHECK ((talent_id IS NULL) <> (station_id IS NULL)),
    CONSTRAINT fk_deadline_feed_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE UNIQUE INDEX uq_deadline_feed_digest ON deadline_feed (digest);

CREATE UNIQUE INDEX uq_deadline_feed_station_id ON deadline_feed (station_id);

CREATE UNIQUE INDEX uq_deadline_feed_talent_id ON deadline_feed (talent_id);

"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
