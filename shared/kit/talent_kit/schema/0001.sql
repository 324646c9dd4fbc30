CREATE TABLE audit (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    region TEXT,
    purpose TEXT,
    request_id TEXT,
    detail JSONB NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (position)
)

CREATE INDEX ix_audit_subject ON audit (subject, position)

CREATE TABLE audit_seal (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    previous BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    key_id TEXT NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_audit_seal PRIMARY KEY (position),
    CONSTRAINT uq_audit_seal_last UNIQUE (last)
)

CREATE TABLE data_key (
    talent_id UUID NOT NULL,
    wrapped BYTEA,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    destroyed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_data_key PRIMARY KEY (talent_id)
)

CREATE TABLE event_count (
    direction TEXT NOT NULL,
    type TEXT NOT NULL,
    events BIGINT NOT NULL,
    CONSTRAINT pk_event_count PRIMARY KEY (direction, type)
)

CREATE TABLE idempotency (
    principal TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    status INTEGER NOT NULL,
    answer BYTEA NOT NULL,
    headers JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (principal, key)
)

CREATE INDEX ix_idempotency_made_at ON idempotency (made_at)

CREATE TABLE inbox (
    event_id UUID NOT NULL,
    type TEXT NOT NULL,
    processed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_inbox PRIMARY KEY (event_id)
)

CREATE INDEX ix_inbox_processed_at ON inbox (processed_at)

CREATE TABLE outbox (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    event_id UUID NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    value BYTEA NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_outbox PRIMARY KEY (position)
)

CREATE TABLE parked (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    event_id UUID NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    value BYTEA NOT NULL,
    reason TEXT NOT NULL,
    parked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_parked PRIMARY KEY (position),
    CONSTRAINT uq_parked_event_id UNIQUE (event_id)
)

CREATE INDEX ix_parked_topic_key ON parked (topic, key)

CREATE TABLE timer (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    due TIMESTAMP WITH TIME ZONE NOT NULL,
    tries INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_timer PRIMARY KEY (id),
    CONSTRAINT uq_timer_kind_key UNIQUE (kind, key)
)

CREATE INDEX ix_timer_due ON timer (due)

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
