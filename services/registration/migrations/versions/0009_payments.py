"""Tickets that cost something: orders, what was paid and given back, and the provider's word."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LIVE = "'confirmed', 'waiting', 'offered', 'requested', 'awaiting_payment'"

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE activity ADD COLUMN refunds JSONB NOT NULL DEFAULT '[]'",
    "ALTER TABLE activity ALTER COLUMN refunds DROP DEFAULT",
    "ALTER TABLE ticket ADD COLUMN price_fen BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE ticket ALTER COLUMN price_fen DROP DEFAULT",
    "ALTER TABLE registration ADD COLUMN due_fen BIGINT NOT NULL DEFAULT 0, "
    "ADD COLUMN pay_until TIMESTAMP WITH TIME ZONE, ADD COLUMN order_id UUID, "
    "ADD CONSTRAINT ck_registration_payment "
    "CHECK ((status = 'awaiting_payment') = (pay_until IS NOT NULL))",
    "DROP INDEX uq_registration_live",
    "CREATE UNIQUE INDEX uq_registration_live ON registration (activity_id, talent_id) "
    f"WHERE status IN ({_LIVE})",
    """
CREATE TABLE payment_order (
    id UUID NOT NULL,
    registration_id UUID NOT NULL,
    activity_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    payment_id UUID,
    version INTEGER NOT NULL,
    CONSTRAINT pk_payment_order PRIMARY KEY (id),
    CONSTRAINT fk_payment_order_registration_id FOREIGN KEY (registration_id)
        REFERENCES registration (id),
    CONSTRAINT fk_payment_order_activity_id FOREIGN KEY (activity_id) REFERENCES activity (id),
    CONSTRAINT ck_payment_order_amount CHECK (amount_fen > 0),
    CONSTRAINT ck_payment_order_payment CHECK ((status = 'paid') = (payment_id IS NOT NULL))
)""",
    "CREATE UNIQUE INDEX uq_payment_order_registration_id ON payment_order (registration_id)",
    "CREATE INDEX ix_payment_order_activity_id_id ON payment_order (activity_id, id)",
    """
CREATE TABLE payment_entry (
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    reference UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_payment_entry PRIMARY KEY (id),
    CONSTRAINT fk_payment_entry_order_id FOREIGN KEY (order_id) REFERENCES payment_order (id),
    CONSTRAINT ck_payment_entry_amount CHECK (amount_fen > 0)
)""",
    "CREATE UNIQUE INDEX uq_payment_entry_kind_reference ON payment_entry (kind, reference)",
    "CREATE INDEX ix_payment_entry_order_id ON payment_entry (order_id)",
    "CREATE INDEX ix_payment_entry_at ON payment_entry (at)",
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    """
CREATE TABLE refund (
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    payment_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    ordered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE,
    tries INTEGER NOT NULL,
    CONSTRAINT pk_refund PRIMARY KEY (id),
    CONSTRAINT fk_refund_order_id FOREIGN KEY (order_id) REFERENCES payment_order (id),
    CONSTRAINT ck_refund_amount CHECK (amount_fen > 0)
)""",
    "CREATE UNIQUE INDEX uq_refund_payment_id ON refund (payment_id)",
    "CREATE INDEX ix_refund_order_id ON refund (order_id)",
    """
CREATE TABLE payment_line (
    position BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    reference UUID NOT NULL,
    order_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_payment_line PRIMARY KEY (position)
)""",
    "CREATE INDEX ix_payment_line_kind_reference ON payment_line (kind, reference)",
    "CREATE INDEX ix_payment_line_booked_at ON payment_line (booked_at)",
    """
CREATE TABLE payment_day (
    day DATE NOT NULL,
    compared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_payment_day PRIMARY KEY (day)
)""",
    """
CREATE TABLE payment_difference (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    reference UUID NOT NULL,
    activity_id UUID,
    organiser VARCHAR,
    region VARCHAR NOT NULL,
    day DATE NOT NULL,
    ours_fen BIGINT NOT NULL,
    theirs_fen BIGINT NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    note VARCHAR,
    explained_by VARCHAR,
    version INTEGER NOT NULL,
    CONSTRAINT pk_payment_difference PRIMARY KEY (id)
)""",
    "CREATE UNIQUE INDEX uq_payment_difference_kind_reference "
    "ON payment_difference (kind, reference)",
    "CREATE INDEX ix_payment_difference_organiser_id ON payment_difference (organiser, id)",
    "CREATE INDEX ix_payment_difference_region_id ON payment_difference (region, id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
