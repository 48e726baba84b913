-- name: create
INSERT INTO ai_conversations (user_id, title) VALUES (%(user_id)s, %(title)s)
RETURNING id, title, created_at, updated_at;

-- name: get
SELECT id, title, created_at, updated_at FROM ai_conversations
 WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: recent
-- Those talked in last come first; from a place on where one is given.
SELECT id, title, created_at, updated_at FROM ai_conversations
 WHERE user_id = %(user_id)s
   AND (%(before)s::timestamptz IS NULL OR (updated_at, id) < (%(before)s, %(before_id)s))
 ORDER BY updated_at DESC, id DESC LIMIT %(limit)s;

-- name: rename
UPDATE ai_conversations SET title = %(title)s WHERE user_id = %(user_id)s AND id = %(id)s
RETURNING id, title, created_at, updated_at;

-- name: delete
-- Messages with their contexts and drafts go with it; the ledger of calls stays.
DELETE FROM ai_conversations WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: delete_all
DELETE FROM ai_conversations WHERE user_id = %(user_id)s;

-- name: request_stop
UPDATE ai_conversations SET stop_requested_at = now()
 WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: is_stop_requested
-- A conversation that was deleted is to end as well.
SELECT NOT EXISTS (SELECT FROM ai_conversations
                    WHERE user_id = %(user_id)s AND id = %(id)s AND stop_requested_at IS NULL);

-- name: add_message
-- A question takes back an earlier request to stop.
WITH parent AS (
    UPDATE ai_conversations
       SET updated_at = clock_timestamp(),
           stop_requested_at = CASE WHEN %(role)s::text = 'user' THEN NULL
                                    ELSE stop_requested_at END
     WHERE user_id = %(user_id)s AND id = %(conversation_id)s
    RETURNING id, updated_at
)
INSERT INTO ai_messages (user_id, conversation_id, role, content, sign_level, sign, citations,
                         tools, unknown_numbers, plan_id, model, usage, cost_usd, latency_ms,
                         prompt_version, prompt_sha256, section_tokens, context, finish_reason,
                         error_code, created_at)
SELECT %(user_id)s, id, %(role)s, %(content)s, %(sign_level)s, %(sign)s, %(citations)s, %(tools)s,
       %(unknown_numbers)s, %(plan_id)s, %(model)s, %(usage)s, %(cost_usd)s, %(latency_ms)s,
       %(prompt_version)s, %(prompt_sha256)s, %(section_tokens)s, %(context)s, %(finish_reason)s,
       %(error_code)s, updated_at
  FROM parent
RETURNING id, conversation_id, role, content, sign_level, sign, citations, tools, unknown_numbers,
          plan_id, model, usage, cost_usd, latency_ms, prompt_version, prompt_sha256,
          section_tokens, finish_reason, error_code, created_at;

-- name: messages
SELECT id, conversation_id, role, content, sign_level, sign, citations, tools, unknown_numbers,
       plan_id, model, usage, cost_usd, latency_ms, prompt_version, prompt_sha256, section_tokens,
       finish_reason, error_code, created_at
  FROM ai_messages
 WHERE user_id = %(user_id)s AND conversation_id = %(conversation_id)s ORDER BY id;

-- name: context
SELECT context FROM ai_messages WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: contexts
SELECT id, context FROM ai_messages
 WHERE user_id = %(user_id)s AND conversation_id = %(conversation_id)s AND context IS NOT NULL;

-- name: remove_contexts
-- The hash and the sizes of the sections stay.
UPDATE ai_messages SET context = NULL
 WHERE context IS NOT NULL AND created_at < %(before)s;
