CREATE TABLE blob (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    type TEXT NOT NULL,
    size BIGINT,
    checksum BYTEA,
    wrapped BYTEA,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_blob PRIMARY KEY (id),
    CONSTRAINT ck_blob_kept CHECK (
        state <> 'kept' OR (size IS NOT NULL AND checksum IS NOT NULL AND wrapped IS NOT NULL)
    )
)

CREATE INDEX ix_blob_unsettled ON blob (made_at) WHERE state IN ('arriving', 'leaving')

CREATE TABLE job (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    made_by TEXT NOT NULL,
    params JSONB NOT NULL,
    blob_id UUID NOT NULL,
    total INTEGER,
    position INTEGER DEFAULT '0' NOT NULL,
    ok INTEGER DEFAULT '0' NOT NULL,
    failed INTEGER DEFAULT '0' NOT NULL,
    skipped INTEGER DEFAULT '0' NOT NULL,
    failure TEXT,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    holder UUID,
    lease_until TIMESTAMP WITH TIME ZONE,
    tries INTEGER DEFAULT '0' NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT fk_job_blob_id FOREIGN KEY (blob_id) REFERENCES blob (id),
    CONSTRAINT ck_job_status
        CHECK (status IN ('queued', 'running', 'finished', 'failed', 'cancelled')),
    CONSTRAINT ck_job_ended
        CHECK ((ended_at IS NOT NULL) = (status IN ('finished', 'failed', 'cancelled')))
)

CREATE INDEX ix_job_open ON job (id) WHERE status IN ('queued', 'running')

CREATE INDEX ix_job_kind_made_by_id ON job (kind, made_by, id)

CREATE INDEX ix_job_kind_region_id ON job (kind, region, id)

CREATE INDEX ix_job_blob_id ON job (blob_id)

CREATE TABLE job_report (
    job_id UUID NOT NULL,
    position BIGINT NOT NULL,
    row INTEGER NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    CONSTRAINT pk_job_report PRIMARY KEY (job_id, position),
    CONSTRAINT fk_job_report_job_id FOREIGN KEY (job_id) REFERENCES job (id)
)
