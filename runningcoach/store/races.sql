-- name: create
INSERT INTO races (user_id, date, name, distance_m, target_time_s, priority)
VALUES (%(user_id)s, %(date)s, %(name)s, %(distance_m)s, %(target_time_s)s, %(priority)s)
RETURNING id, date, name, distance_m, target_time_s, priority;

-- name: get
SELECT id, date, name, distance_m, target_time_s, priority
  FROM races WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: list
-- Races from one day to another, in their order; an end that is NULL is open.
SELECT id, date, name, distance_m, target_time_s, priority
  FROM races
 WHERE user_id = %(user_id)s
   AND (%(first)s::date IS NULL OR date >= %(first)s)
   AND (%(last)s::date IS NULL OR date <= %(last)s)
 ORDER BY date, id;

-- name: update
-- Only the columns named in `changed` take their new value.
UPDATE races SET
    date          = CASE WHEN 'date' = ANY(%(changed)s) THEN %(date)s::date ELSE date END,
    name          = CASE WHEN 'name' = ANY(%(changed)s) THEN %(name)s::text ELSE name END,
    distance_m    = CASE WHEN 'distance_m' = ANY(%(changed)s) THEN %(distance_m)s::integer ELSE distance_m END,
    target_time_s = CASE WHEN 'target_time_s' = ANY(%(changed)s) THEN %(target_time_s)s::integer ELSE target_time_s END,
    priority      = CASE WHEN 'priority' = ANY(%(changed)s) THEN %(priority)s::text ELSE priority END,
    revision      = revision + 1,
    updated_at    = now()
 WHERE user_id = %(user_id)s AND id = %(id)s
RETURNING id, date, name, distance_m, target_time_s, priority;

-- name: remove
DELETE FROM races WHERE user_id = %(user_id)s AND id = %(id)s;
