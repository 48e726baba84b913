-- name: clear_predictions
-- Forget the race times that are no more, or say something else.
DELETE FROM race_predictions p
 WHERE user_id = %(user_id)s AND NOT EXISTS (
       SELECT FROM jsonb_populate_recordset(NULL::race_predictions, %(rows)s) AS given
        WHERE given.distance_m = p.distance_m AND given IS NOT DISTINCT FROM p);

-- name: put_predictions
-- Keep the race times that are not there yet, given as one JSON list.
INSERT INTO race_predictions
SELECT * FROM jsonb_populate_recordset(NULL::race_predictions, %(rows)s)
EXCEPT SELECT * FROM race_predictions WHERE user_id = %(user_id)s;

-- name: predictions
SELECT * FROM race_predictions WHERE user_id = %(user_id)s ORDER BY distance_m;

-- name: clear_baseline
DELETE FROM athlete_baseline WHERE user_id = %(user_id)s;

-- name: put_baseline
-- The history in a page, unless that is the page already.
INSERT INTO athlete_baseline AS b (user_id, as_of, body)
VALUES (%(user_id)s, %(as_of)s, %(body)s)
    ON CONFLICT (user_id) DO UPDATE SET as_of = excluded.as_of, body = excluded.body
 WHERE b IS DISTINCT FROM excluded;

-- name: baseline
SELECT body FROM athlete_baseline WHERE user_id = %(user_id)s;

-- name: algorithms
SELECT metric, algorithm FROM metric_algorithms WHERE user_id = %(user_id)s ORDER BY metric;

-- name: clear_algorithms
DELETE FROM metric_algorithms WHERE user_id = %(user_id)s;

-- name: put_algorithms
-- Which algorithm made the stored values, one array a column.
INSERT INTO metric_algorithms (user_id, metric, algorithm)
SELECT %(user_id)s, m, a FROM unnest(%(metrics)s::text[], %(algorithms)s::text[]) AS made (m, a);
