-- name: begin
-- One that lasts already stays as it is.
INSERT INTO complaints (user_id, kind, began_on)
VALUES (%(user_id)s, %(kind)s, %(began_on)s)
ON CONFLICT (user_id, kind) WHERE ended_on IS NULL DO UPDATE SET kind = excluded.kind
RETURNING id, kind, began_on, ended_on;

-- name: end
UPDATE complaints SET ended_on = greatest(%(day)s::date, began_on)
 WHERE user_id = %(user_id)s AND id = %(id)s AND ended_on IS NULL
RETURNING id, kind, began_on, ended_on;

-- name: lasting
-- What lasts, illness before pain.
SELECT id, kind, began_on, ended_on FROM complaints
 WHERE user_id = %(user_id)s AND ended_on IS NULL AND began_on <= %(day)s
 ORDER BY kind, id;
