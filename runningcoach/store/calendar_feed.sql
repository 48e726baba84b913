-- name: workouts
-- Workouts from a day on. Those of plans are made anew with every approval, so that a calendar
-- knows them by their day and place in it, and their revision is the version of the plan.
SELECT w.id, w.plan_id, w.date AS day, w.content AS workout, w.updated_at,
       coalesce(p.version, w.revision) AS revision,
       row_number() OVER (PARTITION BY w.date, w.plan_id IS NULL ORDER BY w.id) AS position
  FROM workouts w LEFT JOIN plans p ON p.id = w.plan_id
 WHERE w.user_id = %(user_id)s AND w.date >= %(first)s
 ORDER BY w.date, w.id;

-- name: races
SELECT id, date, name, distance_m, target_time_s, priority, updated_at, revision
  FROM races WHERE user_id = %(user_id)s AND date >= %(first)s
 ORDER BY date, id;
