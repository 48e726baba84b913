-- name: page
-- The latest activities before a moment, newest first, with the numbers that lists show.
SELECT a.*, m.moving_s, m.gap_mps, m.ngp_mps, m.elevation_gain_m, m.efficiency_factor,
       m.decoupling_pct, m.effective_vo2max, m.trimp, m.load, m.load_source
  FROM activities a LEFT JOIN activity_metrics m ON m.activity_id = a.id
 WHERE a.user_id = %(user_id)s
   AND (a.started_at, a.id) < (coalesce(%(before)s::timestamptz, 'infinity'),
                               coalesce(%(before_id)s::bigint, 0))
   AND (%(sport)s::text IS NULL OR a.sport = %(sport)s)
   AND (%(first)s::date IS NULL OR a.local_date >= %(first)s)
   AND (%(last)s::date IS NULL OR a.local_date <= %(last)s)
   AND (%(name)s::text IS NULL OR strpos(lower(a.name), lower(%(name)s)) > 0)
   AND (%(min_distance_m)s::float8 IS NULL OR a.distance_m >= %(min_distance_m)s)
   AND (%(max_distance_m)s::float8 IS NULL OR a.distance_m <= %(max_distance_m)s)
   AND (%(has_gps)s::boolean IS NULL OR a.has_gps = %(has_gps)s)
   AND (%(is_race)s::boolean IS NULL OR a.is_race = %(is_race)s)
   AND (%(is_treadmill)s::boolean IS NULL OR a.is_treadmill = %(is_treadmill)s)
 ORDER BY a.started_at DESC, a.id DESC
 LIMIT %(limit)s;

-- name: for_pages
-- The activities of some days, oldest first, in the columns that charts and tables use.
SELECT a.id, a.parent_id, a.sport, a.sub_sport, a.name, a.is_race, a.is_treadmill, a.has_gps,
       a.started_at, a.local_started_at, a.local_date, a.elapsed_s, a.timer_s, a.distance_m,
       a.ascent_m, a.average_hr_bpm, a.max_hr_bpm, a.average_speed_mps, a.average_cadence_spm,
       a.average_power_w, a.average_temperature_c, a.rpe, a.gear,
       m.moving_s, m.gap_mps, m.ngp_mps, m.elevation_gain_m, m.efficiency_factor,
       m.decoupling_pct, m.effective_vo2max, m.trimp, m.hr_zone_s, m.hrtss, m.rtss, m.load,
       m.load_source
  FROM activities a LEFT JOIN activity_metrics m ON m.activity_id = a.id
 WHERE a.user_id = %(user_id)s
   AND (%(first)s::date IS NULL OR a.local_date >= %(first)s)
   AND (%(last)s::date IS NULL OR a.local_date <= %(last)s)
 ORDER BY a.started_at, a.id;

-- name: get
SELECT * FROM activities WHERE user_id = %(user_id)s AND id = %(activity_id)s;

-- name: laps
SELECT l.* FROM laps l
 WHERE l.user_id = %(user_id)s AND l.activity_id = %(activity_id)s
 ORDER BY l.lap_index;

-- name: neighbours
-- The ids of the activities just before and just after one, in the order of lists.
SELECT (SELECT b.id FROM activities b
         WHERE b.user_id = a.user_id AND (b.started_at, b.id) < (a.started_at, a.id)
         ORDER BY b.started_at DESC, b.id DESC LIMIT 1) AS previous,
       (SELECT b.id FROM activities b
         WHERE b.user_id = a.user_id AND (b.started_at, b.id) > (a.started_at, a.id)
         ORDER BY b.started_at, b.id LIMIT 1) AS next
  FROM activities a
 WHERE a.user_id = %(user_id)s AND a.id = %(activity_id)s;

-- name: original
-- The file that an activity came from.
SELECT f.sha256, f.name, f.kind, f.size_bytes
  FROM activities a JOIN garmin_raw_files f ON f.user_id = a.user_id AND f.sha256 = a.file_sha256
 WHERE a.user_id = %(user_id)s AND a.id = %(activity_id)s;

-- name: update
-- Only the columns named in `changed` take their new value; their names are remembered, so that
-- a later import leaves them alone.
UPDATE activities SET
    name    = CASE WHEN 'name' = ANY(%(changed)s) THEN %(name)s ELSE name END,
    notes   = CASE WHEN 'notes' = ANY(%(changed)s) THEN %(notes)s ELSE notes END,
    rpe     = CASE WHEN 'rpe' = ANY(%(changed)s) THEN %(rpe)s::real ELSE rpe END,
    gear    = CASE WHEN 'gear' = ANY(%(changed)s) THEN %(gear)s ELSE gear END,
    is_race = CASE WHEN 'is_race' = ANY(%(changed)s) THEN %(is_race)s::boolean ELSE is_race END,
    sport   = CASE WHEN 'sport' = ANY(%(changed)s) THEN %(sport)s ELSE sport END,
    sub_sport = CASE WHEN 'sport' = ANY(%(changed)s) THEN %(sub_sport)s ELSE sub_sport END,
    is_treadmill = CASE WHEN 'sport' = ANY(%(changed)s) THEN %(is_treadmill)s::boolean
                        ELSE is_treadmill END,
    use_for_estimates = CASE WHEN 'use_for_estimates' = ANY(%(changed)s)
                             THEN %(use_for_estimates)s::boolean ELSE use_for_estimates END,
    air_temperature_c = CASE WHEN 'air_temperature_c' = ANY(%(changed)s)
                             THEN %(air_temperature_c)s::float8 ELSE air_temperature_c END,
    dew_point_c = CASE WHEN 'dew_point_c' = ANY(%(changed)s)
                       THEN %(dew_point_c)s::float8 ELSE dew_point_c END,
    edited  = ARRAY(SELECT DISTINCT e FROM unnest(edited || %(changed)s::text[]) AS e ORDER BY e),
    updated_at = now()
 WHERE user_id = %(user_id)s AND id = %(activity_id)s
RETURNING *;

-- name: event_of
-- The event that an activity belongs to, by its file and the first leg of it that there is.
SELECT a.file_sha256 AS sha256, a.event, min(l.leg) AS first_leg
  FROM activities a
  JOIN activities l ON l.user_id = a.user_id AND l.file_sha256 = a.file_sha256
                   AND l.event = a.event
 WHERE a.user_id = %(user_id)s AND a.id = %(activity_id)s
 GROUP BY a.file_sha256, a.event;

-- name: remove_event
-- Every leg of one event of a file; laps, samples' manifest and metrics go by cascade.
DELETE FROM activities
 WHERE user_id = %(user_id)s AND file_sha256 = %(sha256)s AND event = %(event)s
RETURNING local_date, garmin_activity_id;

-- name: has_activities
SELECT EXISTS (SELECT FROM activities WHERE user_id = %(user_id)s AND file_sha256 = %(sha256)s);

-- name: mark_deleted
UPDATE garmin_raw_files
   SET outcome = 'deleted', reason_code = 'deleted_by_runner', reason = %(reason)s,
       garmin_activity_id = coalesce(garmin_activity_id, %(garmin_activity_id)s)
 WHERE user_id = %(user_id)s AND sha256 = %(sha256)s;

-- name: stale_since
SELECT since FROM stale WHERE user_id = %(user_id)s;
