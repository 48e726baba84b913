-- name: clear_predictions
DELETE FROM race_predictions WHERE user_id = %(user_id)s;

-- name: put_predictions
-- Keep race times, given as one JSON list.
INSERT INTO race_predictions
       (user_id, distance_m, as_of, time_s, fastest_s, slowest_s, confidence, methods)
SELECT %(user_id)s, distance_m, as_of, time_s, fastest_s, slowest_s, confidence, methods
  FROM jsonb_populate_recordset(NULL::race_predictions, %(rows)s);

-- name: predictions
SELECT * FROM race_predictions WHERE user_id = %(user_id)s ORDER BY distance_m;

-- name: clear_baseline
DELETE FROM athlete_baseline WHERE user_id = %(user_id)s;

-- name: put_baseline
INSERT INTO athlete_baseline (user_id, as_of, body) VALUES (%(user_id)s, %(as_of)s, %(body)s);

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
