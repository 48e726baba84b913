-- name: put
-- Store the sealed form of a secret, in place of an older one.
INSERT INTO sealed_secrets (user_id, name, sealed)
VALUES (%(user_id)s, %(name)s, %(sealed)s)
ON CONFLICT (user_id, name) DO UPDATE SET sealed = excluded.sealed, updated_at = now();

-- name: get
-- The sealed form of a secret.
SELECT sealed FROM sealed_secrets WHERE user_id = %(user_id)s AND name = %(name)s;

-- name: delete
-- Forget a secret.
DELETE FROM sealed_secrets WHERE user_id = %(user_id)s AND name = %(name)s;

-- name: any
-- Whether anything is sealed at all.
SELECT EXISTS (SELECT FROM sealed_secrets);

-- name: all_locked
-- Everything that is sealed, held until the transaction ends.
SELECT user_id, name, sealed FROM sealed_secrets ORDER BY user_id, name FOR UPDATE;
