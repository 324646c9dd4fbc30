"""Employers at activities: booths, groups, and where an activity is held by whom."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE activity ADD COLUMN host VARCHAR NOT NULL DEFAULT 'other'",
    "ALTER TABLE activity ADD COLUMN hours INTEGER",
    "ALTER TABLE activity ADD COLUMN survey JSONB NOT NULL DEFAULT '[]'",
    "ALTER TABLE meeting ADD COLUMN region VARCHAR",
    "ALTER TABLE ticket ADD COLUMN holder VARCHAR NOT NULL DEFAULT 'talent'",
    """
    CREATE TABLE organisation (
        employer_id UUID NOT NULL,
        region VARCHAR NOT NULL,
        agents VARCHAR[] NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_organisation PRIMARY KEY (employer_id)
    )
    """,
    """
    CREATE TABLE booking (
        id UUID NOT NULL,
        activity_id UUID NOT NULL,
        ticket_id UUID NOT NULL,
        employer_id UUID NOT NULL,
        status VARCHAR NOT NULL,
        vacancies JSONB NOT NULL,
        attended BOOLEAN NOT NULL,
        attendance_id UUID,
        attended_on DATE,
        booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_booking PRIMARY KEY (id),
        CONSTRAINT ck_booking_attendance CHECK (
            (attended_on IS NULL) = (attendance_id IS NULL)
            AND NOT (attended AND attended_on IS NULL)
        ),
        CONSTRAINT fk_booking_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id),
        CONSTRAINT fk_booking_ticket_id FOREIGN KEY (ticket_id) REFERENCES ticket (id)
    )
    """,
    """
    CREATE UNIQUE INDEX uq_booking_live ON booking (activity_id, employer_id)
    WHERE status = 'confirmed'
    """,
    "CREATE INDEX ix_booking_activity_id_id ON booking (activity_id, id)",
    """
    CREATE INDEX ix_booking_live_activity_id_id ON booking (activity_id, id)
    WHERE status = 'confirmed'
    """,
    """
    CREATE TABLE certificate (
        id UUID NOT NULL,
        number VARCHAR NOT NULL,
        registration_id UUID NOT NULL,
        activity_id UUID NOT NULL,
        talent_id UUID NOT NULL,
        hours INTEGER NOT NULL,
        attended_on DATE NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revoked BOOLEAN NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_certificate PRIMARY KEY (id),
        CONSTRAINT fk_certificate_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
    )
    """,
    "CREATE UNIQUE INDEX uq_certificate_number ON certificate (number)",
    "CREATE UNIQUE INDEX uq_certificate_registration_id ON certificate (registration_id)",
    "CREATE INDEX ix_certificate_talent_id_id ON certificate (talent_id, id)",
    """
    CREATE TABLE rating_given (
        attendance_id UUID NOT NULL,
        CONSTRAINT pk_rating_given PRIMARY KEY (attendance_id),
        CONSTRAINT fk_rating_given_attendance_id FOREIGN KEY (attendance_id)
            REFERENCES attendance (id)
    )
    """,
    """
    CREATE TABLE rating_figure (
        activity_id UUID NOT NULL,
        question VARCHAR NOT NULL,
        answer VARCHAR NOT NULL,
        times INTEGER NOT NULL,
        told INTEGER NOT NULL,
        CONSTRAINT pk_rating_figure PRIMARY KEY (activity_id, question, answer),
        CONSTRAINT ck_rating_figure_told CHECK (told >= 0 AND told <= times),
        CONSTRAINT fk_rating_figure_activity_id FOREIGN KEY (activity_id)
            REFERENCES activity (id)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
