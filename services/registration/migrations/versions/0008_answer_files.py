"""Files that questions ask for."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE answer_file (
    registration_id UUID NOT NULL,
    question VARCHAR NOT NULL,
    file_id UUID NOT NULL,
    CONSTRAINT pk_answer_file PRIMARY KEY (registration_id, question),
    CONSTRAINT fk_answer_file_registration_id FOREIGN KEY (registration_id)
        REFERENCES registration (id),
    CONSTRAINT fk_answer_file_file_id FOREIGN KEY (file_id) REFERENCES file (id)
)""",
    "CREATE INDEX ix_answer_file_file_id ON answer_file (file_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
