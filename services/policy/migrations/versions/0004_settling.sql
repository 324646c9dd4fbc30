ALTER TABLE payee ADD COLUMN account_mask VARCHAR

CREATE TABLE batch (
    id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    region VARCHAR NOT NULL,
    measure VARCHAR,
    pool VARCHAR,
    status VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    total_fen BIGINT NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    released_by VARCHAR,
    released_at TIMESTAMP WITH TIME ZONE,
    reason VARCHAR,
    version INTEGER NOT NULL,
    CONSTRAINT pk_batch PRIMARY KEY (id),
    CONSTRAINT uq_batch_number UNIQUE (number)
)

CREATE INDEX ix_batch_region_status_id ON batch (region, status, id)

CREATE TABLE batch_item (
    batch_id UUID NOT NULL,
    payment_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    refusal VARCHAR,
    CONSTRAINT pk_batch_item PRIMARY KEY (batch_id, payment_id),
    CONSTRAINT fk_batch_item_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id),
    CONSTRAINT fk_batch_item_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id)
)

ALTER TABLE payment
    ADD COLUMN batch_id UUID,
    ADD COLUMN approved_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN paid_fen BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN recovering_fen BIGINT NOT NULL DEFAULT 0,
    ADD CONSTRAINT fk_payment_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id),
    ADD CONSTRAINT ck_payment_recovering CHECK (recovering_fen BETWEEN 0 AND paid_fen)

UPDATE payment SET
    paid_fen = CASE WHEN status = 'paid' THEN amount_fen ELSE 0 END,
    approved_at = coalesce(
        (SELECT max(decided_at) FROM decision
         WHERE decision.application_id = payment.application_id AND result = 'approved'),
        now()
    )

ALTER TABLE payment ALTER COLUMN approved_at SET NOT NULL

CREATE INDEX ix_payment_batch_id ON payment (batch_id) WHERE batch_id IS NOT NULL

CREATE INDEX ix_payment_planned ON payment (budget_id, due) WHERE status = 'planned'

ALTER TABLE bank_order
    ADD COLUMN account_mask VARCHAR,
    ADD COLUMN tries INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN next_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN booked_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN booked_fen BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN bank_fen BIGINT,
    ADD COLUMN resolution VARCHAR,
    ADD COLUMN resolution_by VARCHAR,
    ADD COLUMN resolution_note VARCHAR

UPDATE bank_order SET
    next_at = made_at,
    booked_at = CASE WHEN status = 'booked' THEN settled_at END,
    booked_fen = CASE WHEN status = 'booked' THEN amount_fen ELSE 0 END

ALTER TABLE bank_order ALTER COLUMN next_at SET NOT NULL

CREATE INDEX ix_bank_order_open ON bank_order (next_at) WHERE status IN ('ready', 'sent')

CREATE INDEX ix_bank_order_booked_at ON bank_order (booked_at) WHERE booked_at IS NOT NULL

DROP INDEX uq_bank_order_open

CREATE UNIQUE INDEX uq_bank_order_open ON bank_order (payment_id) WHERE status NOT IN ('refused', 'short')

ALTER TABLE transfer ADD COLUMN region VARCHAR, ADD COLUMN source_id UUID

ALTER TABLE transfer DISABLE TRIGGER immutable

UPDATE transfer SET
    region = payment.region,
    source_id = coalesce(
        (SELECT bank_order.id FROM bank_order
         WHERE transfer.kind = 'payment' AND bank_order.payment_id = transfer.payment_id
             AND bank_order.status = 'booked'),
        transfer.payment_id
    )
FROM payment WHERE payment.id = transfer.payment_id

ALTER TABLE transfer ENABLE TRIGGER immutable

ALTER TABLE transfer
    ALTER COLUMN region SET NOT NULL,
    ALTER COLUMN source_id SET NOT NULL,
    DROP CONSTRAINT uq_transfer_kind_payment_id,
    ADD CONSTRAINT uq_transfer_source_id_kind_payment_id UNIQUE (source_id, kind, payment_id)

DROP INDEX ix_transfer_credit

DROP INDEX ix_transfer_debit

CREATE TABLE balance (
    region VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    shard INTEGER NOT NULL,
    balance_fen BIGINT NOT NULL,
    debits BIGINT NOT NULL,
    CONSTRAINT pk_balance PRIMARY KEY (region, kind, shard)
) WITH (fillfactor = 50)

CREATE FUNCTION keep_balance() RETURNS trigger LANGUAGE plpgsql AS $$
-- Credits less debits by region and kind of account, kept where the transfers are made. Sessions
-- write shards of their own, so that two awards in one region do not wait for each other.
BEGIN
    INSERT INTO balance AS kept (region, kind, shard, balance_fen, debits)
    SELECT made.region, split_part(side.account, ':', 1), pg_backend_pid() % 64,
        sum(side.fen), sum(side.debit)
    FROM made, LATERAL (
        VALUES (made.debit, -made.amount_fen, 1), (made.credit, made.amount_fen, 0)
    ) AS side (account, fen, debit)
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (region, kind, shard) DO UPDATE SET
        balance_fen = kept.balance_fen + excluded.balance_fen,
        debits = kept.debits + excluded.debits;
    RETURN NULL;
END $$

CREATE TRIGGER keep_balance AFTER INSERT ON transfer REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance()

INSERT INTO balance (region, kind, shard, balance_fen, debits)
SELECT region, split_part(side.account, ':', 1), 0, sum(side.fen), sum(side.debit)
FROM transfer, LATERAL (
    VALUES (debit, -amount_fen, 1), (credit, amount_fen, 0)
) AS side (account, fen, debit)
GROUP BY 1, 2

