-- name: files
-- The files that only Garmin brought.
DELETE FROM garmin_raw_files WHERE user_id = %(user_id)s AND lane = 'garmin' RETURNING sha256;

-- name: activities
-- Every leg of those files, and what was typed in at Garmin; laps and the rest go by cascade.
DELETE FROM activities
 WHERE user_id = %(user_id)s AND (source = 'garmin' OR file_sha256 = ANY(%(files)s))
RETURNING local_date;

-- name: quarantine
DELETE FROM quarantine WHERE user_id = %(user_id)s AND sha256 = ANY(%(files)s);

-- name: unowned
-- Of some files, those that no account has any more.
SELECT sha256 FROM unnest(%(files)s::text[]) AS gone (sha256)
 WHERE NOT EXISTS (SELECT FROM garmin_raw_files f WHERE f.sha256 = gone.sha256);

-- name: words
UPDATE activities
   SET garmin_vo2max = NULL, garmin_workout_id = NULL, feel = NULL, compliance_pct = NULL
 WHERE user_id = %(user_id)s;

-- name: days
-- Fields that Garmin's lanes told; what the runner or an archive told stays.
UPDATE health_metrics h
   SET resting_hr_bpm = CASE WHEN h.sources->>'resting_hr_bpm' = 'garmin' THEN NULL
                             ELSE h.resting_hr_bpm END,
       hrv_ms = CASE WHEN h.sources->>'hrv_ms' = 'garmin' THEN NULL ELSE h.hrv_ms END,
       average_stress = CASE WHEN h.sources->>'average_stress' = 'garmin' THEN NULL
                             ELSE h.average_stress END,
       body_battery_max = CASE WHEN h.sources->>'body_battery_max' = 'garmin' THEN NULL
                               ELSE h.body_battery_max END,
       body_battery_min = CASE WHEN h.sources->>'body_battery_min' = 'garmin' THEN NULL
                               ELSE h.body_battery_min END,
       weight_kg = CASE WHEN h.sources->>'weight_kg' = 'garmin' THEN NULL ELSE h.weight_kg END,
       steps = CASE WHEN h.sources->>'steps' = 'garmin' THEN NULL ELSE h.steps END,
       sources = coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(h.sources)
                            WHERE value <> '"garmin"'), '{}')
 WHERE h.user_id = %(user_id)s AND h.sources::text LIKE '%%"garmin"%%'
RETURNING date;

-- name: empty_days
DELETE FROM health_metrics WHERE user_id = %(user_id)s AND sources = '{}';

-- name: nights
DELETE FROM sleep WHERE user_id = %(user_id)s AND source = 'garmin' RETURNING date;

-- name: streams
DELETE FROM hr_records WHERE user_id = %(user_id)s AND source = 'garmin';

-- name: scores
DELETE FROM garmin_scores WHERE user_id = %(user_id)s;

-- name: records
DELETE FROM garmin_records WHERE user_id = %(user_id)s;

-- name: gear
DELETE FROM gear WHERE user_id = %(user_id)s;

-- name: gaps
DELETE FROM health_gaps WHERE user_id = %(user_id)s;

-- name: benchmarks
DELETE FROM athlete_benchmarks WHERE user_id = %(user_id)s AND source = 'garmin'
RETURNING valid_from;

-- name: events
DELETE FROM garmin_raw_events WHERE user_id = %(user_id)s AND lane IS NOT NULL;

-- name: units
DELETE FROM sync_units WHERE user_id = %(user_id)s;

-- name: marks
-- What was asked today, and waits that Garmin asked for, stay: forgetting must not hurry.
UPDATE garmin_sync_state
   SET last_started_at = NULL, last_success_at = NULL, last_problem = NULL, known_count = NULL,
       reconciled_45_at = NULL, reconciled_90_at = NULL, backfill_from = NULL,
       backfill_enumerated = false
 WHERE user_id = %(user_id)s;
