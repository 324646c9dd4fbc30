CREATE TABLE review (
    id UUID NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    region VARCHAR NOT NULL,
    title_zh VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    plan JSONB NOT NULL,
    position INTEGER NOT NULL,
    round INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    step_kind VARCHAR NOT NULL,
    step_region VARCHAR NOT NULL,
    step_role VARCHAR NOT NULL,
    step_began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    since DATE NOT NULL,
    due_on DATE,
    standing INTEGER NOT NULL,
    escalated BOOLEAN NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_review PRIMARY KEY (id)
)

CREATE INDEX ix_review_published ON review (id) WHERE status = 'open' AND step_kind = 'publication'

CREATE INDEX ix_review_subject_id_id ON review (subject_id, id)

CREATE INDEX ix_review_to_do ON review (step_region, step_began_at, id) WHERE status = 'open'

CREATE UNIQUE INDEX uq_review_open_subject_id ON review (subject_id) WHERE status IN ('open', 'returned')

CREATE TABLE review_act (
    id UUID NOT NULL,
    review_id UUID NOT NULL,
    number INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    actor VARCHAR NOT NULL,
    words_sealed BYTEA,
    detail JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_review_act PRIMARY KEY (id),
    CONSTRAINT fk_review_act_review_id FOREIGN KEY(review_id) REFERENCES review (id)
)

CREATE UNIQUE INDEX uq_review_act_review_id_number ON review_act (review_id, number)

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON review_act
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
