"""What organisers ask and whom they admit: audiences, questions, approval, holds, limits."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The defaults stay: a process of the former version may write while the new schema stands.
TICKET = """
ALTER TABLE ticket
    ADD COLUMN invited BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN admission VARCHAR NOT NULL DEFAULT 'open',
    ADD COLUMN access_code BYTEA,
    ADD COLUMN regions VARCHAR[] NOT NULL DEFAULT '{}',
    ADD COLUMN opens_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN closes_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN asks BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN approval BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN employers UUID[] NOT NULL DEFAULT '{}',
    ADD COLUMN per_employer INTEGER,
    ADD COLUMN names_guests BOOLEAN NOT NULL DEFAULT false
"""

GUESTS = """
CREATE TABLE hold (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    seats INTEGER NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_hold PRIMARY KEY (id),
    CONSTRAINT ck_hold_seats CHECK (seats >= 0),
    CONSTRAINT fk_hold_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id),
    CONSTRAINT fk_hold_ticket_id FOREIGN KEY (ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_hold_activity_id_id ON hold (activity_id, id);

CREATE TABLE invitation (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    ticket_id UUID NOT NULL,
    hold_id UUID,
    digest BYTEA NOT NULL,
    named BOOLEAN NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    registration_id UUID,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT fk_invitation_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id),
    CONSTRAINT fk_invitation_ticket_id FOREIGN KEY (ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_invitation_hold_id FOREIGN KEY (hold_id) REFERENCES hold (id)
);

CREATE UNIQUE INDEX uq_invitation_activity_id_digest ON invitation (activity_id, digest);

CREATE INDEX ix_invitation_activity_id_id ON invitation (activity_id, id);

CREATE TABLE code_tries (
    activity_id UUID NOT NULL,
    talent_id UUID NOT NULL,
    tries INTEGER NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_code_tries PRIMARY KEY (activity_id, talent_id),
    CONSTRAINT fk_code_tries_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
);

CREATE INDEX ix_code_tries_talent_id ON code_tries (talent_id)
"""

QUESTIONS = """
CREATE TABLE question (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    content JSONB NOT NULL,
    CONSTRAINT pk_question PRIMARY KEY (id),
    CONSTRAINT fk_question_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
);

CREATE UNIQUE INDEX uq_question_activity_id_name ON question (activity_id, name);

CREATE TABLE answer_sheet (
    registration_id UUID NOT NULL,
    talent_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_answer_sheet PRIMARY KEY (registration_id),
    CONSTRAINT fk_answer_sheet_registration_id FOREIGN KEY (registration_id)
        REFERENCES registration (id)
);

CREATE INDEX ix_answer_sheet_talent_id ON answer_sheet (talent_id)
"""

REQUESTS = """
ALTER TABLE activity
    ADD COLUMN priority VARCHAR[] NOT NULL DEFAULT '{}',
    ADD COLUMN no_show JSONB;

ALTER TABLE registration ADD COLUMN reason VARCHAR, ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;

DROP INDEX uq_registration_live;

CREATE UNIQUE INDEX uq_registration_live ON registration (activity_id, talent_id)
    WHERE status IN ('confirmed', 'waiting', 'offered', 'requested');

DROP INDEX ix_registration_waiting;

CREATE INDEX ix_registration_waiting ON registration (ticket_id, rank, place)
    WHERE status = 'waiting';

CREATE INDEX ix_registration_requested ON registration (activity_id, id)
    WHERE status = 'requested'
"""

PLACES = """
ALTER TABLE meeting
    ADD COLUMN latitude DOUBLE PRECISION,
    ADD COLUMN longitude DOUBLE PRECISION,
    ADD CONSTRAINT ck_meeting_at CHECK ((latitude IS NULL) = (longitude IS NULL));

CREATE INDEX ix_meeting_latitude_longitude ON meeting (latitude, longitude)
"""

CALENDARS = """
CREATE TABLE calendar_feed (
    talent_id UUID NOT NULL,
    digest BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_calendar_feed PRIMARY KEY (talent_id)
);

CREATE UNIQUE INDEX uq_calendar_feed_digest ON calendar_feed (digest)
"""

EMPLOYMENTS = """
CREATE TABLE employment (
    id UUID NOT NULL,
    talent_id UUID NOT NULL,
    employer_id UUID NOT NULL,
    confirmed BOOLEAN NOT NULL,
    begins DATE NOT NULL,
    until DATE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_employment PRIMARY KEY (id)
);

CREATE INDEX ix_employment_talent_id ON employment (talent_id);

CREATE INDEX ix_employment_employer_id ON employment (employer_id)
"""

STATEMENTS = (
    TICKET,
    *(
        statement
        for part in (GUESTS, QUESTIONS, REQUESTS, PLACES, CALENDARS, EMPLOYMENTS)
        for statement in part.strip().split(";\n\n")
    ),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
