-- name: lock
-- One change of a runner's versions at a time, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('plans:' || %(user_id)s::integer, 0));

-- name: create
-- The next version. What is edited or adapted from an imported one counts as imported, too.
INSERT INTO plans (user_id, version, parent_id, status, origin, content, sha256, reasons,
                   is_imported)
SELECT %(user_id)s, coalesce(max(version), 0) + 1, %(parent_id)s::bigint, 'proposed', %(origin)s,
       %(content)s, %(sha256)s, %(reasons)s,
       %(origin)s = 'import' OR (%(origin)s IN ('edit', 'adaptation') AND coalesce(
           bool_or(is_imported) FILTER (WHERE id = %(parent_id)s::bigint), false))
  FROM plans WHERE user_id = %(user_id)s
RETURNING id, version, parent_id, status, origin, content AS plan, sha256, reasons, created_at,
          approved_at, archived_at, is_imported;

-- name: get
SELECT id, version, parent_id, status, origin, content AS plan, sha256, reasons, created_at,
       approved_at, archived_at, is_imported
  FROM plans WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: of_status
-- The one that is current, or proposed.
SELECT id, version, parent_id, status, origin, content AS plan, sha256, reasons, created_at,
       approved_at, archived_at, is_imported
  FROM plans WHERE user_id = %(user_id)s AND status = %(status)s;

-- name: list
-- Every version without its weeks, newest first.
SELECT id, version, parent_id, status, origin, sha256, created_at, approved_at, archived_at,
       content ->> 'title' AS title, content -> 'request' ->> 'goal' AS goal,
       (content -> 'weeks' -> 0 ->> 'start')::date AS first_day,
       ((content -> 'weeks' -> -1 ->> 'start')::date + 6) AS last_day
  FROM plans
 WHERE user_id = %(user_id)s AND (%(before)s::bigint IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s;

-- name: declined_reasons
-- What rejected proposals of adaptation answered, newest first.
SELECT reasons -> 0 FROM plans
 WHERE user_id = %(user_id)s AND status = 'rejected' AND origin = 'adaptation'
   AND reasons -> 0 IS NOT NULL
 ORDER BY id DESC LIMIT %(limit)s;

-- name: set_status
-- A version leaves one status for another; what it holds never changes.
UPDATE plans
   SET status = %(status)s,
       approved_at = CASE WHEN %(status)s = 'current' THEN now() ELSE approved_at END,
       archived_at = CASE WHEN %(status)s IN ('archived', 'rejected') THEN now() ELSE archived_at END
 WHERE user_id = %(user_id)s AND id = %(id)s AND status = %(former)s
RETURNING id, version, parent_id, status, origin, content AS plan, sha256, reasons, created_at,
          approved_at, archived_at, is_imported;
