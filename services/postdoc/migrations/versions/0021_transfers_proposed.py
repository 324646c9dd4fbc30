"""Fellows say to which station a transfer is proposed, so that its unit sees them."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE fellow ADD COLUMN transfer_to UUID")
    op.execute(
        "ALTER TABLE fellow ADD CONSTRAINT fk_fellow_transfer_to"
        " FOREIGN KEY (transfer_to) REFERENCES station (id)"
    )
    op.execute(
        """
        UPDATE fellow SET transfer_to = (last.detail->>'station_id')::uuid
        FROM (
            SELECT DISTINCT ON (entry.fellow_id) entry.fellow_id, entry.kind, entry.detail
            FROM fellow_entry AS entry
            WHERE entry.kind IN ('transfer_proposed', 'transfer_dropped')
              AND entry.corrects IS NULL
              AND NOT EXISTS (SELECT FROM fellow_entry AS by WHERE by.corrects = entry.id)
            ORDER BY entry.fellow_id, entry.number DESC
        ) AS last
        WHERE last.fellow_id = fellow.id AND last.kind = 'transfer_proposed'
          AND fellow.status = 'entered'
        """
    )
    op.execute("CREATE INDEX ix_fellow_transfer_to_id ON fellow (transfer_to, id)")
