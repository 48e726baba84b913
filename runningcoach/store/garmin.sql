-- name: try_hold
-- One holder of a user's tokens at a time; ends with the connection at the latest.
SELECT pg_try_advisory_lock(hashtextextended('runningcoach.garmin', %(user_id)s));

-- name: let_go
SELECT pg_advisory_unlock(hashtextextended('runningcoach.garmin', %(user_id)s));

-- name: connections
SELECT lane, status, account, connected_at, expires_at, cooldown_until, problem
  FROM garmin_sessions WHERE user_id = %(user_id)s ORDER BY lane;

-- name: put_connection
-- The state of a lane; being connected ends every cool-down.
INSERT INTO garmin_sessions
       (user_id, lane, status, account, connected_at, expires_at, cooldown_until, problem)
VALUES (%(user_id)s, %(lane)s, %(status)s, %(account)s, %(connected_at)s, %(expires_at)s,
        %(cooldown_until)s, %(problem)s)
    ON CONFLICT (user_id, lane) DO UPDATE
   SET status = excluded.status, account = coalesce(excluded.account, garmin_sessions.account),
       connected_at = coalesce(excluded.connected_at, garmin_sessions.connected_at),
       expires_at = excluded.expires_at, cooldown_until = excluded.cooldown_until,
       cooldown_step = CASE WHEN excluded.status = 'connected' THEN 0
                            ELSE garmin_sessions.cooldown_step END,
       problem = excluded.problem, updated_at = now();

-- name: cool_down
-- No sign-in for two hours, doubled with each refusal in a row, at most a day.
INSERT INTO garmin_sessions AS s (user_id, lane, status, cooldown_until, cooldown_step, problem)
VALUES (%(user_id)s, %(lane)s, 'cooldown',
        now() + make_interval(secs => greatest(%(least_s)s, 7200)), 1, 'cooldown')
    ON CONFLICT (user_id, lane) DO UPDATE
   SET status = CASE WHEN s.status = 'connected' THEN s.status ELSE 'cooldown' END,
       cooldown_until = now() + make_interval(secs =>
           greatest(%(least_s)s, least(7200 * 2 ^ s.cooldown_step, 86400))),
       cooldown_step = s.cooldown_step + 1, problem = 'cooldown', updated_at = now()
RETURNING cooldown_until;

-- name: waiting
SELECT wait_until, refusals,
       CASE WHEN requests_day = current_date THEN requests_today ELSE 0 END AS requests_today
  FROM garmin_sync_state WHERE user_id = %(user_id)s;

-- name: count_request
INSERT INTO garmin_sync_state AS s (user_id, requests_day, requests_today)
VALUES (%(user_id)s, current_date, 1)
    ON CONFLICT (user_id) DO UPDATE
   SET requests_today = CASE WHEN s.requests_day = current_date THEN s.requests_today ELSE 0 END + 1,
       requests_day = current_date
RETURNING requests_today;

-- name: wait
-- Leave Garmin alone: as long as it asks, else 15 min, 1 h, 4 h, 24 h.
INSERT INTO garmin_sync_state AS s (user_id, wait_until, wait_step)
VALUES (%(user_id)s,
        now() + make_interval(secs => coalesce(%(asked_s)s::float8, 900)), 1)
    ON CONFLICT (user_id) DO UPDATE
   SET wait_until = now() + make_interval(secs => coalesce(%(asked_s)s::float8,
           (ARRAY[900, 3600, 14400, 86400])[least(s.wait_step + 1, 4)])),
       wait_step = s.wait_step + 1
RETURNING wait_until;

-- name: answered
UPDATE garmin_sync_state SET wait_step = 0, refusals = 0, wait_until = NULL
 WHERE user_id = %(user_id)s AND (wait_step, refusals) <> (0, 0);

-- name: refused
INSERT INTO garmin_sync_state AS s (user_id, refusals) VALUES (%(user_id)s, 1)
    ON CONFLICT (user_id) DO UPDATE SET refusals = s.refusals + 1
RETURNING refusals;

