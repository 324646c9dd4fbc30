"""The waiting room before an opening."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE waiting_room (
    activity_id UUID NOT NULL,
    enter_from TIMESTAMP WITH TIME ZONE NOT NULL,
    per_minute INTEGER NOT NULL,
    seed BYTEA NOT NULL,
    base INTEGER NOT NULL,
    base_at TIMESTAMP WITH TIME ZONE,
    drawn_at TIMESTAMP WITH TIME ZONE,
    last INTEGER NOT NULL,
    CONSTRAINT pk_waiting_room PRIMARY KEY (activity_id),
    CONSTRAINT ck_waiting_room_rate CHECK (per_minute > 0),
    CONSTRAINT fk_waiting_room_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
)""",
    """
CREATE TABLE waiting_room_entry (
    activity_id UUID NOT NULL,
    talent_id UUID NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    position INTEGER,
    CONSTRAINT pk_waiting_room_entry PRIMARY KEY (activity_id, talent_id),
    CONSTRAINT fk_waiting_room_entry_activity_id FOREIGN KEY (activity_id)
        REFERENCES waiting_room (activity_id)
)""",
    "CREATE INDEX ix_waiting_room_entry_talent_id ON waiting_room_entry (talent_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
