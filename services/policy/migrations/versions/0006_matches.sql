CREATE TABLE mark (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    lane SMALLINT NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    spreads BOOLEAN NOT NULL,
    after UUID,
    run_id UUID,
    CONSTRAINT pk_mark PRIMARY KEY (position)
)

CREATE INDEX ix_mark_lane_position ON mark (lane, position)

CREATE INDEX ix_mark_subject_id ON mark (subject_id)

CREATE TABLE match (
    id UUID NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    pack_name VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    pack_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    talent_id UUID,
    employer_id UUID,
    outcome VARCHAR NOT NULL,
    amount_fen BIGINT,
    by_registers BOOLEAN NOT NULL,
    applied BOOLEAN NOT NULL,
    as_of DATE NOT NULL,
    matched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_match PRIMARY KEY (id),
    CONSTRAINT uq_match_subject_id_pack_name_measure UNIQUE (subject_id, pack_name, measure)
)

CREATE INDEX ix_match_region_outcome_id ON match (region, outcome, id)

CREATE INDEX ix_match_region_measure_outcome_id ON match (region, measure, outcome, id)

CREATE TABLE match_figure (
    region VARCHAR NOT NULL,
    pack_name VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    subject_kind VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    applied BOOLEAN NOT NULL,
    subjects BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    CONSTRAINT pk_match_figure PRIMARY KEY (region, pack_name, measure, subject_kind, outcome, applied)
)

CREATE TABLE match_run (
    id UUID NOT NULL,
    key VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    region VARCHAR,
    status VARCHAR NOT NULL,
    kinds TEXT[] NOT NULL,
    after UUID,
    subjects INTEGER NOT NULL,
    marked INTEGER NOT NULL,
    matched INTEGER NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_match_run PRIMARY KEY (id),
    CONSTRAINT uq_match_run_key UNIQUE (key)
)

CREATE INDEX ix_match_run_status ON match_run (status) WHERE status <> 'done'

CREATE TABLE offer (
    id UUID NOT NULL,
    pack_name VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    pack_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    talent_id UUID,
    employer_id UUID,
    payee_kind VARCHAR NOT NULL,
    amount_fen BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_on DATE,
    closed_at TIMESTAMP WITH TIME ZONE,
    application_id UUID,
    version INTEGER NOT NULL,
    CONSTRAINT pk_offer PRIMARY KEY (id)
)

CREATE INDEX ix_offer_subject_id ON offer (subject_id) WHERE status = 'open'

CREATE INDEX ix_offer_talent_id_id ON offer (talent_id, id)

CREATE INDEX ix_offer_employer_id_id ON offer (employer_id, id)

CREATE TABLE offer_claim (
    scope VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    offer_id UUID NOT NULL,
    CONSTRAINT pk_offer_claim PRIMARY KEY (scope, key)
)

CREATE INDEX ix_offer_claim_offer_id ON offer_claim (offer_id)

CREATE INDEX ix_application_subject_id ON application (subject_id)

CREATE FUNCTION watch_changes(
    p_table text, p_kind text, p_id text, p_spreads boolean, p_key text, p_what text
) RETURNS void LANGUAGE plpgsql AS $$
-- Marks the subject of each changed row; kind and id are expressions of a row. What comes in bulk
-- stands in the second lane, so that the change of one person is not behind it. A function for each
-- table and event, so that its plan is made once. Where `p_what` is given, an expression of a row,
-- an update marks only rows in which it has changed: one more agent of an employer, or the next
-- step of an application, changes nobody's entitlements.
DECLARE
    event text;
    changed text;
BEGIN
    FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
        changed := 'changed';
        IF event = 'update' AND p_what IS NOT NULL THEN
            changed := format(
                '(SELECT changed.* FROM changed JOIN (
                    SELECT %s AS its_key, %s AS its_what FROM earlier
                ) AS before ON its_key = %s WHERE (%s) IS DISTINCT FROM its_what) AS differing',
                p_key, p_what, p_key, p_what
            );
        END IF;
        EXECUTE format(
            'CREATE FUNCTION mark_%s_%s() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                INSERT INTO mark (lane, subject_kind, subject_id, spreads)
                SELECT CASE WHEN count(*) OVER () > 20 THEN 1 ELSE 0 END, kind, id, %s
                FROM (SELECT DISTINCT %s AS kind, %s AS id FROM %s) AS subjects;
                RETURN NULL;
            END $function$',
            p_table, event, p_spreads::text, p_kind, p_id, changed
        );
        EXECUTE format(
            'CREATE TRIGGER mark_%s AFTER %s ON %I REFERENCING %s
             FOR EACH STATEMENT EXECUTE FUNCTION mark_%s_%s()',
            event, event, p_table,
            CASE event
                WHEN 'insert' THEN 'NEW TABLE AS changed'
                WHEN 'update' THEN 'NEW TABLE AS changed OLD TABLE AS earlier'
                ELSE 'OLD TABLE AS changed'
            END,
            p_table, event
        );
    END LOOP;
END $$

SELECT watch_changes('observation', 'subject_kind', 'subject_id', true, 'id', NULL)

SELECT watch_changes('person', '''person''', 'talent_id', true, 'talent_id', 'region')

SELECT watch_changes(
    'organisation', '''organisation''', 'employer_id', true, 'employer_id', 'region'
)

SELECT watch_changes('employment', '''employment''', 'id', false, 'id', NULL)

SELECT watch_changes('matter', 'kind', 'id', false, 'id', NULL)

SELECT watch_changes('application',
    'CASE WHEN talent_id IS NULL THEN subject_kind ELSE ''person'' END',
    'coalesce(talent_id, subject_id)', true,
    'id', 'status IN (''rejected'', ''withdrawn'')')

DROP FUNCTION watch_changes
