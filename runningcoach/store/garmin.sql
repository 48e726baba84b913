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
    UPDATE garmin_raw_events e
       SET fetched_at = now(), recheck_on = %(recheck_on)s,
           asked_on = CASE WHEN e.body = 'null' THEN %(asked_on)s ELSE e.asked_on END
      FROM newest WHERE e.id = newest.id AND newest.body_sha256 = %(body_sha256)s
    RETURNING e.id
), older AS (
    DELETE FROM garmin_raw_events e
     WHERE e.user_id = %(user_id)s AND e.kind = %(kind)s AND e.key = %(key)s
       AND e.body_sha256 = %(body_sha256)s AND NOT EXISTS (SELECT FROM seen)
    RETURNING e.id
), added AS (
    INSERT INTO garmin_raw_events
           (user_id, kind, key, body_sha256, body, lane, status, fetched_at, recheck_on, asked_on)
    SELECT %(user_id)s, %(kind)s, %(key)s, %(body_sha256)s, %(body)s, %(lane)s, %(status)s,
           now(), %(recheck_on)s, %(asked_on)s
     WHERE NOT EXISTS (SELECT FROM seen) AND (SELECT count(*) FROM older) >= 0
    RETURNING id
)
SELECT EXISTS (SELECT FROM added);

-- name: latest
SELECT body FROM garmin_raw_events
 WHERE user_id = %(user_id)s AND kind = %(kind)s AND key = %(key)s
 ORDER BY id DESC LIMIT 1;

-- name: sync_state
-- Nobody is going to fetch what is older than the history that was ordered: it is not left.
SELECT s.last_started_at, s.last_success_at, s.last_problem, s.wait_until,
       CASE WHEN s.requests_day = current_date THEN s.requests_today ELSE 0 END AS requests_today,
       count(u.*) FILTER (WHERE u.state IN ('done', 'no_data')) AS units_done,
       count(u.*) FILTER (WHERE u.state = 'pending'
                            AND (s.backfill_from IS NULL OR u.newest_day >= s.backfill_from))
           AS units_left,
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

-- name: history
SELECT kind, key, body, asked_on FROM garmin_raw_events
 WHERE user_id = %(user_id)s AND kind LIKE 'connect.%%'
 ORDER BY id;

-- name: link
-- Let an activity bear Garmin's number: its own, or, where it has one, that of the same run on
-- another device. A number that any activity has already stays there.
UPDATE activities a
   SET garmin_activity_id = coalesce(a.garmin_activity_id, %(number)s),
       garmin_twin_ids = CASE WHEN a.garmin_activity_id IS NULL THEN a.garmin_twin_ids
                              ELSE a.garmin_twin_ids || %(number)s::bigint END
 WHERE a.user_id = %(user_id)s AND a.leg = 0
   AND (a.id = ANY(%(activity_ids)s) OR a.file_sha256 = %(sha256)s)
   AND NOT EXISTS (SELECT FROM activities b
                    WHERE b.user_id = %(user_id)s AND b.leg = 0
                      AND (b.garmin_activity_id = %(number)s
                           OR %(number)s::bigint = ANY(b.garmin_twin_ids)));

