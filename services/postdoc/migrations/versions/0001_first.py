"""The first schema: talents, employers, figures, stations, fellows, deadlines."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE deadline (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    station_id UUID,
    unit_id UUID,
    talent_id UUID,
    region VARCHAR NOT NULL,
    remind_on DATE NOT NULL,
    due_on DATE NOT NULL,
    met_on DATE,
    reminded_at TIMESTAMP WITH TIME ZONE,
    escalated_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_deadline PRIMARY KEY (id)
);

CREATE INDEX ix_deadline_region_due_on ON deadline (region, due_on, id) WHERE met_on IS NULL;

CREATE INDEX ix_deadline_station_id_due_on ON deadline (station_id, due_on);

CREATE INDEX ix_deadline_talent_id_due_on ON deadline (talent_id, due_on);

CREATE INDEX ix_deadline_to_escalate ON deadline (due_on, id) WHERE met_on IS NULL AND escalated_at IS NULL;

CREATE INDEX ix_deadline_to_remind ON deadline (remind_on, id) WHERE met_on IS NULL AND reminded_at IS NULL;

CREATE UNIQUE INDEX uq_deadline_subject_id_kind ON deadline (subject_id, kind);

CREATE TABLE organisation (
    employer_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    agents VARCHAR[] NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_organisation PRIMARY KEY (employer_id)
);

CREATE INDEX ix_organisation_agents ON organisation USING gin (agents);

CREATE TABLE person (
    talent_id UUID NOT NULL,
    login VARCHAR,
    region VARCHAR NOT NULL,
    birth_date DATE NOT NULL,
    "foreign" BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (talent_id)
);

CREATE INDEX ix_person_login ON person (login);

CREATE TABLE station (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    model BOOLEAN NOT NULL,
    status VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    unit_id UUID NOT NULL,
    unit_zh VARCHAR NOT NULL,
    unit_en VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    parent_id UUID,
    successor_id UUID,
    disciplines VARCHAR[] NOT NULL,
    approval VARCHAR NOT NULL,
    approved_on DATE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_station PRIMARY KEY (id),
    CONSTRAINT ck_station_parent CHECK ((kind = 'branch') = (parent_id IS NOT NULL)),
    CONSTRAINT ck_station_successor CHECK ((status = 'merged') = (successor_id IS NOT NULL)),
    CONSTRAINT fk_station_parent_id FOREIGN KEY(parent_id) REFERENCES station (id),
    CONSTRAINT fk_station_successor_id FOREIGN KEY(successor_id) REFERENCES station (id)
);

CREATE INDEX ix_station_open_id ON station (id) WHERE status NOT IN ('merged', 'revoked');

CREATE INDEX ix_station_parent_id ON station (parent_id);

CREATE INDEX ix_station_region_id ON station (region, id);

CREATE INDEX ix_station_unit_id_id ON station (unit_id, id);

CREATE TABLE term_value (
    id UUID NOT NULL,
    region VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    value INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    set_by VARCHAR NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_term_value PRIMARY KEY (id)
);

CREATE INDEX ix_term_value_region_name ON term_value (region, name);

CREATE TABLE fellow (
    id UUID NOT NULL,
    talent_id UUID NOT NULL,
    station_id UUID NOT NULL,
    joint_station_id UUID,
    unit_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    position_id UUID,
    advisor_id UUID,
    discipline VARCHAR NOT NULL,
    arrangement VARCHAR NOT NULL,
    entry VARCHAR NOT NULL,
    "foreign" BOOLEAN NOT NULL,
    doctorate VARCHAR NOT NULL,
    doctorate_on DATE,
    status VARCHAR NOT NULL,
    live BOOLEAN NOT NULL,
    entered_on DATE,
    term_until DATE,
    ended_on DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_fellow PRIMARY KEY (id),
    CONSTRAINT ck_fellow_ended CHECK (ended_on IS NULL OR entered_on IS NOT NULL),
    CONSTRAINT fk_fellow_station_id FOREIGN KEY(station_id) REFERENCES station (id),
    CONSTRAINT fk_fellow_joint_station_id FOREIGN KEY(joint_station_id) REFERENCES station (id)
);

CREATE INDEX ix_fellow_advisor_id ON fellow (advisor_id) WHERE live;

CREATE INDEX ix_fellow_region_id ON fellow (region, id);

CREATE INDEX ix_fellow_station_id_id ON fellow (station_id, id);

CREATE INDEX ix_fellow_talent_id_id ON fellow (talent_id, id);

CREATE UNIQUE INDEX uq_fellow_live ON fellow (talent_id) WHERE live;

CREATE TABLE station_entry (
    id UUID NOT NULL,
    station_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    effective_on DATE NOT NULL,
    detail JSONB NOT NULL,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_station_entry PRIMARY KEY (id),
    CONSTRAINT fk_station_entry_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_station_entry_station_id_id ON station_entry (station_id, id);

CREATE TABLE fellow_entry (
    id UUID NOT NULL,
    fellow_id UUID NOT NULL,
    number INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    effective_on DATE NOT NULL,
    detail JSONB NOT NULL,
    corrects UUID,
    recorded_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fellow_entry PRIMARY KEY (id),
    CONSTRAINT fk_fellow_entry_fellow_id FOREIGN KEY(fellow_id) REFERENCES fellow (id),
    CONSTRAINT fk_fellow_entry_corrects FOREIGN KEY(corrects) REFERENCES fellow_entry (id)
);

CREATE UNIQUE INDEX ix_fellow_entry_fellow_id_number ON fellow_entry (fellow_id, number);

CREATE UNIQUE INDEX uq_fellow_entry_corrects ON fellow_entry (corrects) WHERE corrects IS NOT NULL;

"""


def upgrade() -> None:
    kit = (*kit_statements("0001"), *kit_statements("0002"))
    for statement in (*kit, *TABLES.strip().split(";\n\n")):
        op.execute(statement)
