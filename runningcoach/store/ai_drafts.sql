-- name: add
INSERT INTO ai_drafts (user_id, conversation_id, round, text, treatment, reasons, changes,
                       findings, plan_id)
VALUES (%(user_id)s, %(conversation_id)s, %(round)s, %(text)s, %(treatment)s, %(reasons)s,
        %(changes)s, %(findings)s, %(plan_id)s)
RETURNING id, conversation_id, round, text, treatment, reasons, changes, findings, plan_id,
          created_at;

-- name: set_plan
UPDATE ai_drafts SET plan_id = %(plan_id)s WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: get
SELECT id, conversation_id, round, text, treatment, reasons, changes, findings, plan_id, created_at
  FROM ai_drafts WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: recent
SELECT id, conversation_id, round, text, treatment, reasons, changes, findings, plan_id, created_at
  FROM ai_drafts
 WHERE user_id = %(user_id)s AND (%(before)s::bigint IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s;

-- name: delete_all
DELETE FROM ai_drafts WHERE user_id = %(user_id)s;
