-- name: clear_estimates
-- Forget the estimates that are no more, or say something else, given those that are as one JSON
-- list; what the runner or Garmin said stays.
DELETE FROM athlete_benchmarks b
 WHERE user_id = %(user_id)s AND source IN ('estimate', 'default') AND NOT EXISTS (
       SELECT FROM jsonb_populate_recordset(NULL::athlete_benchmarks, %(rows)s) AS given
        WHERE given.kind = b.kind AND given.valid_from = b.valid_from
          AND given.source = b.source AND given IS NOT DISTINCT FROM b);

-- name: put_estimates
-- Keep the estimates that are not there yet, given as one JSON list.
INSERT INTO athlete_benchmarks
SELECT * FROM jsonb_populate_recordset(NULL::athlete_benchmarks, %(rows)s)
EXCEPT SELECT * FROM athlete_benchmarks WHERE user_id = %(user_id)s;

-- name: put
-- What a person or a device said, from a day on.
INSERT INTO athlete_benchmarks (user_id, kind, valid_from, source, value, confidence)
VALUES (%(user_id)s, %(kind)s, %(valid_from)s, %(source)s, %(value)s, %(confidence)s)
    ON CONFLICT (user_id, kind, valid_from, source) DO UPDATE
   SET value = excluded.value, confidence = excluded.confidence;

-- name: remove_user
-- Take back what the runner said from a day on.
DELETE FROM athlete_benchmarks
 WHERE user_id = %(user_id)s AND kind = %(kind)s AND valid_from = %(valid_from)s
   AND source = 'user';

-- name: all
-- Every row, oldest first.
SELECT kind, value, valid_from, source, confidence, algorithm, evidence
  FROM athlete_benchmarks
 WHERE user_id = %(user_id)s
 ORDER BY kind, valid_from, source;

-- name: newest
-- The newest row of each kind and source that has begun by a day.
SELECT DISTINCT ON (kind, source) kind, value, valid_from, source, confidence, algorithm, evidence
  FROM athlete_benchmarks
 WHERE user_id = %(user_id)s AND valid_from <= %(day)s
 ORDER BY kind, source, valid_from DESC;
