"""The bank's books."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE transfer (
        order_id UUID NOT NULL,
        fingerprint BYTEA NOT NULL,
        amount_fen BIGINT NOT NULL,
        status VARCHAR NOT NULL,
        reason VARCHAR,
        taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
        book_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_transfer PRIMARY KEY (order_id)
    )
    """,
    "CREATE INDEX ix_transfer_book_at ON transfer (book_at)",
    """
    CREATE TABLE booking (
        position BIGINT GENERATED ALWAYS AS IDENTITY,
        order_id UUID NOT NULL,
        amount_fen BIGINT NOT NULL,
        booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_booking PRIMARY KEY (position),
        CONSTRAINT uq_booking_order_id UNIQUE (order_id)
    )
    """,
    """
    CREATE TABLE control (
        id SERIAL NOT NULL,
        received BIGINT NOT NULL,
        behaviour JSONB NOT NULL,
        CONSTRAINT pk_control PRIMARY KEY (id)
    )
    """,
    "INSERT INTO control (id, received, behaviour) VALUES (1, 0, '{}')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
