-- name: is_running
-- Whether any process holds the user's way to Garmin: a run, a sign-in, a command.
SELECT EXISTS (
    SELECT FROM pg_locks
     WHERE locktype = 'advisory' AND objsubid = 1 AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND ((classid::bigint << 32) | objid::bigint)
           = hashtextextended('runningcoach.garmin', %(user_id)s));

-- name: rate
-- Units of the present run that were finished of late, a minute.
WITH span AS (
    SELECT greatest(last_started_at, now() - interval '5 minutes') AS since
      FROM garmin_sync_state WHERE user_id = %(user_id)s)
SELECT 60.0 * count(*) / nullif(extract(epoch FROM now() - min(span.since)), 0)
  FROM span JOIN sync_units u ON u.user_id = %(user_id)s AND u.updated_at >= span.since
 WHERE u.state IN ('done', 'no_data', 'not_supported');

-- name: gap_counts
SELECT stream, reason, count(*)::integer AS days, max(date) AS latest
  FROM health_gaps WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
 GROUP BY stream, reason ORDER BY stream, count(*) DESC;

-- name: next_between
SELECT kind, key, newest_day FROM sync_units
 WHERE user_id = %(user_id)s AND state IN ('pending', 'parked') AND next_try_at <= now()
   AND newest_day BETWEEN %(first)s AND %(last)s AND kind = ANY(%(kinds)s)
 ORDER BY newest_day DESC, array_position(%(kinds)s, kind), key DESC
 LIMIT 1;

-- name: gear
SELECT name, kind, distance_m, limit_m, is_retired, first_used
  FROM gear WHERE user_id = %(user_id)s ORDER BY is_retired, first_used DESC NULLS LAST, name;
