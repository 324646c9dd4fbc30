"""A payment provider beside the bank."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE checkout (
        number UUID NOT NULL,
        amount_fen BIGINT NOT NULL,
        title VARCHAR NOT NULL,
        status VARCHAR NOT NULL,
        CONSTRAINT pk_checkout PRIMARY KEY (number)
    )
    """,
    """
    CREATE TABLE payment (
        id UUID NOT NULL,
        number UUID NOT NULL,
        amount_fen BIGINT NOT NULL,
        paid_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_payment PRIMARY KEY (id),
        CONSTRAINT fk_payment_number FOREIGN KEY (number) REFERENCES checkout (number)
    )
    """,
    "CREATE INDEX ix_payment_number ON payment (number)",
    """
    CREATE TABLE refund (
        number UUID NOT NULL,
        payment_id UUID NOT NULL,
        amount_fen BIGINT NOT NULL,
        status VARCHAR NOT NULL,
        make_at TIMESTAMP WITH TIME ZONE,
        made_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_refund PRIMARY KEY (number),
        CONSTRAINT fk_refund_payment_id FOREIGN KEY (payment_id) REFERENCES payment (id)
    )
    """,
    "CREATE INDEX ix_refund_payment_id ON refund (payment_id)",
    "CREATE INDEX ix_refund_make_at ON refund (make_at)",
    """
    CREATE TABLE payment_line (
        position BIGINT GENERATED ALWAYS AS IDENTITY,
        kind VARCHAR NOT NULL,
        reference UUID NOT NULL,
        number UUID NOT NULL,
        amount_fen BIGINT NOT NULL,
        booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_payment_line PRIMARY KEY (position),
        CONSTRAINT uq_payment_line_reference UNIQUE (reference)
    )
    """,
    "CREATE INDEX ix_payment_line_booked_at ON payment_line (booked_at)",
    """
    CREATE TABLE notice (
        id UUID NOT NULL,
        number UUID NOT NULL,
        due TIMESTAMP WITH TIME ZONE NOT NULL,
        tries INTEGER NOT NULL,
        CONSTRAINT pk_notice PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_notice_due ON notice (due)",
    """
    CREATE TABLE payment_control (
        id SERIAL NOT NULL,
        payments BIGINT NOT NULL,
        refunds BIGINT NOT NULL,
        questions BIGINT NOT NULL,
        behaviour JSONB NOT NULL,
        CONSTRAINT pk_payment_control PRIMARY KEY (id)
    )
    """,
    "INSERT INTO payment_control (id, payments, refunds, questions, behaviour) "
    "VALUES (1, 0, 0, 0, '{}')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
