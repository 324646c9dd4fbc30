WITH touched AS (
    SELECT order_id AS id FROM statement_line
    WHERE day BETWEEN :since AND :until AND order_id IS NOT NULL
    UNION
    SELECT id FROM bank_order WHERE booked_at >= :begins AND booked_at < :ends
), told AS (
    SELECT order_id AS id,
        sum(CASE direction WHEN 'out' THEN amount_fen ELSE -amount_fen END)::bigint AS fen,
        max(account_mask) FILTER (WHERE direction = 'out') AS mask,
        min(day) AS day
    FROM statement_line WHERE order_id IN (SELECT id FROM touched) GROUP BY order_id
), seen AS (
    SELECT touched.id, bank_order.status, payment.id AS payment_id,
        coalesce(payment.region, :region) AS region,
        coalesce(bank_order.booked_fen, 0) AS ours, coalesce(told.fen, 0) AS theirs,
        coalesce(told.day, (bank_order.booked_at AT TIME ZONE 'Asia/Shanghai')::date) AS day,
        told.id IS NULL AS untold,
        coalesce(bank_order.account_mask <> told.mask, false) AS elsewhere
    FROM touched
    LEFT JOIN bank_order ON bank_order.id = touched.id
    LEFT JOIN payment ON payment.id = bank_order.payment_id
    LEFT JOIN told ON told.id = touched.id
), found AS (
    SELECT kinds.kind, 'order:' || seen.id AS subject, seen.*
    FROM seen, LATERAL (VALUES
        (CASE
            -- The bank may have booked today what the worker has not heard of yet.
            WHEN status IN ('ready', 'sent') AND day >= :today THEN NULL
            WHEN untold AND ours > 0 THEN 'missing_at_bank'
            WHEN ours <> theirs AND (status IS NULL OR (ours = 0 AND status <> 'disputed'))
                THEN 'unknown_here'
            WHEN ours <> theirs THEN 'another_amount'
        END),
        (CASE WHEN elsewhere THEN 'another_account' END)
    ) AS kinds (kind)
    WHERE kinds.kind IS NOT NULL
    UNION ALL
    SELECT 'unknown_here', 'line:' || position, NULL, NULL, NULL, :region,
        taken_fen, amount_fen, day, false, false
    FROM statement_line
    WHERE day BETWEEN :since AND :until AND order_id IS NULL AND taken_fen <> amount_fen
), gone AS (
    UPDATE difference SET
        state = 'explained', note = 'no longer differs', version = version + 1
    FROM seen
    WHERE difference.subject = 'order:' || seen.id AND difference.state = 'open'
        AND seen.status IS DISTINCT FROM 'disputed'
        AND NOT EXISTS (
            SELECT 1 FROM found WHERE found.subject = difference.subject
                AND found.kind = difference.kind
        )
)
INSERT INTO difference (
    id, region, day, kind, subject, payment_id, ours_fen, theirs_fen, state, found_at, version
)
SELECT uuidv7(), region, day, kind, subject, payment_id, ours, theirs, 'open', :now, 1
FROM found
ON CONFLICT (kind, subject) DO UPDATE SET
    ours_fen = excluded.ours_fen, theirs_fen = excluded.theirs_fen, state = 'open', note = NULL,
    explained_by = NULL, found_at = excluded.found_at, version = difference.version + 1
WHERE (difference.ours_fen, difference.theirs_fen)
    IS DISTINCT FROM (excluded.ours_fen, excluded.theirs_fen)
