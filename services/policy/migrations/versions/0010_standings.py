"""What is told of talents' verified degree and classes; of those known already it is told soon."""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = [
    """
    CREATE TABLE standing (
        id UUID NOT NULL,
        degree VARCHAR,
        talent_classes TEXT[] NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_standing PRIMARY KEY (id)
    )
    """,
    """
    INSERT INTO timer (id, kind, key, due)
    SELECT gen_random_uuid(), 'facts.standing', subject_id::text, now() FROM (
        SELECT DISTINCT subject_id FROM observation
        WHERE subject_kind = 'person' AND name = 'person.degree' AND verified
    ) AS known
    """,
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
