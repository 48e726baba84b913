-- name: create
INSERT INTO users (username, display_name, password_hash, role, language, timezone, sex, birth_date)
VALUES (%(username)s, %(display_name)s, %(password_hash)s, %(role)s, %(language)s, %(timezone)s,
        %(sex)s, %(birth_date)s)
RETURNING id, username, display_name, role, language, timezone, sex, birth_date, created_at;

-- name: get
SELECT id, username, display_name, role, language, timezone, sex, birth_date, created_at
  FROM users WHERE id = %(user_id)s;

-- name: by_name
SELECT id, username, display_name, role, language, timezone, sex, birth_date, created_at
  FROM users WHERE username = %(username)s;

-- name: all_users
SELECT id, username, display_name, role, language, timezone, sex, birth_date, created_at
  FROM users ORDER BY id;

-- name: password_hash
SELECT password_hash FROM users WHERE id = %(user_id)s;

-- name: update
-- Only the columns named in `changed` take their new value.
UPDATE users SET
    display_name = CASE WHEN 'display_name' = ANY(%(changed)s) THEN %(display_name)s ELSE display_name END,
    language     = CASE WHEN 'language' = ANY(%(changed)s) THEN %(language)s ELSE language END,
    timezone     = CASE WHEN 'timezone' = ANY(%(changed)s) THEN %(timezone)s ELSE timezone END,
    sex          = CASE WHEN 'sex' = ANY(%(changed)s) THEN %(sex)s ELSE sex END,
    birth_date   = CASE WHEN 'birth_date' = ANY(%(changed)s) THEN %(birth_date)s::date ELSE birth_date END
 WHERE id = %(user_id)s
RETURNING id, username, display_name, role, language, timezone, sex, birth_date, created_at;

-- name: set_password
-- Every login of the account ends with its old password.
WITH ended AS (DELETE FROM sessions WHERE user_id = %(user_id)s)
UPDATE users SET password_hash = %(password_hash)s WHERE id = %(user_id)s;

-- name: renew_hash
-- The same password under a newer hash.
UPDATE users SET password_hash = %(password_hash)s WHERE id = %(user_id)s;

-- name: remove
-- The account and, by cascade, every row of it.
DELETE FROM users WHERE id = %(user_id)s;

-- name: remove_failures
-- Failed logins name the account, not its number.
DELETE FROM login_failures f USING users u
 WHERE u.id = %(user_id)s
   AND (f.subject = 'user:' || u.username OR starts_with(f.subject, 'pair:' || u.username || ' '));

-- name: originals
SELECT sha256 FROM garmin_raw_files WHERE user_id = %(user_id)s;

-- name: quarantined
SELECT DISTINCT sha256 FROM quarantine WHERE user_id = %(user_id)s;

-- name: open_session
INSERT INTO sessions (token_sha256, user_id, expires_at, user_agent)
VALUES (%(token_sha256)s, %(user_id)s, %(expires_at)s, %(user_agent)s);

-- name: session_user
-- Whose session this is, unless it has expired; notes once an hour that it is in use.
WITH seen AS (
    UPDATE sessions SET seen_at = now()
     WHERE token_sha256 = %(token_sha256)s AND expires_at > now()
       AND seen_at < now() - interval '1 hour'
)
SELECT u.id, u.username, u.display_name, u.role, u.language, u.timezone, u.sex, u.birth_date,
       u.created_at
  FROM sessions s JOIN users u ON u.id = s.user_id
 WHERE s.token_sha256 = %(token_sha256)s AND s.expires_at > now();

-- name: close_session
DELETE FROM sessions WHERE token_sha256 = %(token_sha256)s;

-- name: sweep_sessions
DELETE FROM sessions WHERE expires_at <= now();

-- name: lock_login
-- One attempt at a time for one subject, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('login:' || %(subject)s, 0));

-- name: failures_since
SELECT count(*)::integer AS failures, max(failed_at) AS last_failed_at
  FROM login_failures WHERE subject = %(subject)s AND failed_at > %(since)s;

-- name: record_failure
INSERT INTO login_failures (subject) VALUES (%(subject)s);

-- name: clear_failures
DELETE FROM login_failures WHERE subject = %(subject)s;

-- name: forgive_failure
-- Takes back the newest failure of a subject: the attempt that it stood for went well.
DELETE FROM login_failures
 WHERE id = (SELECT max(id) FROM login_failures WHERE subject = %(subject)s);

-- name: sweep_failures
DELETE FROM login_failures WHERE failed_at <= %(before)s;

-- name: fill_in
-- What the runner has not told, and which of it that was; no row where nothing is new.
UPDATE users u
   SET sex = CASE WHEN u.sex = 'unknown' THEN coalesce(%(sex)s::text, u.sex) ELSE u.sex END,
       birth_date = coalesce(u.birth_date, %(birth_date)s::date)
  FROM users was
 WHERE u.id = %(user_id)s AND was.id = u.id
   AND (u.sex = 'unknown' AND %(sex)s::text <> 'unknown'
        OR u.birth_date IS NULL AND %(birth_date)s::date IS NOT NULL)
RETURNING CASE WHEN u.sex <> was.sex THEN u.sex END,
          CASE WHEN u.birth_date IS DISTINCT FROM was.birth_date THEN u.birth_date::text END;
