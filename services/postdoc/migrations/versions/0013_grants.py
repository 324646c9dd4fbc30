"""Calls for grants, and what is proposed under them."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE grant_call (
    id UUID NOT NULL,
    region VARCHAR NOT NULL,
    programme VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    places INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_grant_call PRIMARY KEY (id),
    CONSTRAINT ck_grant_call_places CHECK (taken BETWEEN 0 AND places),
    CONSTRAINT ck_grant_call_window CHECK (closes_on >= opens_on)
);

CREATE UNIQUE INDEX uq_grant_call_programme ON grant_call (region, programme, year);

CREATE TABLE postdoc_grant (
    id UUID NOT NULL,
    call_id UUID NOT NULL,
    programme VARCHAR NOT NULL,
    fellow_id UUID NOT NULL,
    station_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    talent_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    placed BOOLEAN NOT NULL,
    review_id UUID,
    awarded_on DATE,
    ended_on DATE,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_postdoc_grant PRIMARY KEY (id),
    CONSTRAINT fk_postdoc_grant_call_id FOREIGN KEY(call_id) REFERENCES grant_call (id),
    CONSTRAINT fk_postdoc_grant_fellow_id FOREIGN KEY(fellow_id) REFERENCES fellow (id),
    CONSTRAINT fk_postdoc_grant_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_postdoc_grant_call_id_id ON postdoc_grant (call_id, id);

CREATE INDEX ix_postdoc_grant_fellow_id ON postdoc_grant (fellow_id);

CREATE INDEX ix_postdoc_grant_region_id ON postdoc_grant (region, id);

CREATE INDEX ix_postdoc_grant_talent_id_id ON postdoc_grant (talent_id, id);

CREATE INDEX ix_postdoc_grant_unit_id_id ON postdoc_grant (unit_id, id);

CREATE UNIQUE INDEX uq_postdoc_grant_live ON postdoc_grant (talent_id, programme) WHERE status IN ('draft', 'submitted', 'awarded');

"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
