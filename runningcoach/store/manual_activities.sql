-- name: put
-- An activity that has no file: the website's number stands for one. What the runner changed stays,
-- and so does what a better source told.
INSERT INTO activities AS a
       (user_id, file_sha256, leg, source, garmin_activity_id, sport, sub_sport, name, notes, rpe,
        gear, is_race, is_treadmill, started_at, timezone, local_started_at, local_date, elapsed_s,
        timer_s, distance_m, ascent_m, descent_m, average_hr_bpm, max_hr_bpm, average_speed_mps,
        calories_kcal, stated, distance_source, time_source, ascent_source, decode_status)
VALUES (%(user_id)s, %(key)s, 0, %(source)s, %(garmin_activity_id)s, %(sport)s, %(sub_sport)s,
        %(name)s, %(notes)s, %(rpe)s, %(gear)s, %(is_race)s, %(is_treadmill)s, %(started_at)s,
        %(timezone)s, %(local_started_at)s, %(local_date)s, %(elapsed_s)s, %(timer_s)s,
        %(distance_m)s, %(ascent_m)s, %(descent_m)s, %(average_hr_bpm)s, %(max_hr_bpm)s,
        %(average_speed_mps)s, %(calories_kcal)s, %(stated)s, %(distance_source)s, 'table',
        %(ascent_source)s, 'ok')
    ON CONFLICT (user_id, file_sha256, leg) DO UPDATE
   SET sport = CASE WHEN 'sport' = ANY(a.edited) THEN a.sport ELSE excluded.sport END,
       sub_sport = CASE WHEN 'sport' = ANY(a.edited) THEN a.sub_sport
                        ELSE excluded.sub_sport END,
       is_treadmill = CASE WHEN 'sport' = ANY(a.edited) THEN a.is_treadmill
                           ELSE excluded.is_treadmill END,
       name = CASE WHEN is_held('name', a.edited, a.sources) THEN a.name
                   ELSE coalesce(excluded.name, a.name) END,
       notes = CASE WHEN is_held('notes', a.edited, a.sources) THEN a.notes
                    ELSE coalesce(excluded.notes, a.notes) END,
       rpe = CASE WHEN is_held('rpe', a.edited, a.sources) THEN a.rpe
                  ELSE coalesce(excluded.rpe, a.rpe) END,
       gear = CASE WHEN is_held('gear', a.edited, a.sources) THEN a.gear
                   ELSE coalesce(excluded.gear, a.gear) END,
       is_race = CASE WHEN is_held('is_race', a.edited, a.sources) THEN a.is_race
                      ELSE a.is_race OR excluded.is_race END,
       source = excluded.source, decode_status = 'ok',
       garmin_activity_id = coalesce(a.garmin_activity_id, excluded.garmin_activity_id),
       started_at = excluded.started_at, timezone = excluded.timezone,
       local_started_at = excluded.local_started_at, local_date = excluded.local_date,
       elapsed_s = excluded.elapsed_s, timer_s = excluded.timer_s,
       distance_m = excluded.distance_m, ascent_m = excluded.ascent_m,
       descent_m = excluded.descent_m, average_hr_bpm = excluded.average_hr_bpm,
       max_hr_bpm = excluded.max_hr_bpm, average_speed_mps = excluded.average_speed_mps,
       calories_kcal = excluded.calories_kcal, stated = excluded.stated,
       distance_source = excluded.distance_source, time_source = excluded.time_source,
       ascent_source = excluded.ascent_source, updated_at = now()
RETURNING a.id;

-- name: stated
-- What was typed in, as it stands: to see whether a table says anything else.
SELECT file_sha256 AS key, stated, started_at, sport, 'sport' = ANY(edited) AS keeps_sport
  FROM activities
 WHERE user_id = %(user_id)s AND source IN ('garmin', 'strava') AND leg = 0
   AND decode_status = 'ok';

-- name: settled
-- What became of rows that are no activity of their own: deleted, or the same as a file's.
SELECT name AS key, outcome FROM garmin_raw_files
 WHERE user_id = %(user_id)s AND sha256 = ANY(%(stand_ins)s);

-- name: unsettle
-- A row that is asked for again.
DELETE FROM garmin_raw_files WHERE user_id = %(user_id)s AND sha256 = %(stand_in)s;

-- name: remove
DELETE FROM activities
 WHERE user_id = %(user_id)s AND id = %(activity_id)s AND source IN ('garmin', 'strava')
RETURNING file_sha256 AS key, local_date, garmin_activity_id;
