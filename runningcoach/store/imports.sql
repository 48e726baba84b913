-- name: lock
-- One file of a user at a time, whoever imports it; let go with the transaction. The commit does
-- not wait for the disk: what a power cut loses is imported again, and `flush` ends an import.
SELECT pg_advisory_xact_lock(hashtextextended('runningcoach.import', %(user_id)s)),
       set_config('synchronous_commit', 'off', true);

-- name: flush
-- A commit that waits for the disk takes all earlier ones with it.
SELECT txid_current();

-- name: known
-- What became of the originals that have these hashes.
SELECT sha256, outcome, reason_code, reason FROM garmin_raw_files
 WHERE user_id = %(user_id)s AND sha256 = ANY(%(sha256)s);

-- name: is_unpacked
-- Whether an archive of this hash was taken whole.
SELECT EXISTS (SELECT FROM garmin_raw_files
                WHERE user_id = %(user_id)s AND sha256 = %(sha256)s AND outcome = 'unpacked');

-- name: put_file
-- Remember an original and what became of it.
INSERT INTO garmin_raw_files
       (user_id, sha256, kind, name, size_bytes, lane, outcome, reason_code, reason,
        garmin_activity_id)
VALUES (%(user_id)s, %(sha256)s, %(kind)s, %(name)s, %(size_bytes)s, %(lane)s, %(outcome)s,
        %(reason_code)s, %(reason)s, %(garmin_activity_id)s)
    ON CONFLICT (user_id, sha256) DO UPDATE
   SET kind = excluded.kind, outcome = excluded.outcome, reason_code = excluded.reason_code,
       reason = excluded.reason,
       garmin_activity_id = coalesce(excluded.garmin_activity_id,
                                     garmin_raw_files.garmin_activity_id);

-- name: fetched
-- Which of some files came from Garmin alone, and when their recordings began.
SELECT f.sha256, a.started_at, a.elapsed_s
  FROM garmin_raw_files f
  LEFT JOIN activities a ON a.user_id = f.user_id AND a.file_sha256 = f.sha256 AND a.leg = 0
 WHERE f.user_id = %(user_id)s AND f.sha256 = ANY(%(sha256)s) AND f.lane = 'garmin';

-- name: came_otherwise_too
-- Files that Garmin brought and the runner brings too are the runner's own from now on, by the name
-- that they have there. The number of a deleted one stays: it keeps Garmin from bringing it back.
UPDATE garmin_raw_files f
   SET lane = %(lane)s, name = %(name)s,
       garmin_activity_id = CASE WHEN outcome = 'deleted' THEN garmin_activity_id
                                 ELSE %(garmin_activity_id)s::bigint END
 WHERE user_id = %(user_id)s AND sha256 = %(sha256)s AND lane = 'garmin';

-- name: kept_originals
-- What was taken and is kept. A file of which an activity was deleted is left out: taken again, it
-- would bring that back.
SELECT sha256, kind, name, size_bytes FROM garmin_raw_files f
 WHERE user_id = %(user_id)s
   AND outcome IN ('imported', 'salvaged', 'duplicate', 'not_an_activity')
   AND NOT EXISTS (SELECT FROM quarantine q WHERE q.user_id = f.user_id AND q.sha256 = f.sha256)
 ORDER BY name, sha256;

-- name: was_deleted
-- Whether the runner deleted the activity that Garmin knows by this number.
SELECT EXISTS (SELECT FROM garmin_raw_files
                WHERE user_id = %(user_id)s AND outcome = 'deleted'
                  AND garmin_activity_id = %(garmin_activity_id)s);

