"""Rounds of evaluation, each station's part, objections."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE evaluation_round (
    id UUID NOT NULL,
    region VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    title_zh VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    period_from DATE NOT NULL,
    period_until DATE NOT NULL,
    submit_until DATE NOT NULL,
    indicators JSONB NOT NULL,
    caps JSONB NOT NULL,
    stations INTEGER NOT NULL,
    opened_on DATE NOT NULL,
    opened_by VARCHAR NOT NULL,
    published_on DATE,
    objections_until DATE,
    bound_on DATE,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_evaluation_round PRIMARY KEY (id),
    CONSTRAINT ck_evaluation_round_period CHECK (period_from <= period_until),
    CONSTRAINT ck_evaluation_round_bound CHECK ((status = 'bound') = (bound_on IS NOT NULL))
);

CREATE INDEX ix_evaluation_round_published ON evaluation_round (id) WHERE status = 'published';

CREATE TABLE evaluation (
    id UUID NOT NULL,
    round_id UUID NOT NULL,
    station_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    drawn JSONB NOT NULL,
    declared JSONB NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    panel_score INTEGER,
    score INTEGER,
    grade VARCHAR,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_evaluation PRIMARY KEY (id),
    CONSTRAINT fk_evaluation_round_id FOREIGN KEY(round_id) REFERENCES evaluation_round (id),
    CONSTRAINT fk_evaluation_station_id FOREIGN KEY(station_id) REFERENCES station (id)
);

CREATE INDEX ix_evaluation_region_id ON evaluation (region, id);

CREATE INDEX ix_evaluation_round_id_id ON evaluation (round_id, id);

CREATE INDEX ix_evaluation_station_id ON evaluation (station_id);

CREATE INDEX ix_evaluation_unit_id_id ON evaluation (unit_id, id);

CREATE UNIQUE INDEX uq_evaluation_round_id_station_id ON evaluation (round_id, station_id);

CREATE TABLE evaluation_objection (
    id UUID NOT NULL,
    evaluation_id UUID NOT NULL,
    text_sealed BYTEA NOT NULL,
    lodged_by VARCHAR NOT NULL,
    lodged_at TIMESTAMP WITH TIME ZONE NOT NULL,
    upheld BOOLEAN,
    grade VARCHAR,
    answer_sealed BYTEA,
    decided_by VARCHAR,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_evaluation_objection PRIMARY KEY (id),
    CONSTRAINT fk_evaluation_objection_evaluation_id FOREIGN KEY(evaluation_id) REFERENCES evaluation (id)
);

CREATE INDEX ix_evaluation_objection_evaluation_id_id ON evaluation_objection (evaluation_id, id);

CREATE UNIQUE INDEX uq_evaluation_objection_standing ON evaluation_objection (evaluation_id, lodged_by) WHERE upheld IS NULL;
"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
