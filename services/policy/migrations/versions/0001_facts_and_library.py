"""The kit's tables, facts with their subjects, and published packs."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE person (
    talent_id UUID NOT NULL,
    login VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (talent_id),
    CONSTRAINT uq_person_login UNIQUE (login)
);

CREATE TABLE organisation (
    employer_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    agents TEXT[] NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_organisation PRIMARY KEY (employer_id)
);

CREATE TABLE employment (
    id UUID NOT NULL,
    talent_id UUID NOT NULL,
    employer_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_employment PRIMARY KEY (id)
);

CREATE INDEX ix_employment_talent_id_id ON employment (talent_id, id);

CREATE INDEX ix_employment_employer_id_id ON employment (employer_id, id);

CREATE TABLE observation (
    id UUID NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    verified BOOLEAN NOT NULL,
    value JSONB,
    sealed BYTEA,
    talent_id UUID,
    observed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_from DATE,
    valid_until DATE,
    CONSTRAINT pk_observation PRIMARY KEY (id),
    CONSTRAINT uq_observation_word
        UNIQUE NULLS NOT DISTINCT (subject_id, subject_kind, name, source, valid_from),
    CONSTRAINT ck_observation_sealed CHECK (
        num_nonnulls(value, sealed) = 1 AND (sealed IS NULL) = (talent_id IS NULL)
    )
);

CREATE INDEX ix_observation_subject_id_id ON observation (subject_id, id);

CREATE INDEX ix_observation_talent_id ON observation (talent_id);

CREATE TABLE pack (
    id UUID NOT NULL,
    name VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_pack PRIMARY KEY (id),
    CONSTRAINT uq_pack_name UNIQUE (name)
);

CREATE INDEX ix_pack_region ON pack (region);

CREATE TABLE pack_version (
    id UUID NOT NULL,
    pack_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    digest VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    measures TEXT[] NOT NULL,
    content JSONB NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by VARCHAR NOT NULL,
    CONSTRAINT pk_pack_version PRIMARY KEY (id),
    CONSTRAINT fk_pack_version_pack_id FOREIGN KEY (pack_id) REFERENCES pack (id),
    CONSTRAINT uq_pack_version_pack_id_version UNIQUE (pack_id, version)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pack_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    for statement in (*kit_statements("0001"), *TABLES.strip().split(";\n\n")):
        op.execute(statement.rstrip().removesuffix(";"))