-- name: lookalikes
-- Activities that one leg of a file may be another recording of: the same file, the same number
-- at Garmin, or any that runs at the same time.
SELECT a.id, a.file_sha256, a.leg, a.source, a.garmin_activity_id, a.device_serial,
       a.device_created_at, a.sport, a.started_at, a.elapsed_s, a.decode_status,
       coalesce(s.samples, 0) AS samples, coalesce(f.name, a.file_sha256) AS file_name,
       a.sub_sport, a.distance_m, s.path, a.event,
       (SELECT count(*) FROM activities l
         WHERE l.user_id = a.user_id AND l.file_sha256 = a.file_sha256
           AND l.event = a.event) AS legs
  FROM activities a
  LEFT JOIN activity_samples s ON s.activity_id = a.id
  LEFT JOIN garmin_raw_files f ON f.user_id = a.user_id AND f.sha256 = a.file_sha256
 WHERE a.user_id = %(user_id)s
   AND ((a.file_sha256 = %(file_sha256)s AND a.leg = %(leg)s)
        OR a.garmin_activity_id = %(garmin_activity_id)s
        -- Ten days before its start bound the search by the index: no recording is longer.
        OR (a.started_at BETWEEN %(started_at)s::timestamptz - interval '10 days'
                             AND %(ended_at)s::timestamptz
            AND a.started_at + make_interval(secs => a.elapsed_s) >= %(started_at)s::timestamptz))
 ORDER BY a.started_at, a.id;

-- name: insert_activity
-- A new activity, or a new leg of one.
INSERT INTO activities
       (user_id, file_sha256, leg, source, garmin_activity_id, device_manufacturer,
        device_product, device_serial, device_created_at, device_name, sport, sub_sport, name,
        notes, rpe, gear, is_race, is_treadmill, has_gps, started_at, timezone, local_started_at,
        local_date, elapsed_s, timer_s, distance_m, ascent_m, descent_m, average_hr_bpm,
        max_hr_bpm, average_speed_mps, average_cadence_spm, average_power_w, calories_kcal,
        average_temperature_c, device_training_effect, device_anaerobic_effect,
        device_training_load, stated, distance_source, time_source, ascent_source, event,
        decode_status, decode_notes)
VALUES (%(user_id)s, %(file_sha256)s, %(leg)s, %(source)s, %(garmin_activity_id)s,
        %(device_manufacturer)s, %(device_product)s, %(device_serial)s, %(device_created_at)s,
        %(device_name)s, %(sport)s, %(sub_sport)s, %(name)s, %(notes)s, %(rpe)s, %(gear)s,
        %(is_race)s, %(is_treadmill)s, %(has_gps)s, %(started_at)s, %(timezone)s,
        %(local_started_at)s, %(local_date)s, %(elapsed_s)s, %(timer_s)s, %(distance_m)s,
        %(ascent_m)s, %(descent_m)s, %(average_hr_bpm)s, %(max_hr_bpm)s, %(average_speed_mps)s,
        %(average_cadence_spm)s, %(average_power_w)s, %(calories_kcal)s,
        %(average_temperature_c)s, %(device_training_effect)s, %(device_anaerobic_effect)s,
        %(device_training_load)s, %(stated)s, %(distance_source)s, %(time_source)s,
        %(ascent_source)s, %(event)s, %(decode_status)s, %(decode_notes)s)
RETURNING id;

-- name: replace_activity
-- A better recording of the same activity: the row keeps its id, its family of edits and what
-- only the old one knew (names, gear, the number at Garmin).
UPDATE activities
   SET file_sha256 = %(file_sha256)s, leg = %(leg)s, source = %(source)s, parent_id = NULL,
       garmin_activity_id = coalesce(garmin_activity_id, %(garmin_activity_id)s),
       device_manufacturer = %(device_manufacturer)s, device_product = %(device_product)s,
       device_serial = %(device_serial)s, device_created_at = %(device_created_at)s,
       device_name = %(device_name)s,
       sport = CASE WHEN 'sport' = ANY(edited) THEN sport ELSE %(sport)s END,
       sub_sport = CASE WHEN 'sport' = ANY(edited) THEN sub_sport ELSE %(sub_sport)s END,
       name = CASE WHEN is_held('name', edited, sources) THEN name
                   ELSE coalesce(%(name)s, name) END,
       notes = CASE WHEN is_held('notes', edited, sources) THEN notes
                    ELSE coalesce(%(notes)s, notes) END,
       rpe = CASE WHEN is_held('rpe', edited, sources) THEN rpe
                  ELSE coalesce(%(rpe)s, rpe) END,
       gear = CASE WHEN is_held('gear', edited, sources) THEN gear
                   ELSE coalesce(%(gear)s, gear) END,
       is_race = CASE WHEN is_held('is_race', edited, sources) THEN is_race
                      ELSE is_race OR %(is_race)s END,
       is_treadmill = CASE WHEN 'sport' = ANY(edited) THEN is_treadmill
                           ELSE %(is_treadmill)s END,
       has_gps = %(has_gps)s, started_at = %(started_at)s,
       timezone = %(timezone)s, local_started_at = %(local_started_at)s,
       local_date = %(local_date)s, elapsed_s = %(elapsed_s)s, timer_s = %(timer_s)s,
       distance_m = %(distance_m)s, ascent_m = %(ascent_m)s, descent_m = %(descent_m)s,
       average_hr_bpm = %(average_hr_bpm)s, max_hr_bpm = %(max_hr_bpm)s,
       average_speed_mps = %(average_speed_mps)s, average_cadence_spm = %(average_cadence_spm)s,
       average_power_w = %(average_power_w)s, calories_kcal = %(calories_kcal)s,
       average_temperature_c = %(average_temperature_c)s,
       device_training_effect = %(device_training_effect)s,
       device_anaerobic_effect = %(device_anaerobic_effect)s,
       device_training_load = %(device_training_load)s, stated = %(stated)s,
       distance_source = %(distance_source)s, time_source = %(time_source)s,
       ascent_source = %(ascent_source)s, event = %(event)s,
       decode_status = %(decode_status)s, decode_notes = %(decode_notes)s, updated_at = now()
 WHERE id = %(id)s AND user_id = %(user_id)s
