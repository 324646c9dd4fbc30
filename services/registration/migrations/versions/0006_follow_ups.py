"""What an organiser does where an activity was found bad."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE rating_follow_up (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    organiser VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    low INTEGER NOT NULL,
    opened_on DATE NOT NULL,
    due_on DATE NOT NULL,
    note VARCHAR,
    done_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_rating_follow_up PRIMARY KEY (id),
    CONSTRAINT ck_rating_follow_up_low CHECK (low > 0),
    CONSTRAINT ck_rating_follow_up_done CHECK ((note IS NULL) = (done_at IS NULL)),
    CONSTRAINT fk_rating_follow_up_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id)
)""",
    "CREATE INDEX ix_rating_follow_up_activity_id_id ON rating_follow_up (activity_id, id)",
    "CREATE INDEX ix_rating_follow_up_organiser_id ON rating_follow_up (organiser, id)",
    "CREATE INDEX ix_rating_follow_up_region_id ON rating_follow_up (region, id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
