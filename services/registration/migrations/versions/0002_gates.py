"""Check-in: gates, their devices, scans, attendance."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE talent_code (
        digest BYTEA NOT NULL,
        talent_id UUID NOT NULL,
        serial INTEGER NOT NULL,
        CONSTRAINT pk_talent_code PRIMARY KEY (digest)
    )
    """,
    "CREATE INDEX ix_talent_code_talent_id ON talent_code (talent_id)",
    """
    CREATE TABLE code_key_set (
        issuer VARCHAR NOT NULL,
        document VARCHAR NOT NULL,
        fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_code_key_set PRIMARY KEY (issuer)
    )
    """,
    """
    CREATE TABLE gate (
        id UUID NOT NULL,
        activity_id UUID NOT NULL,
        name VARCHAR NOT NULL,
        meeting_ids UUID[] NOT NULL,
        ticket_ids UUID[] NOT NULL,
        once BOOLEAN NOT NULL,
        exits BOOLEAN NOT NULL,
        admits_unknown BOOLEAN NOT NULL,
        counts BOOLEAN NOT NULL,
        early_minutes INTEGER NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_gate PRIMARY KEY (id),
        CONSTRAINT ck_gate_early CHECK (early_minutes >= 0),
        CONSTRAINT fk_gate_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
    )
    """,
    "CREATE UNIQUE INDEX uq_gate_activity_id_name ON gate (activity_id, name)",
    """
    CREATE TABLE gate_device (
        id UUID NOT NULL,
        gate_id UUID NOT NULL,
        label VARCHAR NOT NULL,
        secret_hash BYTEA NOT NULL,
        enrolled_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revoked_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_gate_device PRIMARY KEY (id),
        CONSTRAINT fk_gate_device_gate_id FOREIGN KEY (gate_id) REFERENCES gate (id)
    )
    """,
    "CREATE UNIQUE INDEX uq_gate_device_secret_hash ON gate_device (secret_hash)",
    "CREATE INDEX ix_gate_device_gate_id_id ON gate_device (gate_id, id)",
    """
    CREATE TABLE scan (
        id UUID NOT NULL,
        scan_id UUID NOT NULL,
        activity_id UUID NOT NULL,
        gate_id UUID NOT NULL,
        scanned_by VARCHAR NOT NULL,
        out BOOLEAN NOT NULL,
        registration_id UUID,
        meeting_id UUID,
        digest BYTEA,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        device_at TIMESTAMP WITH TIME ZONE,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        result VARCHAR NOT NULL,
        reason VARCHAR,
        CONSTRAINT pk_scan PRIMARY KEY (id),
        CONSTRAINT ck_scan_result CHECK (result IN ('counted', 'conflict', 'refused')),
        CONSTRAINT ck_scan_reason CHECK ((result = 'counted') = (reason IS NULL)),
        CONSTRAINT fk_scan_gate_id FOREIGN KEY (gate_id) REFERENCES gate (id)
    )
    """,
    "CREATE UNIQUE INDEX uq_scan_gate_id_scan_id ON scan (gate_id, scan_id)",
    "CREATE INDEX ix_scan_registration_id_at_id ON scan (registration_id, at, id)",
    """
    CREATE INDEX ix_scan_counted ON scan (activity_id, registration_id, at)
    WHERE result = 'counted'
    """,
    "CREATE INDEX ix_scan_conflict ON scan (activity_id, id) WHERE result = 'conflict'",
    "CREATE INDEX ix_scan_digest ON scan (digest) WHERE digest IS NOT NULL",
    """
    CREATE TABLE scan_batch (
        gate_id UUID NOT NULL,
        id UUID NOT NULL,
        sent_by VARCHAR NOT NULL,
        scans INTEGER NOT NULL,
        behind_ms BIGINT NOT NULL,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_scan_batch PRIMARY KEY (gate_id, id),
        CONSTRAINT fk_scan_batch_gate_id FOREIGN KEY (gate_id) REFERENCES gate (id)
    )
    """,
    """
    CREATE TABLE attendance (
        id UUID NOT NULL,
        activity_id UUID NOT NULL,
        registration_id UUID NOT NULL,
        talent_id UUID NOT NULL,
        kind VARCHAR NOT NULL,
        host VARCHAR NOT NULL,
        region VARCHAR NOT NULL,
        held_in VARCHAR,
        recruitment BOOLEAN NOT NULL,
        invited BOOLEAN NOT NULL,
        attended_on DATE NOT NULL,
        revoked_at TIMESTAMP WITH TIME ZONE,
        version INTEGER NOT NULL,
        CONSTRAINT pk_attendance PRIMARY KEY (id),
        CONSTRAINT fk_attendance_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id),
        CONSTRAINT fk_attendance_registration_id FOREIGN KEY (registration_id)
            REFERENCES registration (id)
    )
    """,
    "CREATE UNIQUE INDEX uq_attendance_registration_id ON attendance (registration_id)",
    "CREATE INDEX ix_attendance_activity_id_id ON attendance (activity_id, id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
