"""The first schema: talents, activities with their parts, registrations."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE activity (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    organiser VARCHAR NOT NULL,
    title_zh VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    about_zh VARCHAR NOT NULL,
    about_en VARCHAR NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    begins_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cancel_until TIMESTAMP WITH TIME ZONE NOT NULL,
    regions VARCHAR[] NOT NULL,
    waiting_list BOOLEAN NOT NULL,
    offer_minutes INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_activity PRIMARY KEY (id),
    CONSTRAINT ck_activity_window CHECK (closes_at > opens_at),
    CONSTRAINT ck_activity_offer CHECK (offer_minutes > 0)
);

CREATE INDEX ix_activity_organiser_id ON activity (organiser, id);

CREATE INDEX ix_activity_published_id ON activity (id) WHERE status = 'published';

CREATE INDEX ix_activity_published_region_id ON activity (region, id) WHERE status = 'published';

CREATE INDEX ix_activity_region_id ON activity (region, id);

CREATE TABLE person (
    talent_id UUID NOT NULL,
    login VARCHAR,
    region VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (talent_id)
);

CREATE INDEX ix_person_login ON person (login);

CREATE TABLE meeting (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    place_zh VARCHAR NOT NULL,
    place_en VARCHAR NOT NULL,
    CONSTRAINT pk_meeting PRIMARY KEY (id),
    CONSTRAINT ck_meeting_term CHECK (ends_at > starts_at),
    CONSTRAINT fk_meeting_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
);

CREATE INDEX ix_meeting_activity_id_starts_at ON meeting (activity_id, starts_at);

CREATE TABLE quota (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    label_zh VARCHAR NOT NULL,
    label_en VARCHAR NOT NULL,
    capacity INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    CONSTRAINT pk_quota PRIMARY KEY (id),
    CONSTRAINT ck_quota_seats CHECK (taken >= 0 AND taken <= capacity),
    CONSTRAINT fk_quota_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
);

CREATE UNIQUE INDEX uq_quota_activity_id_name ON quota (activity_id, name);

CREATE TABLE ticket (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    label_zh VARCHAR NOT NULL,
    label_en VARCHAR NOT NULL,
    quota_ids UUID[] NOT NULL,
    meeting_ids UUID[] NOT NULL,
    CONSTRAINT pk_ticket PRIMARY KEY (id),
    CONSTRAINT fk_ticket_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
);

CREATE UNIQUE INDEX uq_ticket_activity_id_name ON ticket (activity_id, name);

CREATE TABLE registration (
    id UUID NOT NULL,
    place BIGINT GENERATED ALWAYS AS IDENTITY,
    activity_id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    talent_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    offered_until TIMESTAMP WITH TIME ZONE,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_registration PRIMARY KEY (id),
    CONSTRAINT ck_registration_offer CHECK ((status = 'offered') = (offered_until IS NOT NULL)),
    CONSTRAINT fk_registration_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id),
    CONSTRAINT fk_registration_ticket_id FOREIGN KEY (ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_registration_activity_id_id ON registration (activity_id, id);

CREATE INDEX ix_registration_talent_id_id ON registration (talent_id, id);

CREATE INDEX ix_registration_waiting ON registration (ticket_id, place) WHERE status = 'waiting';

CREATE UNIQUE INDEX uq_registration_live ON registration (activity_id, talent_id) WHERE status IN ('confirmed', 'waiting', 'offered')
"""


def upgrade() -> None:
    kit = (*kit_statements("0001"), *kit_statements("0002"))
    for statement in (*kit, *TABLES.strip().split(";\n\n")):
        op.execute(statement)