RETURNING sport;

-- name: complete_activity
-- A recording that is not used may still know what the one in use does not: its name, its number.
UPDATE activities
   SET name = CASE WHEN 'name' = ANY(edited) THEN name ELSE coalesce(name, %(name)s) END,
       notes = CASE WHEN 'notes' = ANY(edited) THEN notes ELSE coalesce(notes, %(notes)s) END,
       rpe = CASE WHEN 'rpe' = ANY(edited) THEN rpe ELSE coalesce(rpe, %(rpe)s) END,
       gear = CASE WHEN 'gear' = ANY(edited) THEN gear ELSE coalesce(gear, %(gear)s) END,
       garmin_activity_id = coalesce(garmin_activity_id, %(garmin_activity_id)s)
 WHERE id = %(id)s AND user_id = %(user_id)s
   AND (name, notes, rpe, gear, garmin_activity_id)
       IS DISTINCT FROM (coalesce(name, %(name)s), coalesce(notes, %(notes)s),
                         coalesce(rpe, %(rpe)s), coalesce(gear, %(gear)s),
                         coalesce(garmin_activity_id, %(garmin_activity_id)s));

-- name: absorb
-- A part of an activity gives it what only the part knows.
UPDATE activities a
   SET name = coalesce(a.name, p.name), notes = coalesce(a.notes, p.notes),
       rpe = coalesce(a.rpe, p.rpe), gear = coalesce(a.gear, p.gear),
       is_race = a.is_race OR p.is_race
  FROM activities p
 WHERE a.user_id = %(user_id)s AND a.id = %(id)s
   AND p.user_id = %(user_id)s AND p.id = %(part)s;

-- name: remove_part
DELETE FROM activities WHERE user_id = %(user_id)s AND id = %(part)s;

-- name: home_zone
-- The time zone that a user lives in.
SELECT timezone FROM users WHERE id = %(user_id)s;

-- name: join_legs
-- Every leg of an event but the first that is left names that first as its parent.
UPDATE activities a SET parent_id = nullif(first.id, a.id)
  FROM (SELECT DISTINCT ON (event) event, id FROM activities
         WHERE user_id = %(user_id)s AND file_sha256 = %(file_sha256)s
         ORDER BY event, leg) AS first
 WHERE a.user_id = %(user_id)s AND a.file_sha256 = %(file_sha256)s AND a.event = first.event
   AND a.parent_id IS DISTINCT FROM nullif(first.id, a.id);

-- name: mark_replaced
-- A file none of whose legs is left is a duplicate of the one that took its place.
UPDATE garmin_raw_files f
   SET outcome = 'duplicate', reason_code = %(reason_code)s, reason = %(reason)s
 WHERE f.user_id = %(user_id)s AND f.sha256 = %(file_sha256)s
   AND NOT EXISTS (SELECT FROM activities a
                    WHERE a.user_id = f.user_id AND a.file_sha256 = f.sha256);

-- name: clear_laps
DELETE FROM laps WHERE activity_id = %(activity_id)s AND user_id = %(user_id)s;

