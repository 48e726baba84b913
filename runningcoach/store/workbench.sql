-- name: views
-- The tables that notebooks may read, and the query that pulls each.
SELECT table_name::text AS name, format('SELECT * FROM notebook.%I', table_name) AS pull
  FROM information_schema.views
 WHERE table_schema = 'notebook';

-- name: manifest
-- Which file holds the samples of each activity of the session's user.
SELECT activity_id, path FROM notebook.activity_samples ORDER BY activity_id;

-- name: activities
-- The activities of the session's user, newest first.
SELECT * FROM notebook.activities ORDER BY started_at DESC, id DESC;

-- name: owner
-- The first owner's account.
SELECT id FROM users WHERE role = 'owner' ORDER BY id LIMIT 1;
