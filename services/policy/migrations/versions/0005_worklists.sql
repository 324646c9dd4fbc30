ALTER TABLE application
    ADD COLUMN number VARCHAR,
    ADD COLUMN step VARCHAR,
    ADD COLUMN waiting_since TIMESTAMP WITH TIME ZONE

CREATE FUNCTION check_character(p_digits text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- ISO/IEC 7064, MOD 11-2.
SELECT CASE rest WHEN 10 THEN 'X' ELSE rest::text END
FROM (
    SELECT (12 - sum(substr(p_digits, place, 1)::int * (2 ^ (length(p_digits) + 1 - place))::int)
        % 11) % 11 AS rest
    FROM generate_series(1, length(p_digits)) AS place
) AS computed
$$

WITH drawn AS MATERIALIZED (
    SELECT id,
        extract(year FROM as_of)::text || lpad(random(0, 999999999)::text, 9, '0') AS digits
    FROM application
)
UPDATE application SET number = drawn.digits || check_character(drawn.digits)
FROM drawn WHERE drawn.id = application.id

DROP FUNCTION check_character

UPDATE application SET
    waiting_since = submitted_at,
    step = CASE
        WHEN status = 'pending' THEN 'review'
        WHEN status = 'returned' THEN 'correction'
        WHEN EXISTS (
            SELECT FROM payment WHERE application_id = application.id AND payment.status = 'failed'
        ) THEN 'repair'
        WHEN EXISTS (
            SELECT FROM payment WHERE application_id = application.id AND payment.status = 'ordered'
        ) THEN 'release'
    END

ALTER TABLE application
    ALTER COLUMN number SET NOT NULL,
    ALTER COLUMN waiting_since SET NOT NULL,
    ADD CONSTRAINT uq_application_number UNIQUE (number)

CREATE INDEX ix_application_region_id ON application (region, id)

CREATE INDEX ix_application_waiting ON application (region, step, submitted_at, id)
    WHERE step IS NOT NULL

CREATE INDEX ix_application_waiting_measure ON application (region, step, measure, submitted_at, id)
    WHERE step IS NOT NULL

CREATE INDEX ix_payment_region_id ON payment (region, id)

CREATE INDEX ix_budget_region_id ON budget (region, id)

CREATE TABLE figure (
    region VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    measure VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    items INTEGER NOT NULL,
    fen BIGINT NOT NULL,
    CONSTRAINT pk_figure PRIMARY KEY (region, year, measure, kind, state)
)

CREATE TABLE counted (
    id UUID NOT NULL,
    version INTEGER NOT NULL,
    region VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    measure VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    step VARCHAR,
    fen BIGINT NOT NULL,
    CONSTRAINT pk_counted PRIMARY KEY (id)
)
