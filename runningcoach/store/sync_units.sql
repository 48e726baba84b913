-- name: add
-- Units that are new, or (again) known ones that are to be done once more.
INSERT INTO sync_units AS s (user_id, kind, key, newest_day)
SELECT DISTINCT %(user_id)s::integer, kind, key, day
  FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(days)s::date[]) AS units (kind, key, day)
    ON CONFLICT (user_id, kind, key) DO UPDATE
   SET state = 'pending', attempts = 0, next_try_at = now(), last_error = NULL, updated_at = now()
 WHERE %(again)s AND s.state <> 'pending';

-- name: next
SELECT kind, key, newest_day FROM sync_units
 WHERE user_id = %(user_id)s AND state IN ('pending', 'parked') AND next_try_at <= now()
   AND newest_day >= %(since)s AND kind = ANY(%(kinds)s)
 ORDER BY newest_day DESC, array_position(%(kinds)s, kind), key DESC
 LIMIT 1;

-- name: finish
UPDATE sync_units SET state = %(state)s, last_error = NULL, updated_at = now()
 WHERE user_id = %(user_id)s AND kind = %(kind)s AND key = %(key)s;

-- name: park
-- An hour, doubled with each attempt, at most a week; the tenth is the last.
UPDATE sync_units
   SET state = CASE WHEN attempts < 9 THEN 'parked' ELSE 'not_supported' END, attempts = attempts + 1, last_error = %(reason)s, updated_at = now(),
       next_try_at = now() + make_interval(hours => least(2 ^ attempts, 168)::integer)
 WHERE user_id = %(user_id)s AND kind = %(kind)s AND key = %(key)s
RETURNING next_try_at;

-- name: progress
SELECT kind, state, count(*)::integer AS units FROM sync_units
 WHERE user_id = %(user_id)s GROUP BY kind, state ORDER BY kind, state;

-- name: is_open
SELECT EXISTS (SELECT FROM sync_units
                WHERE user_id = %(user_id)s AND kind = %(kind)s AND key = %(key)s
                  AND state IN ('pending', 'parked') AND next_try_at <= now());

-- name: newest_day
SELECT max(newest_day) FROM sync_units WHERE user_id = %(user_id)s AND kind = %(kind)s;

-- name: reopen
UPDATE sync_units
   SET state = 'pending', attempts = 0, next_try_at = now(), last_error = NULL, updated_at = now()
 WHERE user_id = %(user_id)s AND state = 'not_supported';
