-- name: emptied
-- What Garmin's own files and words made becomes a shell that any other file is better than: what
-- the runner wrote in it stays with whichever takes its place.
UPDATE activities a
   SET source = 'garmin', decode_status = 'salvaged', parent_id = NULL,
       garmin_activity_id = NULL, garmin_twin_ids = '{}', sources = '{}',
       name = CASE WHEN 'name' = ANY(edited) THEN name END,
       notes = CASE WHEN 'notes' = ANY(edited) THEN notes END,
       rpe = CASE WHEN 'rpe' = ANY(edited) THEN rpe END,
       gear = CASE WHEN 'gear' = ANY(edited) THEN gear END,
       is_race = is_race AND 'is_race' = ANY(edited),
       air_temperature_c = CASE WHEN 'air_temperature_c' = ANY(edited) THEN air_temperature_c END,
       dew_point_c = CASE WHEN 'dew_point_c' = ANY(edited) THEN dew_point_c END,
       garmin_vo2max = NULL, garmin_workout_id = NULL, feel = NULL, compliance_pct = NULL
 WHERE a.user_id = %(user_id)s
   AND (a.source = 'garmin'
        OR EXISTS (SELECT FROM garmin_raw_files f
                    WHERE f.user_id = a.user_id AND f.sha256 = a.file_sha256
                      AND f.lane = 'garmin'))
RETURNING a.file_sha256, a.started_at, a.elapsed_s, a.local_date;

-- name: unsaid
-- What Garmin said of an activity whose file came another way. Its number stays where a file of
-- the runner's or an export tells it too.
UPDATE activities a
   SET name = CASE WHEN l.by ? 'name' THEN NULL ELSE name END,
       notes = CASE WHEN l.by ? 'notes' THEN NULL ELSE notes END,
       rpe = CASE WHEN l.by ? 'rpe' THEN NULL ELSE rpe END,
       gear = CASE WHEN l.by ? 'gear' THEN NULL ELSE gear END,
       is_race = is_race AND NOT l.by ? 'is_race',
       air_temperature_c = CASE WHEN l.by ? 'air_temperature_c' THEN NULL
                                ELSE air_temperature_c END,
       dew_point_c = CASE WHEN l.by ? 'dew_point_c' THEN NULL ELSE dew_point_c END,
       garmin_vo2max = NULL, garmin_workout_id = NULL, feel = NULL, compliance_pct = NULL,
       sources = coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(a.sources)
                            WHERE value NOT IN ('"garmin"', '"garmin_twin"')), '{}'),
       garmin_activity_id = CASE WHEN l.is_told_otherwise THEN a.garmin_activity_id END,
       garmin_twin_ids = '{}'
  FROM (SELECT id,
               coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(sources)
                          WHERE value IN ('"garmin"', '"garmin_twin"')
                            AND key <> ALL(edited)), '{}') AS by,
               EXISTS (SELECT FROM garmin_raw_files f
                        WHERE f.user_id = b.user_id AND f.lane <> 'garmin'
                          AND f.garmin_activity_id = b.garmin_activity_id)
               OR EXISTS (SELECT FROM garmin_raw_events e
                           WHERE e.user_id = b.user_id AND e.kind = 'garmin.activity'
                             AND e.key = b.garmin_activity_id::text) AS is_told_otherwise
          FROM activities b
         WHERE b.user_id = %(user_id)s) AS l
 WHERE a.id = l.id AND a.source <> 'garmin'
   AND (a.sources @? '$.* ? (@ == "garmin" || @ == "garmin_twin")'
        OR a.garmin_twin_ids <> '{}'
        OR num_nonnulls(a.garmin_vo2max, a.garmin_workout_id, a.feel, a.compliance_pct) > 0
        OR (a.garmin_activity_id IS NOT NULL AND NOT l.is_told_otherwise))
RETURNING a.file_sha256, a.started_at, a.elapsed_s, a.local_date;

-- name: others
-- Files of the runner's own that may tell again what Garmin told better: those that are not in
-- use, and those in use that hold words (a FIT file holds none); in the order in which they came.
SELECT sha256, name, lane FROM garmin_raw_files
 WHERE user_id = %(user_id)s AND lane <> 'garmin' AND kind IN ('fit', 'tcx', 'gpx')
   AND (outcome = 'duplicate' OR (kind <> 'fit' AND sha256 = ANY(%(sha256)s)))
 ORDER BY received_at, name;