-- name: insert_lap
INSERT INTO laps (activity_id, user_id, lap_index, started_at, elapsed_s, timer_s, distance_m,
                  average_hr_bpm, max_hr_bpm, average_speed_mps, average_cadence_spm,
                  average_power_w, ascent_m, intensity)
VALUES (%(activity_id)s, %(user_id)s, %(lap_index)s, %(started_at)s, %(elapsed_s)s, %(timer_s)s,
        %(distance_m)s, %(average_hr_bpm)s, %(max_hr_bpm)s, %(average_speed_mps)s,
        %(average_cadence_spm)s, %(average_power_w)s, %(ascent_m)s, %(intensity)s);

-- name: put_samples
-- Point the manifest at the Parquet file that holds the samples now.
INSERT INTO activity_samples
       (activity_id, user_id, path, sha256, size_bytes, samples, channels, pauses_s)
VALUES (%(activity_id)s, %(user_id)s, %(path)s, %(sha256)s, %(size_bytes)s, %(samples)s,
        %(channels)s, %(pauses_s)s)
    ON CONFLICT (activity_id) DO UPDATE
   SET path = excluded.path, sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
       samples = excluded.samples, channels = excluded.channels, pauses_s = excluded.pauses_s,
       written_at = now();

-- name: put_event
-- Keep a fact that came beside the files; the same fact twice is kept once.
INSERT INTO garmin_raw_events (user_id, kind, key, body_sha256, body)
VALUES (%(user_id)s, %(kind)s, %(key)s, %(body_sha256)s, %(body)s)
    ON CONFLICT (user_id, kind, key, body_sha256) DO NOTHING;

-- name: events
-- All facts of some kinds, oldest first: of two with one key the later holds.
SELECT kind, key, body FROM garmin_raw_events
 WHERE user_id = %(user_id)s AND kind = ANY(%(kinds)s)
 ORDER BY id;

-- name: named_activities
-- What facts beside the files may be matched with, and changed in; `edited` are the texts that
-- they may not change.
SELECT a.id, a.garmin_activity_id, a.started_at, a.elapsed_s, a.leg, a.parent_id, a.name,
       a.notes, a.rpe, a.gear, a.is_race, a.local_date,
       coalesce(f.name, a.file_sha256) AS file_name, a.sport, a.sub_sport, a.is_treadmill,
       a.edited || ARRAY(SELECT key FROM jsonb_object_keys(a.sources) AS key
                          WHERE is_held(key, a.edited, a.sources)) AS edited
  FROM activities a
  LEFT JOIN garmin_raw_files f ON f.user_id = a.user_id AND f.sha256 = a.file_sha256
 WHERE a.user_id = %(user_id)s
 ORDER BY a.started_at, a.id;

-- name: describe
-- Give an activity what the facts beside the files say of it, but for what the runner or Garmin
-- itself told.
UPDATE activities
   SET name = CASE WHEN is_held('name', edited, sources) THEN name ELSE %(name)s END,
       notes = CASE WHEN is_held('notes', edited, sources) THEN notes ELSE %(notes)s END,
       rpe = CASE WHEN is_held('rpe', edited, sources) THEN rpe ELSE %(rpe)s END,
       gear = CASE WHEN is_held('gear', edited, sources) THEN gear ELSE %(gear)s END,
       is_race = CASE WHEN is_held('is_race', edited, sources) THEN is_race ELSE %(is_race)s END,
       sport = %(sport)s, sub_sport = %(sub_sport)s, is_treadmill = %(is_treadmill)s,
       garmin_activity_id = %(garmin_activity_id)s, updated_at = now()
 WHERE id = %(id)s AND user_id = %(user_id)s;

-- name: come
-- Which of some files came in, whatever became of them, by their names without folders.
SELECT DISTINCT name FROM (
    SELECT regexp_replace(lower(regexp_replace(name, '^.*[/\\]', '')), '[.]gz$', '') AS name
      FROM garmin_raw_files WHERE user_id = %(user_id)s) AS files
 WHERE name = ANY(%(names)s);

-- name: without_sport
-- How many of some activities have no sport that says anything.
SELECT count(*) FROM activities
 WHERE user_id = %(user_id)s AND id = ANY(%(activity_ids)s) AND sport = 'generic';
