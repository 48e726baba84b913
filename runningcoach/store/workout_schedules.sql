-- name: approved_plan
SELECT id, content, sha256 FROM plans
 WHERE user_id = %(user_id)s AND status = 'current' AND approved_at IS NOT NULL;

-- name: live
-- What is on its way, at Garmin from a day on, or blocked.
SELECT id, workout_id, plan_id, date, content AS workout, sha256, marker, state,
       garmin_workout_id, garmin_schedule_id, pushed_sha256, pushed_date, upload_posts,
       schedule_posts, restores, attempts, next_try_at, error
  FROM workout_schedules
 WHERE user_id = %(user_id)s AND state <> 'removed'
   AND (date >= %(first)s OR pushed_date >= %(first)s OR state IN ('planned', 'uploaded', 'removing'))
 ORDER BY date, id;

-- name: by_ids
SELECT id, workout_id, plan_id, date, content AS workout, sha256, marker, state,
       garmin_workout_id, garmin_schedule_id, pushed_sha256, pushed_date, upload_posts,
       schedule_posts, restores, attempts, next_try_at, error
  FROM workout_schedules
 WHERE user_id = %(user_id)s AND id = ANY(%(ids)s) ORDER BY id;

-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended('runningcoach.workout_schedules', %(user_id)s));

-- name: add
-- The marker holds the number of its own row.
WITH fresh AS (SELECT nextval(pg_get_serial_sequence('workout_schedules', 'id')) AS id)
INSERT INTO workout_schedules (id, user_id, workout_id, plan_id, date, content, sha256, marker)
OVERRIDING SYSTEM VALUE
SELECT id, %(user_id)s, %(workout_id)s, %(plan_id)s, %(date)s, %(content)s, %(sha256)s::text,
       format('rc:%%s/%%s#%%s', id, %(date)s::date, left(%(sha256)s::text, 8))
  FROM fresh;

-- name: want
-- What a row is to become; what it is at Garmin stays as it is until it was changed there.
UPDATE workout_schedules
   SET workout_id = %(workout_id)s, plan_id = %(plan_id)s, date = %(date)s, content = %(content)s,
       sha256 = %(sha256)s::text,
       marker = format('rc:%%s/%%s#%%s', id, %(date)s::date, left(%(sha256)s::text, 8)),
       state = CASE WHEN garmin_workout_id IS NULL THEN 'planned'
                    WHEN garmin_schedule_id IS NULL OR pushed_sha256 IS DISTINCT FROM %(sha256)s::text
                      OR pushed_date IS DISTINCT FROM %(date)s::date THEN 'uploaded'
                    ELSE 'scheduled' END,
       restores = 0, attempts = 0, error = NULL, updated_at = now()
 WHERE id = %(id)s;

-- name: forget_deliveries
DELETE FROM workout_schedules WHERE user_id = %(user_id)s;

-- name: relink
UPDATE workout_schedules SET workout_id = %(workout_id)s, plan_id = %(plan_id)s, updated_at = now()
 WHERE id = %(id)s;

-- name: remove
UPDATE workout_schedules SET state = 'removing', attempts = 0, error = NULL, updated_at = now()
 WHERE id = %(id)s;

-- name: begin_upload
UPDATE workout_schedules
   SET upload_posts = upload_posts + 1, pushed_sha256 = %(sha256)s, pushed_date = NULL,
       next_try_at = now() + make_interval(secs => %(settle_s)s), updated_at = now()
 WHERE id = %(id)s;

-- name: begin_schedule
UPDATE workout_schedules
   SET schedule_posts = schedule_posts + 1, pushed_date = %(date)s,
       next_try_at = now() + make_interval(secs => %(settle_s)s), updated_at = now()
 WHERE id = %(id)s;

-- name: record
-- What Garmin has now; the state follows, unless the row is to be removed or is blocked.
UPDATE workout_schedules
   SET garmin_workout_id = %(garmin_workout_id)s, garmin_schedule_id = %(garmin_schedule_id)s,
       pushed_sha256 = %(pushed_sha256)s, pushed_date = %(pushed_date)s, restores = %(restores)s,
       state = CASE WHEN state IN ('removing', 'blocked') THEN state
                    WHEN state = 'removed' THEN 'removing'
                    WHEN %(garmin_workout_id)s::bigint IS NULL THEN 'planned'
                    WHEN %(garmin_schedule_id)s::bigint IS NULL
                      OR sha256 IS DISTINCT FROM %(pushed_sha256)s::text
                      OR date IS DISTINCT FROM %(pushed_date)s::date THEN 'uploaded'
                    ELSE 'scheduled' END,
       error = CASE WHEN state = 'blocked' THEN error END,
       attempts = 0, next_try_at = NULL, updated_at = now()
 WHERE id = %(id)s;

-- name: finish_removal
UPDATE workout_schedules
   SET state = 'removed', attempts = 0, next_try_at = NULL, error = NULL, updated_at = now()
 WHERE id = %(id)s AND state = 'removing'
   AND garmin_workout_id IS NULL AND garmin_schedule_id IS NULL;

-- name: defer
-- 15 minutes, 1, 4 hours, then a day.
UPDATE workout_schedules
   SET attempts = attempts + 1, error = %(reason)s, updated_at = now(),
       next_try_at = now() + make_interval(mins => least(15 * 4 ^ least(attempts, 4), 1440)::integer)
 WHERE id = %(id)s
RETURNING next_try_at;

-- name: block
UPDATE workout_schedules
   SET state = 'blocked', error = %(reason)s, next_try_at = NULL, updated_at = now()
 WHERE id = %(id)s AND state <> 'removing';
