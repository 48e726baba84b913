-- name: clear_estimates
-- Forget what was estimated; what the runner or Garmin said stays.
DELETE FROM athlete_benchmarks
 WHERE user_id = %(user_id)s AND source IN ('estimate', 'default');

-- name: put_estimates
-- Keep estimated rows, given as one JSON list.
INSERT INTO athlete_benchmarks
       (user_id, kind, valid_from, source, value, confidence, algorithm, evidence)
SELECT %(user_id)s, kind, valid_from, source, value, confidence, algorithm, evidence
  FROM jsonb_populate_recordset(NULL::athlete_benchmarks, %(rows)s);

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

-- name: in_force
-- The row of each kind that counts on a day: the runner's word before Garmin's, that before
-- estimates, that before defaults; of one source the newest. Garmin's threshold heart rate
-- counts for 180 days.
SELECT DISTINCT ON (kind) kind, value, valid_from, source, confidence, algorithm, evidence
  FROM athlete_benchmarks
 WHERE user_id = %(user_id)s AND valid_from <= %(day)s
   AND NOT (kind = 'lthr_bpm' AND source = 'garmin' AND valid_from <= %(day)s::date - 180)
 ORDER BY kind, array_position(ARRAY['user', 'garmin', 'estimate', 'default'], source),
          valid_from DESC;
