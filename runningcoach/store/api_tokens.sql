-- name: create
INSERT INTO api_tokens (user_id, name, scope, token_sha256, expires_at)
VALUES (%(user_id)s, %(name)s, %(scope)s, %(token_sha256)s, %(expires_at)s)
RETURNING id, name, scope, created_at, expires_at, last_used_at;

-- name: list_active
-- Those that still open something, newest first.
SELECT id, name, scope, created_at, expires_at, last_used_at
  FROM api_tokens
 WHERE user_id = %(user_id)s AND revoked_at IS NULL
   AND (expires_at IS NULL OR expires_at > now())
 ORDER BY id DESC;

-- name: revoke
UPDATE api_tokens SET revoked_at = now()
 WHERE id = %(id)s AND user_id = %(user_id)s AND revoked_at IS NULL
RETURNING id, name, scope, created_at, expires_at, last_used_at;

-- name: authenticate
-- The token's scope and its user; notes once a minute that it is in use.
WITH used AS (
    UPDATE api_tokens SET last_used_at = now()
     WHERE token_sha256 = %(token_sha256)s AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > now())
       AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
)
SELECT t.scope, u.id, u.username, u.display_name, u.role, u.language, u.timezone, u.sex,
       u.birth_date, u.created_at
  FROM api_tokens t JOIN users u ON u.id = t.user_id
 WHERE t.token_sha256 = %(token_sha256)s AND t.revoked_at IS NULL
   AND (t.expires_at IS NULL OR t.expires_at > now());
