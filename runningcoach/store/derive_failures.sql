-- name: list_parked
-- The parked activities of a user, newest first.
SELECT p.activity_id, p.stage, p.reason, p.engine_version, p.parked_at
  FROM parked_activities p JOIN activities a ON a.id = p.activity_id
 WHERE p.user_id = %(user_id)s
 ORDER BY a.started_at DESC, a.id DESC;

-- name: get_parked
SELECT activity_id, stage, reason, engine_version, parked_at
  FROM parked_activities
 WHERE user_id = %(user_id)s AND activity_id = %(activity_id)s;

-- name: clear_parked
-- Take back what was parked at some stages and is not any more, given what is as one JSON list.
DELETE FROM parked_activities p
 WHERE user_id = %(user_id)s AND stage = ANY(%(stages)s)
   AND (%(tried)s::bigint[] IS NULL OR activity_id = ANY(%(tried)s)) AND NOT EXISTS (
       SELECT FROM jsonb_populate_recordset(NULL::parked_activities, %(rows)s) AS given
        WHERE given.activity_id = p.activity_id);

-- name: put_parked
-- Park activities; one that failed so before keeps the time it was parked first.
INSERT INTO parked_activities AS p (activity_id, user_id, stage, reason, engine_version)
SELECT activity_id, %(user_id)s, stage, reason, engine_version
  FROM jsonb_populate_recordset(NULL::parked_activities, %(rows)s)
    ON CONFLICT (activity_id) DO UPDATE
   SET stage = excluded.stage, reason = excluded.reason, engine_version = excluded.engine_version,
       parked_at = now()
 WHERE p.user_id = %(user_id)s
   AND (p.stage, p.reason, p.engine_version)
       IS DISTINCT FROM (excluded.stage, excluded.reason, excluded.engine_version);
