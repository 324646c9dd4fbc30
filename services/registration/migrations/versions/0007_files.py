"""Files: pictures of activities, and what talents leave at booths."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE file (
    id UUID NOT NULL,
    owner VARCHAR NOT NULL,
    talent_id UUID,
    type VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_file PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_file_owner_id ON file (owner, id)",
    "CREATE INDEX ix_file_talent_id ON file (talent_id)",
    """
CREATE TABLE picture (
    activity_id UUID NOT NULL,
    place INTEGER NOT NULL,
    file_id UUID NOT NULL,
    alt_zh VARCHAR NOT NULL,
    alt_en VARCHAR NOT NULL,
    CONSTRAINT pk_picture PRIMARY KEY (activity_id, place),
    CONSTRAINT fk_picture_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id),
    CONSTRAINT fk_picture_file_id FOREIGN KEY (file_id) REFERENCES file (id)
)""",
    "CREATE INDEX ix_picture_file_id ON picture (file_id)",
    """
CREATE TABLE curriculum (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    booking_id UUID NOT NULL,
    talent_id UUID NOT NULL,
    file_id UUID NOT NULL,
    contact BYTEA NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kept_until TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_curriculum PRIMARY KEY (id),
    CONSTRAINT fk_curriculum_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id),
    CONSTRAINT fk_curriculum_booking_id FOREIGN KEY (booking_id) REFERENCES booking (id),
    CONSTRAINT fk_curriculum_file_id FOREIGN KEY (file_id) REFERENCES file (id)
)""",
    "CREATE UNIQUE INDEX uq_curriculum_booking_id_talent_id ON curriculum (booking_id, talent_id)",
    "CREATE INDEX ix_curriculum_booking_id_id ON curriculum (booking_id, id)",
    "CREATE INDEX ix_curriculum_activity_id ON curriculum (activity_id)",
    "CREATE INDEX ix_curriculum_talent_id ON curriculum (talent_id)",
    "CREATE INDEX ix_curriculum_file_id ON curriculum (file_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