-- name: put_event
-- A new row only where the content differs from the latest; what came back to an earlier form is
-- made the latest again. Returns whether it differs.
WITH newest AS (
    SELECT id, body_sha256 FROM garmin_raw_events
     WHERE user_id = %(user_id)s AND kind = %(kind)s AND key = %(key)s
     ORDER BY id DESC LIMIT 1
), seen AS (
    UPDATE garmin_raw_events e SET fetched_at = now(), recheck_on = %(recheck_on)s
      FROM newest WHERE e.id = newest.id AND newest.body_sha256 = %(body_sha256)s
    RETURNING e.id
), older AS (
    DELETE FROM garmin_raw_events e
     WHERE e.user_id = %(user_id)s AND e.kind = %(kind)s AND e.key = %(key)s
       AND e.body_sha256 = %(body_sha256)s AND NOT EXISTS (SELECT FROM seen)
    RETURNING e.id
), added AS (
    INSERT INTO garmin_raw_events
           (user_id, kind, key, body_sha256, body, lane, status, fetched_at, recheck_on)
    SELECT %(user_id)s, %(kind)s, %(key)s, %(body_sha256)s, %(body)s, %(lane)s, %(status)s,
           now(), %(recheck_on)s
     WHERE NOT EXISTS (SELECT FROM seen) AND (SELECT count(*) FROM older) >= 0
    RETURNING id
)
SELECT EXISTS (SELECT FROM added);

-- name: latest
SELECT body FROM garmin_raw_events
 WHERE user_id = %(user_id)s AND kind = %(kind)s AND key = %(key)s
 ORDER BY id DESC LIMIT 1;

-- name: sync_state
SELECT s.last_started_at, s.last_success_at, s.last_problem, s.wait_until,
       CASE WHEN s.requests_day = current_date THEN s.requests_today ELSE 0 END AS requests_today,
       count(u.*) FILTER (WHERE u.state IN ('done', 'no_data')) AS units_done,
       count(u.*) FILTER (WHERE u.state = 'pending') AS units_left,
       count(u.*) FILTER (WHERE u.state = 'parked') AS units_parked,
       min(u.newest_day) FILTER (WHERE u.state IN ('done', 'no_data')) AS oldest_day_done
  FROM garmin_sync_state s LEFT JOIN sync_units u ON u.user_id = s.user_id
 WHERE s.user_id = %(user_id)s
 GROUP BY s.user_id;

-- name: marks
SELECT last_success_at, reconciled_45_at, reconciled_90_at, backfill_from
  FROM garmin_sync_state WHERE user_id = %(user_id)s;

-- name: begin
INSERT INTO garmin_sync_state (user_id, last_started_at) VALUES (%(user_id)s, now())
    ON CONFLICT (user_id) DO UPDATE SET last_started_at = now();

-- name: end
UPDATE garmin_sync_state SET last_problem = %(problem)s WHERE user_id = %(user_id)s;

-- name: succeeded
-- The mark is when the run began: what came while it ran is looked at again.
UPDATE garmin_sync_state SET last_success_at = last_started_at WHERE user_id = %(user_id)s;

-- name: reconciled
UPDATE garmin_sync_state
   SET reconciled_45_at = now(),
       reconciled_90_at = CASE WHEN %(weekly)s THEN now() ELSE reconciled_90_at END
 WHERE user_id = %(user_id)s;

-- name: count_changed
WITH before AS (SELECT known_count FROM garmin_sync_state WHERE user_id = %(user_id)s),
     kept AS (UPDATE garmin_sync_state SET known_count = %(count)s WHERE user_id = %(user_id)s)
SELECT before.known_count IS DISTINCT FROM %(count)s FROM before;

-- name: backfill_begun
UPDATE garmin_sync_state SET backfill_from = %(since)s, backfill_enumerated = true
 WHERE user_id = %(user_id)s;

-- name: events
SELECT DISTINCT ON (key) key, body FROM garmin_raw_events
 WHERE user_id = %(user_id)s AND kind = %(kind)s
 ORDER BY key, id DESC;

-- name: link
UPDATE activities a SET garmin_activity_id = %(number)s
 WHERE a.user_id = %(user_id)s AND a.file_sha256 = %(sha256)s AND a.garmin_activity_id IS NULL
   AND NOT EXISTS (SELECT FROM activities b
                    WHERE b.user_id = %(user_id)s AND b.garmin_activity_id = %(number)s
                      AND b.leg = a.leg);