CREATE TABLE statement (
    id UUID NOT NULL,
    day DATE NOT NULL,
    region VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    lines INTEGER NOT NULL,
    out_fen BIGINT NOT NULL,
    in_fen BIGINT NOT NULL,
    differences INTEGER NOT NULL,
    asked_by VARCHAR,
    compared_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_statement PRIMARY KEY (id),
    CONSTRAINT uq_statement_day UNIQUE (day)
)

CREATE TABLE statement_line (
    position BIGINT NOT NULL,
    day DATE NOT NULL,
    direction VARCHAR NOT NULL,
    order_id UUID,
    reference VARCHAR,
    amount_fen BIGINT NOT NULL,
    taken_fen BIGINT NOT NULL,
    account_mask VARCHAR,
    booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_statement_line PRIMARY KEY (position)
)

CREATE INDEX ix_statement_line_day ON statement_line (day)

CREATE INDEX ix_statement_line_order_id ON statement_line (order_id) WHERE order_id IS NOT NULL

CREATE TABLE difference (
    id UUID NOT NULL,
    region VARCHAR NOT NULL,
    day DATE NOT NULL,
    kind VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    payment_id UUID,
    ours_fen BIGINT NOT NULL,
    theirs_fen BIGINT NOT NULL,
    state VARCHAR NOT NULL,
    note VARCHAR,
    explained_by VARCHAR,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_difference PRIMARY KEY (id),
    CONSTRAINT uq_difference_kind_subject UNIQUE (kind, subject)
)

CREATE INDEX ix_difference_region_state_id ON difference (region, state, id)

CREATE TABLE recovery (
    id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    origin VARCHAR NOT NULL,
    application_id UUID NOT NULL,
    measure VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    payee_kind VARCHAR NOT NULL,
    payee_owner UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    repaid_fen BIGINT NOT NULL,
    written_off_fen BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    reason_sealed BYTEA,
    proposed_by VARCHAR NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_by VARCHAR,
    write_off_fen BIGINT,
    write_off_by VARCHAR,
    version INTEGER NOT NULL,
    CONSTRAINT pk_recovery PRIMARY KEY (id),
    CONSTRAINT uq_recovery_number UNIQUE (number),
    CONSTRAINT ck_recovery_amount CHECK (amount_fen > 0),
    CONSTRAINT ck_recovery_cleared CHECK (repaid_fen >= 0 AND written_off_fen >= 0 AND repaid_fen + written_off_fen <= amount_fen)
)

CREATE INDEX ix_recovery_application_id ON recovery (application_id)

CREATE INDEX ix_recovery_region_status_id ON recovery (region, status, id)

CREATE TABLE recovery_part (
    recovery_id UUID NOT NULL,
    payment_id UUID NOT NULL,
    budget_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    cleared_fen BIGINT NOT NULL,
    CONSTRAINT pk_recovery_part PRIMARY KEY (recovery_id, payment_id),
    CONSTRAINT fk_recovery_part_recovery_id FOREIGN KEY(recovery_id) REFERENCES recovery (id),
    CONSTRAINT fk_recovery_part_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
    CONSTRAINT fk_recovery_part_budget_id FOREIGN KEY(budget_id) REFERENCES budget (id),
    CONSTRAINT ck_recovery_part_cleared CHECK (cleared_fen BETWEEN 0 AND amount_fen)
)

CREATE OR REPLACE FUNCTION award_money(p_award jsonb, p_payments uuid[], p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
-- Always in the order claim, counter, budget by year, payment, transfer; claims and counters come
-- sorted by scope and key: two awards cannot deadlock.
DECLARE
    part jsonb;
    number int := 0;
    fen bigint;
    budget_id uuid;
    is_due boolean;
BEGIN
    INSERT INTO claim (scope, key, application_id)
    SELECT given ->> 'scope', given ->> 'key', (p_award ->> 'application_id')::uuid
    FROM jsonb_array_elements(p_award -> 'claims') AS given;
    FOR part IN SELECT value FROM jsonb_array_elements(p_award -> 'counts') LOOP
        PERFORM count_granted(
            part ->> 'kind', part ->> 'scope', part ->> 'key', (part ->> 'add')::bigint,
            (part ->> 'limit')::bigint, (part ->> 'used')::bigint
        );
    END LOOP;
    FOR part IN SELECT value FROM jsonb_array_elements(p_award -> 'instalments') LOOP
        number := number + 1;
        fen := (part ->> 'amount_fen')::bigint;
        is_due := number <= (p_award ->> 'due_now')::int;
        budget_id := reserve_budget(
            p_award ->> 'pool', p_award ->> 'pool_region',
            extract(year FROM (part ->> 'due')::date)::int, fen, is_due
        );
        INSERT INTO payment (
            id, application_id, instalment, measure, region, payee_kind, payee_owner, budget_id,
            amount_fen, due, status, approved_by, approved_at, released_by, version
        ) VALUES (
            p_payments[number], (p_award ->> 'application_id')::uuid, number,
            p_award ->> 'measure', p_award ->> 'region', p_award ->> 'payee_kind',
            (p_award ->> 'payee_owner')::uuid, budget_id, fen, (part ->> 'due')::date,
            CASE WHEN is_due THEN 'ordered' ELSE 'planned' END, p_award ->> 'approved_by', p_at,
            NULL, 1
        );
        IF is_due THEN
            INSERT INTO transfer (
                id, kind, debit, credit, amount_fen, region, source_id, payment_id, booked_at
            ) VALUES (
                uuidv7(), 'award', 'budget:' || budget_id,
                'payable:' || (p_award ->> 'payee_kind') || ':' || (p_award ->> 'payee_owner'),
                fen, p_award ->> 'region', p_payments[number], p_payments[number], p_at
            );
        END IF;
    END LOOP;
END $$
