-- name: mark_stale
-- What is derived is behind from this day on.
INSERT INTO stale (user_id, since) VALUES (%(user_id)s, %(since)s)
    ON CONFLICT (user_id) DO UPDATE
   SET since = least(stale.since, excluded.since), changes = stale.changes + 1;

-- name: noted_changes
-- How many changes were noted since all was up to date.
SELECT changes FROM stale WHERE user_id = %(user_id)s;

-- name: clear_stale
-- Remove the note, unless more changes were noted than those that were derived from.
DELETE FROM stale WHERE user_id = %(user_id)s AND changes = %(changes)s;

-- name: note_failure
-- Note why what is behind could not be derived.
INSERT INTO stale (user_id, since, failed_at, error)
VALUES (%(user_id)s, %(today)s, now(), %(error)s)
    ON CONFLICT (user_id) DO UPDATE SET failed_at = excluded.failed_at, error = excluded.error;

-- name: state
-- Whether anything is behind, and the last day that was derived: of the days, or of the mornings
-- where these end sooner or are all there is.
SELECT EXISTS (SELECT FROM stale WHERE user_id = %(user_id)s) AS is_stale,
       least((SELECT max(date) FROM fitness_metrics_daily WHERE user_id = %(user_id)s),
             (SELECT max(date) FROM recovery_daily WHERE user_id = %(user_id)s)) AS last;

-- name: athlete
-- What deriving needs to know of the person.
SELECT u.sex, u.birth_date, u.timezone, coalesce(p.load_by, 'auto') AS load_by,
       coalesce(p.fitness_convention, 'exp') AS fitness_convention,
       coalesce(p.form_of, 'yesterday') AS form_of, coalesce(p.seeded, false) AS seeded
  FROM users u LEFT JOIN preferences p ON p.user_id = u.id
 WHERE u.id = %(user_id)s;

-- name: resting_hr
-- Resting heart rate by day, oldest first.
SELECT date, resting_hr_bpm FROM health_metrics
 WHERE user_id = %(user_id)s AND resting_hr_bpm IS NOT NULL
 ORDER BY date;

-- name: hashes
-- From which inputs the measures of each activity were made.
SELECT activity_id, inputs_hash FROM activity_metrics WHERE user_id = %(user_id)s;

-- name: clear_metrics
-- Make room for measures that say something else of their activities, given as one JSON list.
DELETE FROM activity_metrics m
 USING jsonb_populate_recordset(NULL::activity_metrics, %(rows)s) AS given
 WHERE m.user_id = %(user_id)s AND m.activity_id = given.activity_id
   AND m IS DISTINCT FROM given;

-- name: put_metrics
-- Keep the measures that are not there yet, given as one JSON list.
INSERT INTO activity_metrics
SELECT * FROM jsonb_populate_recordset(NULL::activity_metrics, %(rows)s)
EXCEPT SELECT * FROM activity_metrics WHERE user_id = %(user_id)s;

-- name: forget_metrics
DELETE FROM activity_metrics
 WHERE user_id = %(user_id)s AND activity_id = ANY(%(activity_ids)s);

-- name: metrics_of
SELECT * FROM activity_metrics WHERE user_id = %(user_id)s AND activity_id = %(activity_id)s;

-- name: metrics
-- The measures of all activities.
SELECT * FROM activity_metrics WHERE user_id = %(user_id)s;

-- name: clear_daily
-- Forget the days that are no more, or say something else, given those that are as one JSON list.
DELETE FROM fitness_metrics_daily d
 WHERE user_id = %(user_id)s AND NOT EXISTS (
       SELECT FROM jsonb_populate_recordset(NULL::fitness_metrics_daily, %(rows)s) AS given
        WHERE given.date = d.date AND given IS NOT DISTINCT FROM d);

-- name: put_daily
-- Keep the days that are not there yet, given as one JSON list.
INSERT INTO fitness_metrics_daily
SELECT * FROM jsonb_populate_recordset(NULL::fitness_metrics_daily, %(rows)s)
EXCEPT SELECT * FROM fitness_metrics_daily WHERE user_id = %(user_id)s;

-- name: daily
-- The days from one to another, oldest first.
SELECT * FROM fitness_metrics_daily
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
 ORDER BY date;

-- name: clear_recovery
-- Forget the mornings that are no more, or say something else.
DELETE FROM recovery_daily d
 WHERE user_id = %(user_id)s AND NOT EXISTS (
       SELECT FROM jsonb_populate_recordset(NULL::recovery_daily, %(rows)s) AS given
        WHERE given.date = d.date AND given IS NOT DISTINCT FROM d);

-- name: put_recovery
-- Keep the mornings that are not there yet, given as one JSON list.
INSERT INTO recovery_daily
SELECT * FROM jsonb_populate_recordset(NULL::recovery_daily, %(rows)s)
EXCEPT SELECT * FROM recovery_daily WHERE user_id = %(user_id)s;

-- name: recovery
-- The mornings from one day to another, oldest first.
SELECT * FROM recovery_daily
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
 ORDER BY date;

-- name: clear_summaries
-- Forget the weeks, months, years and the sum of all that are no more, or say something else.
DELETE FROM analytics_summaries s
 WHERE user_id = %(user_id)s AND NOT EXISTS (
       SELECT FROM jsonb_populate_recordset(NULL::analytics_summaries, %(rows)s) AS given
        WHERE given.period = s.period AND given.starts_on = s.starts_on
          AND given IS NOT DISTINCT FROM s);

-- name: put_summaries
-- Keep those that are not there yet, given as one JSON list.
INSERT INTO analytics_summaries
SELECT * FROM jsonb_populate_recordset(NULL::analytics_summaries, %(rows)s)
EXCEPT SELECT * FROM analytics_summaries WHERE user_id = %(user_id)s;

-- name: summaries
-- The periods of one kind that start from one day to another, oldest first.
SELECT * FROM analytics_summaries
 WHERE user_id = %(user_id)s AND period = %(period)s
   AND starts_on BETWEEN %(first)s AND %(last)s
 ORDER BY starts_on;
