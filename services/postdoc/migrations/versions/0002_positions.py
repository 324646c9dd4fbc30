"""Recruitment plans, positions, candidacies, and what was taken over from former registers."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE imported_row (
    kind VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    checksum BYTEA NOT NULL,
    job_id UUID NOT NULL,
    CONSTRAINT pk_imported_row PRIMARY KEY (kind, number)
);

CREATE INDEX ix_imported_row_subject_id ON imported_row (subject_id);

CREATE TABLE recruitment_plan (
    id UUID NOT NULL,
    station_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    planned JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_recruitment_plan PRIMARY KEY (id),
    CONSTRAINT fk_recruitment_plan_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_recruitment_plan_region_id ON recruitment_plan (region, id);

CREATE INDEX ix_recruitment_plan_unit_id_id ON recruitment_plan (unit_id, id);

CREATE UNIQUE INDEX uq_recruitment_plan_station_id_year ON recruitment_plan (station_id, year);

CREATE TABLE position (
    id UUID NOT NULL,
    plan_id UUID NOT NULL,
    station_id UUID NOT NULL,
    joint_station_id UUID,
    advisor_id UUID,
    unit_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    title_zh VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    about_zh VARCHAR NOT NULL,
    about_en VARCHAR NOT NULL,
    disciplines VARCHAR[] NOT NULL,
    number INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    pay_least INTEGER NOT NULL,
    pay_most INTEGER NOT NULL,
    language VARCHAR NOT NULL,
    questions JSONB NOT NULL,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    status VARCHAR NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    words TSVECTOR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_position PRIMARY KEY (id),
    CONSTRAINT ck_position_taken CHECK (taken BETWEEN 0 AND number),
    CONSTRAINT ck_position_pay CHECK (pay_least <= pay_most),
    CONSTRAINT ck_position_open CHECK (opens_on <= closes_on),
    CONSTRAINT fk_position_plan_id FOREIGN KEY(plan_id) REFERENCES recruitment_plan (id),
    CONSTRAINT fk_position_station_id FOREIGN KEY(station_id) REFERENCES station (id),
    CONSTRAINT fk_position_joint_station_id FOREIGN KEY(joint_station_id) REFERENCES station (id)
);

CREATE INDEX ix_position_plan_id ON position (plan_id);

CREATE INDEX ix_position_published_at_id ON position (published_at, id) WHERE status = 'published';

CREATE INDEX ix_position_region_id ON position (region, id);

CREATE INDEX ix_position_station_id_id ON position (station_id, id);

CREATE INDEX ix_position_unit_id_id ON position (unit_id, id);

CREATE INDEX ix_position_disciplines ON position USING gin (disciplines) WHERE status = 'published';

CREATE INDEX ix_position_words ON position USING gin (words) WHERE status = 'published';

CREATE TABLE candidacy (
    id UUID NOT NULL,
    position_id UUID NOT NULL,
    station_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    talent_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    interview_at TIMESTAMP WITH TIME ZONE,
    passed BOOLEAN,
    ended_at TIMESTAMP WITH TIME ZONE,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_candidacy PRIMARY KEY (id),
    CONSTRAINT fk_candidacy_position_id FOREIGN KEY(position_id) REFERENCES position (id),
    CONSTRAINT fk_candidacy_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_candidacy_position_id_id ON candidacy (position_id, id);

CREATE INDEX ix_candidacy_talent_id_id ON candidacy (talent_id, id);

CREATE INDEX ix_candidacy_unit_id_id ON candidacy (unit_id, id);

CREATE UNIQUE INDEX uq_candidacy_position_id_talent_id ON candidacy (position_id, talent_id);

CREATE TABLE candidacy_text (
    candidacy_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    talent_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_candidacy_text PRIMARY KEY (candidacy_id, kind),
    CONSTRAINT fk_candidacy_text_candidacy_id FOREIGN KEY(candidacy_id) REFERENCES candidacy (id)
);

CREATE INDEX ix_candidacy_text_talent_id ON candidacy_text (talent_id);

"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
