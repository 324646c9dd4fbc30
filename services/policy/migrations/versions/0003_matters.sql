CREATE TABLE matter (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    talent_id UUID,
    employer_id UUID,
    region VARCHAR NOT NULL,
    title VARCHAR,
    version INTEGER NOT NULL,
    CONSTRAINT pk_matter PRIMARY KEY (id),
    CONSTRAINT ck_matter_parties CHECK (num_nonnulls(talent_id, employer_id) > 0),
    CONSTRAINT ck_matter_title CHECK (title IS NULL OR talent_id IS NULL)
)

CREATE INDEX ix_matter_talent_id_id ON matter (talent_id, id)

CREATE INDEX ix_matter_employer_id_id ON matter (employer_id, id)

CREATE INDEX ix_matter_region_id ON matter (region, id)

CREATE TABLE counter (
    scope VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    used BIGINT NOT NULL,
    CONSTRAINT pk_counter PRIMARY KEY (scope, key),
    CONSTRAINT ck_counter_used CHECK (used >= 0)
)

CREATE FUNCTION count_granted(p_kind text, p_scope text, p_key text, p_add bigint, p_limit bigint, p_used bigint)
RETURNS void LANGUAGE plpgsql AS $$
-- Raises a counter up to its limit, or from exactly what the decision saw (p_used).
BEGIN
    FOR attempt IN 1..2 LOOP
        UPDATE counter SET used = used + p_add
        WHERE scope = p_scope AND key = p_key
            AND (p_limit IS NULL OR used + p_add <= p_limit) AND (p_used IS NULL OR used = p_used);
        IF FOUND THEN
            RETURN;
        END IF;
        INSERT INTO counter (scope, key, used) VALUES (p_scope, p_key, 0) ON CONFLICT DO NOTHING;
    END LOOP;
    RAISE EXCEPTION 'no % left', p_kind USING ERRCODE =
        CASE p_kind WHEN 'quota' THEN 'TC003' WHEN 'cap' THEN 'TC004' ELSE 'TC005' END;
END $$

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
