CREATE TABLE payee (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    owner_id UUID NOT NULL,
    account_sealed BYTEA NOT NULL,
    holder_sealed BYTEA NOT NULL,
    bank_code VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_payee PRIMARY KEY (id),
    CONSTRAINT uq_payee_kind_owner_id UNIQUE (kind, owner_id)
)

CREATE TABLE budget (
    id UUID NOT NULL,
    pool VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    limit_fen BIGINT,
    reserved_fen BIGINT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_budget PRIMARY KEY (id),
    CONSTRAINT uq_budget_pool_region_year UNIQUE (pool, region, year),
    CONSTRAINT ck_budget_reserved CHECK (reserved_fen >= 0),
    CONSTRAINT ck_budget_limit CHECK (reserved_fen <= limit_fen)
)

CREATE TABLE claim (
    scope VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    application_id UUID NOT NULL,
    CONSTRAINT pk_claim PRIMARY KEY (scope, key)
)

CREATE INDEX ix_claim_application_id ON claim (application_id)

CREATE TABLE transfer (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    debit VARCHAR NOT NULL,
    credit VARCHAR NOT NULL,
    amount_fen BIGINT NOT NULL,
    payment_id UUID NOT NULL,
    booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_transfer PRIMARY KEY (id),
    CONSTRAINT uq_transfer_kind_payment_id UNIQUE (kind, payment_id),
    CONSTRAINT ck_transfer_amount CHECK (amount_fen > 0),
    CONSTRAINT ck_transfer_accounts CHECK (debit <> credit)
)

CREATE INDEX ix_transfer_credit ON transfer (credit)

CREATE INDEX ix_transfer_debit ON transfer (debit)

CREATE TABLE payment (
    id UUID NOT NULL,
    application_id UUID NOT NULL,
    instalment INTEGER NOT NULL,
    measure VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    payee_kind VARCHAR NOT NULL,
    payee_owner UUID NOT NULL,
    budget_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    due DATE NOT NULL,
    status VARCHAR NOT NULL,
    approved_by VARCHAR,
    released_by VARCHAR,
    failure VARCHAR,
    version INTEGER NOT NULL,
    CONSTRAINT pk_payment PRIMARY KEY (id),
    CONSTRAINT uq_payment_application_id_instalment UNIQUE (application_id, instalment),
    CONSTRAINT ck_payment_amount CHECK (amount_fen > 0),
    CONSTRAINT fk_payment_budget_id FOREIGN KEY(budget_id) REFERENCES budget (id)
)

CREATE INDEX ix_payment_region_status_id ON payment (region, status, id)

CREATE TABLE bank_order (
    id UUID NOT NULL,
    payment_id UUID NOT NULL,
    attempt INTEGER NOT NULL,
    account_sealed BYTEA,
    amount_fen BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_bank_order PRIMARY KEY (id),
    CONSTRAINT uq_bank_order_payment_id_attempt UNIQUE (payment_id, attempt),
    CONSTRAINT fk_bank_order_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id)
)

CREATE UNIQUE INDEX uq_bank_order_open ON bank_order (payment_id) WHERE status <> 'refused'

CREATE TABLE application (
    id UUID NOT NULL,
    measure VARCHAR NOT NULL,
    pack_id UUID NOT NULL,
    pack_name VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    talent_id UUID,
    employer_id UUID,
    payee_kind VARCHAR NOT NULL,
    login VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    amount_fen BIGINT,
    as_of DATE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_application PRIMARY KEY (id)
)

CREATE INDEX ix_application_employer_id ON application (employer_id, id)

CREATE INDEX ix_application_region_status_id ON application (region, status, id)

CREATE INDEX ix_application_talent_id ON application (talent_id, id)

CREATE UNIQUE INDEX uq_application_open ON application (measure, subject_id) WHERE status IN ('pending', 'returned')

CREATE TABLE decision (
    id UUID NOT NULL,
    application_id UUID NOT NULL,
    number INTEGER NOT NULL,
    result VARCHAR NOT NULL,
    decided_by VARCHAR,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    pack_digest VARCHAR NOT NULL,
    as_of DATE NOT NULL,
    amount_fen BIGINT,
    key_owner UUID NOT NULL,
    record_sealed BYTEA NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (id),
    CONSTRAINT uq_decision_application_id_number UNIQUE (application_id, number),
    CONSTRAINT fk_decision_application_id FOREIGN KEY(application_id) REFERENCES application (id)
)

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is immutable', TG_TABLE_NAME;
END $$

CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()

CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()

CREATE FUNCTION reserve_budget(p_pool text, p_region text, p_year int, p_fen bigint, p_now boolean)
RETURNS uuid LANGUAGE plpgsql AS $$
-- Takes money out of a year's limit. A year without a limit reserves freely, but pays nothing.
DECLARE
    found_id uuid;
BEGIN
    UPDATE budget SET reserved_fen = reserved_fen + p_fen, version = version + 1
    WHERE pool = p_pool AND region = p_region AND year = p_year
        AND (reserved_fen + p_fen <= limit_fen OR (limit_fen IS NULL AND NOT p_now))
    RETURNING id INTO found_id;
    IF found_id IS NOT NULL THEN
        RETURN found_id;
    END IF;
    PERFORM 1 FROM budget
    WHERE pool = p_pool AND region = p_region AND year = p_year AND limit_fen IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'budget exhausted' USING ERRCODE = 'TC001';
    END IF;
    IF p_now THEN
        RAISE EXCEPTION 'budget missing' USING ERRCODE = 'TC002';
    END IF;
    INSERT INTO budget (id, pool, region, year, reserved_fen, version)
    VALUES (uuidv7(), p_pool, p_region, p_year, 0, 1)
    ON CONFLICT (pool, region, year) DO NOTHING;
    RETURN reserve_budget(p_pool, p_region, p_year, p_fen, p_now);
END $$

CREATE FUNCTION award_money(p_award jsonb, p_payments uuid[], p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
-- Always in the order claim, budget by year, payment, transfer: two awards cannot deadlock.
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
            amount_fen, due, status, approved_by, released_by, version
        ) VALUES (
            p_payments[number], (p_award ->> 'application_id')::uuid, number,
            p_award ->> 'measure', p_award ->> 'region', p_award ->> 'payee_kind',
            (p_award ->> 'payee_owner')::uuid, budget_id, fen, (part ->> 'due')::date,
            CASE WHEN is_due THEN 'ordered' ELSE 'planned' END, p_award ->> 'approved_by',
            NULL, 1
        );
        IF is_due THEN
            INSERT INTO transfer (id, kind, debit, credit, amount_fen, payment_id, booked_at)
            VALUES (
                uuidv7(), 'award', 'budget:' || budget_id,
                'payable:' || (p_award ->> 'payee_kind') || ':' || (p_award ->> 'payee_owner'),
                fen, p_payments[number], p_at
            );
        END IF;
    END LOOP;
END $$