-- name: describe
-- What Garmin says of an activity; what the runner wrote stays, and so does what Garmin no longer
-- tells. No row where nothing changes.
WITH told AS (
    SELECT a.id,
           CASE WHEN 'name' = ANY(a.edited) THEN a.name
                ELSE coalesce(%(name)s, a.name) END AS name,
           CASE WHEN 'notes' = ANY(a.edited) THEN a.notes
                ELSE coalesce(%(notes)s, a.notes) END AS notes,
           CASE WHEN 'rpe' = ANY(a.edited) THEN a.rpe
                ELSE coalesce(%(rpe)s::real, a.rpe) END AS rpe,
           CASE WHEN 'gear' = ANY(a.edited) THEN a.gear
                ELSE coalesce(%(gear)s, a.gear) END AS gear,
           CASE WHEN 'is_race' = ANY(a.edited) THEN a.is_race
                ELSE %(is_race)s OR a.is_race END AS is_race,
           CASE WHEN 'air_temperature_c' = ANY(a.edited) THEN a.air_temperature_c
                ELSE coalesce(%(air_temperature_c)s, a.air_temperature_c) END AS air_temperature_c,
           CASE WHEN 'dew_point_c' = ANY(a.edited) THEN a.dew_point_c
                ELSE coalesce(%(dew_point_c)s, a.dew_point_c) END AS dew_point_c,
           coalesce(%(garmin_vo2max)s, a.garmin_vo2max) AS garmin_vo2max,
           coalesce(%(garmin_workout_id)s::bigint, a.garmin_workout_id) AS garmin_workout_id,
           coalesce(%(feel)s::smallint, a.feel) AS feel,
           coalesce(%(compliance_pct)s, a.compliance_pct) AS compliance_pct
      FROM activities a
     WHERE a.user_id = %(user_id)s AND a.garmin_activity_id = %(number)s AND a.leg = 0
)
UPDATE activities a
   SET name = t.name, notes = t.notes, rpe = t.rpe, gear = t.gear, is_race = t.is_race,
       air_temperature_c = t.air_temperature_c, dew_point_c = t.dew_point_c,
       garmin_vo2max = t.garmin_vo2max, garmin_workout_id = t.garmin_workout_id, feel = t.feel,
       compliance_pct = t.compliance_pct, updated_at = now()
  FROM told t
 WHERE a.id = t.id
   AND (a.name, a.notes, a.rpe, a.gear, a.is_race, a.air_temperature_c, a.dew_point_c,
        a.garmin_vo2max, a.garmin_workout_id, a.feel, a.compliance_pct)
       IS DISTINCT FROM
       (t.name, t.notes, t.rpe, t.gear, t.is_race, t.air_temperature_c, t.dew_point_c,
        t.garmin_vo2max, t.garmin_workout_id, t.feel, t.compliance_pct)
RETURNING a.local_date;

-- name: put_by_hand
-- Its "file" is Garmin's number: there is no other.
INSERT INTO activities AS a
       (user_id, file_sha256, leg, source, garmin_activity_id, sport, sub_sport, started_at,
        timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m, ascent_m,
        descent_m, average_hr_bpm, max_hr_bpm, average_speed_mps, calories_kcal, decode_status)
VALUES (%(user_id)s, 'garmin:' || %(number)s::text, 0, 'garmin', %(number)s::bigint, %(sport)s,
        %(sub_sport)s, %(started_at)s, %(timezone)s, %(local_started_at)s, %(local_date)s,
        %(elapsed_s)s, %(timer_s)s, %(distance_m)s, %(ascent_m)s, %(descent_m)s,
        %(average_hr_bpm)s, %(max_hr_bpm)s, %(average_speed_mps)s, %(calories_kcal)s, 'ok')
    ON CONFLICT (user_id, file_sha256, leg) DO UPDATE
   SET sport = excluded.sport, elapsed_s = excluded.elapsed_s, timer_s = excluded.timer_s,
       distance_m = excluded.distance_m, updated_at = now()
RETURNING a.id;

-- name: remove_by_hand
DELETE FROM activities WHERE user_id = %(user_id)s AND id = %(activity_id)s RETURNING local_date;

-- name: listed_between
SELECT key::bigint FROM (
    SELECT DISTINCT ON (key) key, body FROM garmin_raw_events
     WHERE user_id = %(user_id)s AND kind = 'connect.listed'
     ORDER BY key, id DESC) AS newest
 WHERE body <> 'null' AND left(body->>'startTimeLocal', 10)::date
       BETWEEN %(first)s AND %(last)s
 ORDER BY 1;

