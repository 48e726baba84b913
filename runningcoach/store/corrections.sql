-- name: set_sport
-- Another sport for an activity, unless the runner chose one.
UPDATE activities
   SET sport = %(sport)s, sub_sport = %(sub_sport)s,
       is_treadmill = is_treadmill OR %(is_treadmill)s, updated_at = now()
 WHERE user_id = %(user_id)s AND id = %(activity_id)s AND 'sport' <> ALL(edited)
   AND (sport, coalesce(sub_sport, '')) <> (%(sport)s, coalesce(%(sub_sport)s, ''))
RETURNING local_date;

-- name: outdate_facts
UPDATE activity_facts SET engine_version = %(outdated)s
 WHERE user_id = %(user_id)s AND activity_id = ANY(%(activity_ids)s);

-- name: first_day
SELECT min(local_date) FROM activities
 WHERE user_id = %(user_id)s AND id = ANY(%(activity_ids)s);