-- name: shells
-- Those whose place no other file took, and which no table tells: those are whole again.
DELETE FROM activities
 WHERE user_id = %(user_id)s AND source = 'garmin' AND decode_status = 'salvaged'
RETURNING id;

-- name: nights
-- A night keeps the fields that came another way; one without any is no night.
WITH gone AS (
    DELETE FROM sleep WHERE user_id = %(user_id)s
       AND sources @? '$.* ? (@ == "garmin" || @ == "garmin_twin")'
    RETURNING *
), kept AS (
    SELECT g.*, (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(sources)
                  WHERE value NOT IN ('"garmin"', '"garmin_twin"')) AS rest
      FROM gone g
), back AS (
    INSERT INTO sleep
    SELECT (jsonb_populate_record(NULL::sleep, to_jsonb(kept)
               - ARRAY(SELECT key FROM jsonb_each(sources) WHERE NOT rest ? key)
               || jsonb_build_object('sources', rest, 'source',
                      (SELECT value FROM jsonb_each_text(rest)
                        ORDER BY source_rank(value) DESC LIMIT 1)))).*
      FROM kept WHERE rest <> '{}'
)
SELECT date FROM gone;

-- name: days
-- The same for the values of a day.
WITH gone AS (
    DELETE FROM health_metrics WHERE user_id = %(user_id)s
       AND sources @? '$.* ? (@ == "garmin" || @ == "garmin_twin")'
    RETURNING *
), kept AS (
    SELECT g.*, (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(sources)
                  WHERE value NOT IN ('"garmin"', '"garmin_twin"')) AS rest
      FROM gone g
), back AS (
    INSERT INTO health_metrics
    SELECT (jsonb_populate_record(NULL::health_metrics, to_jsonb(kept)
               - ARRAY(SELECT key FROM jsonb_each(sources) WHERE NOT rest ? key)
               || jsonb_build_object('sources', rest))).*
      FROM kept WHERE rest <> '{}'
)
SELECT date FROM gone;

-- name: streams
DELETE FROM hr_records WHERE user_id = %(user_id)s AND source IN ('garmin', 'garmin_twin')
RETURNING date;

-- name: benchmarks
DELETE FROM athlete_benchmarks WHERE user_id = %(user_id)s AND source = 'garmin'
RETURNING valid_from;

-- name: person
-- What Garmin filled in of the runner, where it still stands.
UPDATE users u
   SET sex = CASE WHEN f.said ->> 'sex' = u.sex THEN 'unknown' ELSE u.sex END,
       birth_date = CASE WHEN f.said ->> 'birth_date' = u.birth_date::text THEN NULL
                         ELSE u.birth_date END
  FROM (SELECT jsonb_object_agg(key, body) AS said FROM garmin_raw_events
         WHERE user_id = %(user_id)s AND kind = 'connect.filled_in') AS f
 WHERE u.id = %(user_id)s AND f.said IS NOT NULL;

-- name: account
UPDATE garmin_sessions SET account = NULL WHERE user_id = %(user_id)s;

-- name: events
-- An export's tables are of other kinds.
DELETE FROM garmin_raw_events
 WHERE user_id = %(user_id)s AND kind LIKE 'connect.%%';

-- name: units
DELETE FROM sync_units WHERE user_id = %(user_id)s;

-- name: gaps
DELETE FROM health_gaps WHERE user_id = %(user_id)s;

-- name: scores
DELETE FROM garmin_scores WHERE user_id = %(user_id)s;

-- name: records
DELETE FROM garmin_records WHERE user_id = %(user_id)s;

-- name: gear
DELETE FROM gear WHERE user_id = %(user_id)s;

-- name: marks
UPDATE garmin_sync_state
   SET last_success_at = NULL, known_count = NULL, reconciled_45_at = NULL,
       reconciled_90_at = NULL, backfill_from = NULL, backfill_enumerated = false
 WHERE user_id = %(user_id)s;

-- name: files
DELETE FROM garmin_raw_files WHERE user_id = %(user_id)s AND lane = 'garmin' RETURNING sha256;
