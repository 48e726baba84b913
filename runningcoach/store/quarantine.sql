-- name: put
-- Keep a file, or one activity of a file, in quarantine; one that comes again is counted.
INSERT INTO quarantine (user_id, sha256, leg, name, size_bytes, reason_code, reason)
VALUES (%(user_id)s, %(sha256)s, %(leg)s, %(name)s, %(size_bytes)s, %(reason_code)s, %(reason)s)
    ON CONFLICT (user_id, sha256, leg) DO UPDATE
   SET reason_code = excluded.reason_code, reason = excluded.reason, last_tried_at = now(),
       tries = quarantine.tries + 1;

-- name: all
-- Everything in quarantine, newest first.
SELECT id, sha256, leg, name, size_bytes, reason_code, reason, first_seen_at, last_tried_at, tries
  FROM quarantine WHERE user_id = %(user_id)s ORDER BY id DESC;

-- name: release
-- The file is out of quarantine, or one activity of it.
DELETE FROM quarantine
 WHERE user_id = %(user_id)s AND sha256 = %(sha256)s
   AND (%(leg)s::smallint IS NULL OR leg = %(leg)s);

-- name: hashes
SELECT sha256 FROM quarantine WHERE user_id = %(user_id)s;

-- name: empty
-- Files that could not be taken, forgotten. What stands for a deleted activity is none of them.
WITH gone AS (
    DELETE FROM quarantine
     WHERE user_id = %(user_id)s AND leg IS NULL
       AND reason_code NOT IN ('deleted_by_runner', 'deleted_at_garmin')
       AND first_seen_at <= now() - %(older_than)s::interval
       AND (%(reason_code)s::text IS NULL OR reason_code = %(reason_code)s)
    RETURNING sha256
), forgotten AS (
    DELETE FROM garmin_raw_files f USING gone
     WHERE f.user_id = %(user_id)s AND f.sha256 = gone.sha256 AND f.outcome = 'quarantined'
)
SELECT sha256 FROM gone;

-- name: legs_of
-- The activities of a file that are in quarantine alone, by their first legs.
SELECT leg FROM quarantine
 WHERE user_id = %(user_id)s AND sha256 = %(sha256)s AND leg IS NOT NULL;

-- name: is_held
-- Whether any user still has these bytes in quarantine.
SELECT EXISTS (SELECT FROM quarantine WHERE sha256 = %(sha256)s);
