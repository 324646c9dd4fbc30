"""The tables that the kit keeps in every service's own database.

Every table, here and in the services, declares its retention class in `info`; `RETENTION` says
what each class means.
"""

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry

RETENTION: Mapping[str, str] = {
    "business": "as long as the law keeps the matter; personal columns end with the data key",
    "ledger": "for good: money and its decisions",
    "audit": "for good: append-only",
    "personal": "until the talent is erased",
    "delivery": "days: rows are removed once delivered or replayed",
    "reference": "until replaced by a newer version",
}

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_registry() -> registry:
    """Return a registry of its own, so that two services' tables can live in one process."""
    return registry(metadata=MetaData(naming_convention=NAMING))


metadata = MetaData(naming_convention=NAMING)

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    info={"retention": "delivery"},
)

event_count = Table(
    "event_count",
    metadata,
    Column("direction", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("events", BigInteger, nullable=False),
    info={"retention": "reference"},
)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("type", Text, nullable=False),
    Column("processed_at", DateTime(timezone=True), nullable=False),
    Index("ix_inbox_processed_at", "processed_at"),
    info={"retention": "delivery"},
)

parked = Table(
    "parked",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False),
    Index("ix_parked_topic_key", "topic", "key"),
    info={"retention": "delivery"},
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("principal", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Index("ix_idempotency_made_at", "made_at"),
    info={"retention": "delivery"},
)

timer = Table(
    "timer",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("due", DateTime(timezone=True), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    UniqueConstraint("kind", "key"),
    Index("ix_timer_due", "due"),
    info={"retention": "delivery"},
)

data_key = Table(
    "data_key",
    metadata,
    Column("talent_id", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("destroyed_at", DateTime(timezone=True), nullable=True),
    info={"retention": "personal"},
)

audit = Table(
    "audit",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("region", Text, nullable=True),
    Column("purpose", Text, nullable=True),
    Column("request_id", Text, nullable=True),
    Column("detail", JSONB, nullable=False),
    Index("ix_audit_subject", "subject", "position"),
    info={"retention": "audit"},
)

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False, unique=True),
    Column("digest", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed_at", DateTime(timezone=True), nullable=False),
    info={"retention": "audit"},
)

blob = Table(
    "blob",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("size", BigInteger, nullable=True),
    Column("checksum", LargeBinary, nullable=True),
    Column("wrapped", LargeBinary, nullable=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "state <> 'kept' OR (size IS NOT NULL AND checksum IS NOT NULL AND wrapped IS NOT NULL)",
        "kept",
    ),
    Index(
        "ix_blob_unsettled", "made_at", postgresql_where=text("state IN ('arriving', 'leaving')")
    ),
    info={"retention": "personal"},
)

job = Table(
    "job",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("blob_id", Uuid, ForeignKey("blob.id"), nullable=False),
    Column("total", Integer, nullable=True),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("ok", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("skipped", Integer, nullable=False, server_default="0"),
    Column("failure", Text, nullable=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=True),
    Column("ended_at", DateTime(timezone=True), nullable=True),
    Column("holder", Uuid, nullable=True),
    Column("lease_until", DateTime(timezone=True), nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    CheckConstraint("status IN ('queued', 'running', 'finished', 'failed', 'cancelled')", "status"),
    CheckConstraint(
        "(ended_at IS NOT NULL) = (status IN ('finished', 'failed', 'cancelled'))", "ended"
    ),
    Index("ix_job_open", "id", postgresql_where=text("status IN ('queued', 'running')")),
    Index("ix_job_kind_made_by_id", "kind", "made_by", "id"),
    Index("ix_job_kind_region_id", "kind", "region", "id"),
    Index("ix_job_blob_id", "blob_id"),
    info={"retention": "business"},
)

job_report = Table(
    "job_report",
    metadata,
    Column("job_id", Uuid, ForeignKey("job.id"), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("row", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False),
    info={"retention": "business"},
)
