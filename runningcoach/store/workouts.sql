-- name: between
SELECT id, plan_id, date AS day, content AS workout, sha256, created_at FROM workouts
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s ORDER BY date, id;

-- name: own
-- The runner's own, newest first; those without a day are a library.
SELECT id, plan_id, date AS day, content AS workout, sha256, created_at FROM workouts
 WHERE user_id = %(user_id)s AND plan_id IS NULL ORDER BY id DESC;

-- name: one
SELECT id, plan_id, date AS day, content AS workout, sha256, created_at FROM workouts
 WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: add
INSERT INTO workouts (user_id, plan_id, date, content, sha256)
VALUES (%(user_id)s, %(plan_id)s, %(day)s, %(content)s, %(sha256)s)
RETURNING id, plan_id, date AS day, content AS workout, sha256, created_at;

-- name: change_own
UPDATE workouts SET date = %(day)s, content = %(content)s, sha256 = %(sha256)s,
       revision = revision + 1, updated_at = now()
 WHERE user_id = %(user_id)s AND id = %(id)s AND plan_id IS NULL
RETURNING id, plan_id, date AS day, content AS workout, sha256, created_at;

-- name: forget_run
-- How a workout went that is about to be another.
DELETE FROM workout_adherence WHERE user_id = %(user_id)s AND workout_id = %(id)s;

-- name: delete_own
DELETE FROM workouts WHERE user_id = %(user_id)s AND id = %(id)s AND plan_id IS NULL;

-- name: delete_changed
-- What plans had from a day on, apart from days that stay the same.
DELETE FROM workouts
 WHERE user_id = %(user_id)s AND plan_id IS NOT NULL AND date >= %(first)s
   AND date <> ALL(%(same_days)s::date[]);

-- name: hand_over
-- Days that stay the same belong to the new plan.
UPDATE workouts SET plan_id = %(plan_id)s
 WHERE user_id = %(user_id)s AND plan_id IS NOT NULL AND date = ANY(%(same_days)s::date[])
RETURNING id, plan_id, date AS day, content AS workout, sha256, created_at;

-- name: delete_planned
-- What plans had from a day on; earlier days stay with what was run of them.
DELETE FROM workouts
 WHERE user_id = %(user_id)s AND plan_id IS NOT NULL AND date >= %(first)s;
