WITH ours AS (
    SELECT kind, reference, order_id, amount_fen, at FROM payment_entry
    WHERE at >= :begins AND at < :ends
), theirs AS (
    SELECT kind, reference, order_id, amount_fen, booked_at FROM payment_line
    WHERE booked_at >= :begins AND booked_at < :ends
), seen AS (
    SELECT kind, reference, coalesce(ours.order_id, theirs.order_id) AS order_id,
        coalesce(ours.amount_fen, 0) AS ours_fen, coalesce(theirs.amount_fen, 0) AS theirs_fen,
        (coalesce(theirs.booked_at, ours.at) AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM ours FULL JOIN theirs USING (kind, reference)
)
INSERT INTO payment_difference (
    id, kind, reference, activity_id, organiser, region, day, ours_fen, theirs_fen, found_at, version
)
SELECT uuidv7(), seen.kind, seen.reference, activity.id, activity.organiser,
    coalesce(activity.region, :region), seen.day, seen.ours_fen, seen.theirs_fen, :now, 1
FROM seen
LEFT JOIN payment_order ON payment_order.id = seen.order_id
LEFT JOIN activity ON activity.id = payment_order.activity_id
WHERE seen.ours_fen <> seen.theirs_fen
ON CONFLICT (kind, reference) DO NOTHING