-- name: listed_days
-- Garmin's numbers of all activities that it lists, and their days.
SELECT key::bigint, left(body->>'startTimeLocal', 10)::date FROM (
    SELECT DISTINCT ON (key) key, body FROM garmin_raw_events
     WHERE user_id = %(user_id)s AND kind = 'connect.listed'
     ORDER BY key, id DESC) AS newest
 WHERE body <> 'null' AND body ? 'startTimeLocal';

-- name: only_garmins
-- The activity of a number, unless its file came by another lane.
SELECT a.id FROM activities a
  LEFT JOIN garmin_raw_files f ON f.user_id = a.user_id AND f.sha256 = a.file_sha256
 WHERE a.user_id = %(user_id)s AND a.garmin_activity_id = %(number)s AND a.leg = 0
   AND coalesce(f.lane, 'garmin') = 'garmin';

-- name: forget_activities
DELETE FROM activities a
 WHERE a.user_id = %(user_id)s
   AND (a.source = 'garmin'
        OR EXISTS (SELECT FROM garmin_raw_files f
                    WHERE f.user_id = a.user_id AND f.sha256 = a.file_sha256
                      AND f.lane = 'garmin'))
RETURNING a.local_date;

-- name: forget_words
UPDATE activities
   SET garmin_vo2max = NULL, garmin_workout_id = NULL, feel = NULL, compliance_pct = NULL
 WHERE user_id = %(user_id)s;

-- name: forget_nights
DELETE FROM sleep WHERE user_id = %(user_id)s AND source IN ('garmin', 'garmin_twin')
RETURNING date;

-- name: forget_streams
DELETE FROM hr_records WHERE user_id = %(user_id)s AND source IN ('garmin', 'garmin_twin')
RETURNING date;

-- name: forget_values
UPDATE health_metrics
   SET resting_hr_bpm = CASE WHEN sources->>'resting_hr_bpm' = 'garmin' THEN NULL ELSE resting_hr_bpm END,
       hrv_ms = CASE WHEN sources->>'hrv_ms' = 'garmin' THEN NULL ELSE hrv_ms END,
       average_stress = CASE WHEN sources->>'average_stress' = 'garmin' THEN NULL ELSE average_stress END,
       body_battery_max = CASE WHEN sources->>'body_battery_max' = 'garmin' THEN NULL ELSE body_battery_max END,
       body_battery_min = CASE WHEN sources->>'body_battery_min' = 'garmin' THEN NULL ELSE body_battery_min END,
       weight_kg = CASE WHEN sources->>'weight_kg' = 'garmin' THEN NULL ELSE weight_kg END,
       steps = CASE WHEN sources->>'steps' = 'garmin' THEN NULL ELSE steps END,
       sources = coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(sources)
                            WHERE value <> '"garmin"'), '{}')
 WHERE user_id = %(user_id)s
   AND EXISTS (SELECT FROM jsonb_each(sources) WHERE value = '"garmin"')
RETURNING date;

-- name: forget_empty_days
DELETE FROM health_metrics
 WHERE user_id = %(user_id)s
   AND num_nonnulls(resting_hr_bpm, hrv_ms, average_stress, body_battery_max, body_battery_min,
                    weight_kg, steps) = 0;

-- name: forget_events
-- An export's tables are of other kinds.
DELETE FROM garmin_raw_events
 WHERE user_id = %(user_id)s AND kind LIKE 'connect.%%';

-- name: forget_units
DELETE FROM sync_units WHERE user_id = %(user_id)s;

-- name: forget_gaps
DELETE FROM health_gaps WHERE user_id = %(user_id)s;

-- name: forget_scores
DELETE FROM garmin_scores WHERE user_id = %(user_id)s;

-- name: forget_records
DELETE FROM garmin_records WHERE user_id = %(user_id)s;

-- name: forget_gear
DELETE FROM gear WHERE user_id = %(user_id)s;

-- name: forget_benchmarks
DELETE FROM athlete_benchmarks WHERE user_id = %(user_id)s AND source = 'garmin';

-- name: forget_marks
UPDATE garmin_sync_state
   SET last_success_at = NULL, known_count = NULL, reconciled_45_at = NULL,
       reconciled_90_at = NULL, backfill_from = NULL, backfill_enumerated = false
 WHERE user_id = %(user_id)s;

-- name: forget_files
DELETE FROM garmin_raw_files WHERE user_id = %(user_id)s AND lane = 'garmin' RETURNING sha256;

-- name: is_used
SELECT EXISTS (SELECT FROM garmin_raw_files WHERE sha256 = %(sha256)s);
