"""Panels, their members and votes."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE panel (
    id UUID NOT NULL,
    purpose VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    station_id UUID,
    unit_id UUID,
    region VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    convened_on DATE NOT NULL,
    convened_by VARCHAR NOT NULL,
    grade VARCHAR,
    score INTEGER,
    minutes_sealed BYTEA,
    concluded_on DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_panel PRIMARY KEY (id),
    CONSTRAINT ck_panel_concluded CHECK ((status = 'concluded') = (concluded_on IS NOT NULL))
);

CREATE INDEX ix_panel_region_id ON panel (region, id);

CREATE INDEX ix_panel_unit_id_id ON panel (unit_id, id);

CREATE UNIQUE INDEX uq_panel_purpose_subject_id ON panel (purpose, subject_id) WHERE status <> 'dissolved';

CREATE TABLE panel_member (
    id UUID NOT NULL,
    panel_id UUID NOT NULL,
    login VARCHAR NOT NULL,
    name_sealed BYTEA NOT NULL,
    kind VARCHAR NOT NULL,
    organisation VARCHAR NOT NULL,
    advisor BOOLEAN NOT NULL,
    chair BOOLEAN NOT NULL,
    replaces UUID,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    left_as VARCHAR,
    reason_sealed BYTEA,
    CONSTRAINT pk_panel_member PRIMARY KEY (id),
    CONSTRAINT fk_panel_member_panel_id FOREIGN KEY(panel_id) REFERENCES panel (id),
    CONSTRAINT fk_panel_member_replaces FOREIGN KEY(replaces) REFERENCES panel_member (id)
);

CREATE INDEX ix_panel_member_login_panel_id ON panel_member (login, panel_id);

CREATE UNIQUE INDEX uq_panel_member_chair ON panel_member (panel_id) WHERE chair AND left_at IS NULL;

CREATE UNIQUE INDEX uq_panel_member_panel_id_login ON panel_member (panel_id, login);

CREATE TABLE panel_vote (
    id UUID NOT NULL,
    panel_id UUID NOT NULL,
    member_id UUID NOT NULL,
    number INTEGER NOT NULL,
    grade VARCHAR NOT NULL,
    score INTEGER,
    reason_sealed BYTEA NOT NULL,
    cast_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_panel_vote PRIMARY KEY (id),
    CONSTRAINT fk_panel_vote_panel_id FOREIGN KEY(panel_id) REFERENCES panel (id),
    CONSTRAINT fk_panel_vote_member_id FOREIGN KEY(member_id) REFERENCES panel_member (id)
);

CREATE INDEX ix_panel_vote_panel_id ON panel_vote (panel_id);

CREATE UNIQUE INDEX uq_panel_vote_member_id_number ON panel_vote (member_id, number);
"""


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n\n"):
        op.execute(statement)