-- name: describe
-- What Garmin says of an activity, by rank: the runner's word stays, and so does what Garmin does
-- not tell. The word "race" is taken back only where it was Garmin's. No row where nothing
-- changes.
WITH held AS (
    SELECT a.*,
           a.sources || coalesce((SELECT jsonb_object_agg(field, 'user')
                                    FROM unnest(a.edited) AS field), '{}') AS by,
           CASE WHEN a.garmin_activity_id = %(number)s THEN 'garmin' ELSE 'garmin_twin' END
               AS teller
      FROM activities a
     WHERE a.user_id = %(user_id)s AND a.leg = 0
       AND (a.garmin_activity_id = %(number)s OR %(number)s::bigint = ANY(a.garmin_twin_ids))
), told AS (
    SELECT a.id,
           prevail(a.name, a.by->>'name', %(name)s::text, a.teller) AS name,
           prevail(a.notes, a.by->>'notes', %(notes)s::text, a.teller) AS notes,
           prevail(a.rpe, a.by->>'rpe', %(rpe)s::real, a.teller) AS rpe,
           prevail(a.gear, a.by->>'gear', %(gear)s::text, a.teller) AS gear,
           prevail(a.air_temperature_c, a.by->>'air_temperature_c', %(air_temperature_c)s::float8, a.teller) AS air_temperature_c,
           prevail(a.dew_point_c, a.by->>'dew_point_c', %(dew_point_c)s::float8, a.teller) AS dew_point_c,
           CASE WHEN %(is_race)s::boolean OR a.by->>'is_race' = a.teller
                THEN prevail(a.is_race, a.by->>'is_race', %(is_race)s::boolean, a.teller)
                ELSE a.is_race END AS is_race,
           coalesce(%(garmin_vo2max)s, a.garmin_vo2max) AS garmin_vo2max,
           coalesce(%(garmin_workout_id)s::bigint, a.garmin_workout_id) AS garmin_workout_id,
           coalesce(%(feel)s::smallint, a.feel) AS feel,
           coalesce(%(compliance_pct)s, a.compliance_pct) AS compliance_pct,
           prevailing(a.sources, (SELECT coalesce(jsonb_object_agg(field, a.teller), '{}')
                                    FROM unnest(%(told)s::text[]) AS field
                                   WHERE field <> 'is_race' OR %(is_race)s::boolean
                                      OR a.by->>'is_race' = a.teller)) AS sources
      FROM held a
)
UPDATE activities a
   SET name = t.name, notes = t.notes, rpe = t.rpe, gear = t.gear, is_race = t.is_race,
       air_temperature_c = t.air_temperature_c, dew_point_c = t.dew_point_c,
       garmin_vo2max = t.garmin_vo2max, garmin_workout_id = t.garmin_workout_id, feel = t.feel,
       compliance_pct = t.compliance_pct, sources = t.sources, updated_at = now()
  FROM told t
 WHERE a.id = t.id
   AND (a.name, a.notes, a.rpe, a.gear, a.is_race, a.air_temperature_c, a.dew_point_c,
        a.garmin_vo2max, a.garmin_workout_id, a.feel, a.compliance_pct, a.sources)
       IS DISTINCT FROM
       (t.name, t.notes, t.rpe, t.gear, t.is_race, t.air_temperature_c, t.dew_point_c,
        t.garmin_vo2max, t.garmin_workout_id, t.feel, t.compliance_pct, t.sources)
RETURNING a.local_date;

-- name: by_number
-- The activity that bears a number of Garmin's, its own or a twin's.
SELECT a.id, a.file_sha256, a.garmin_activity_id <> %(number)s AS is_twin
  FROM activities a
 WHERE a.user_id = %(user_id)s AND a.leg = 0
   AND (a.garmin_activity_id = %(number)s OR %(number)s::bigint = ANY(a.garmin_twin_ids));

-- name: forget_number
-- One of the numbers of a run is no more; a twin's takes the place of its own.
UPDATE activities
   SET garmin_activity_id = CASE WHEN garmin_activity_id = %(number)s THEN garmin_twin_ids[1]
                                 ELSE garmin_activity_id END,
       garmin_twin_ids = CASE WHEN garmin_activity_id = %(number)s THEN garmin_twin_ids[2:]
                              ELSE array_remove(garmin_twin_ids, %(number)s::bigint) END
 WHERE user_id = %(user_id)s AND id = %(activity_id)s AND garmin_twin_ids <> '{}'
RETURNING id;

-- name: came_otherwise
-- Whether an activity's file, or another of the same number, came by another way than Garmin.
SELECT EXISTS (SELECT FROM garmin_raw_files f JOIN activities a ON a.user_id = f.user_id
                WHERE a.user_id = %(user_id)s AND a.id = %(activity_id)s AND f.lane <> 'garmin'
                  AND (f.sha256 = a.file_sha256 OR f.garmin_activity_id = %(number)s));

-- name: listed_between
-- Compared as words: a day that is none must not stop the sync.
SELECT key::bigint FROM (
    SELECT DISTINCT ON (key) key, body FROM garmin_raw_events
     WHERE user_id = %(user_id)s AND kind = 'connect.listed'
     ORDER BY key, id DESC) AS newest
 WHERE body <> 'null'
   AND left(coalesce(body->>'startTimeLocal', body->>'startTimeGMT'), 10)
       BETWEEN %(first)s::text AND %(last)s::text
 ORDER BY 1;

-- name: listed_days
-- Garmin's numbers of all activities that it lists, and their days.
SELECT key::bigint, left(body->>'startTimeLocal', 10) FROM (
    SELECT DISTINCT ON (key) key, body FROM garmin_raw_events
     WHERE user_id = %(user_id)s AND kind = 'connect.listed'
     ORDER BY key, id DESC) AS newest
 WHERE body <> 'null' AND body ? 'startTimeLocal';

-- name: is_used
SELECT EXISTS (SELECT FROM garmin_raw_files WHERE sha256 = %(sha256)s);

-- name: connected
SELECT DISTINCT user_id FROM garmin_sessions WHERE status = 'connected';
