"""The first schema: talents, documents, employers, agents, employments, codes."""

from alembic import op
from talent_kit.migrations import kit_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    """
    CREATE TABLE talent (
        id UUID NOT NULL,
        login VARCHAR NOT NULL,
        region VARCHAR NOT NULL,
        sealed_profile BYTEA NOT NULL,
        registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_talent PRIMARY KEY (id),
        CONSTRAINT uq_talent_login UNIQUE (login)
    )
    """,
    "CREATE INDEX ix_talent_region_id ON talent (region, id)",
    """
    CREATE TABLE document (
        id UUID NOT NULL,
        talent_id UUID NOT NULL,
        kind VARCHAR NOT NULL,
        sealed_number BYTEA NOT NULL,
        sealed_issuer BYTEA,
        blind_index BYTEA NOT NULL,
        valid_until DATE,
        added_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_document PRIMARY KEY (id),
        CONSTRAINT uq_document_blind_index UNIQUE (blind_index),
        CONSTRAINT fk_document_talent_id FOREIGN KEY (talent_id) REFERENCES talent (id)
    )
    """,
    "CREATE INDEX ix_document_talent_id ON document (talent_id)",
    """
    CREATE TABLE employer (
        id UUID NOT NULL,
        credit_code VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        region VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_employer PRIMARY KEY (id),
        CONSTRAINT uq_employer_credit_code UNIQUE (credit_code)
    )
    """,
    """
    CREATE TABLE agent (
        employer_id UUID NOT NULL,
        login VARCHAR NOT NULL,
        valid_until DATE,
        added_by VARCHAR NOT NULL,
        added_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_agent PRIMARY KEY (employer_id, login),
        CONSTRAINT fk_agent_employer_id FOREIGN KEY (employer_id) REFERENCES employer (id)
    )
    """,
    "CREATE INDEX ix_agent_login ON agent (login)",
    """
    CREATE TABLE employment (
        id UUID NOT NULL,
        talent_id UUID NOT NULL,
        employer_id UUID NOT NULL,
        region VARCHAR NOT NULL,
        status VARCHAR NOT NULL,
        arrangement VARCHAR NOT NULL,
        contract_kind VARCHAR NOT NULL,
        contract_from DATE NOT NULL,
        contract_until DATE,
        rejection VARCHAR,
        ended_on DATE,
        declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
        changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_employment PRIMARY KEY (id),
        CONSTRAINT uq_employment_talent_id_employer_id_contract_from
            UNIQUE (talent_id, employer_id, contract_from),
        CONSTRAINT ck_employment_term CHECK (contract_until >= contract_from),
        CONSTRAINT ck_employment_ended CHECK ((status = 'ended') = (ended_on IS NOT NULL)),
        CONSTRAINT fk_employment_talent_id FOREIGN KEY (talent_id) REFERENCES talent (id),
        CONSTRAINT fk_employment_employer_id FOREIGN KEY (employer_id) REFERENCES employer (id)
    )
    """,
    "CREATE INDEX ix_employment_talent_id_id ON employment (talent_id, id)",
    "CREATE INDEX ix_employment_employer_id_id ON employment (employer_id, id)",
    """
    CREATE TABLE code (
        id UUID NOT NULL,
        talent_id UUID NOT NULL,
        number VARCHAR NOT NULL,
        serial INTEGER NOT NULL,
        issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
        voided_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_code PRIMARY KEY (id),
        CONSTRAINT uq_code_number UNIQUE (number),
        CONSTRAINT uq_code_talent_id_serial UNIQUE (talent_id, serial),
        CONSTRAINT fk_code_talent_id FOREIGN KEY (talent_id) REFERENCES talent (id)
    )
    """,
    "CREATE UNIQUE INDEX uq_code_current ON code (talent_id) WHERE voided_at IS NULL",
]


def upgrade() -> None:
    for statement in (*kit_statements("0001"), *TABLES):
        op.execute(statement)
