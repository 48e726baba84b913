-- name: add
INSERT INTO ai_imports (user_id, text, treatment, reasons, changes, questions, findings, plan_id)
VALUES (%(user_id)s, %(text)s, %(treatment)s, %(reasons)s, %(changes)s, %(questions)s,
        %(findings)s, %(plan_id)s)
RETURNING id, treatment, reasons, changes, questions, findings, plan_id, created_at;

-- name: get
SELECT id, treatment, reasons, changes, questions, findings, plan_id, created_at
  FROM ai_imports WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: text
SELECT text FROM ai_imports WHERE user_id = %(user_id)s AND id = %(id)s;

-- name: recent
SELECT id, treatment, reasons, changes, questions, findings, plan_id, created_at
  FROM ai_imports
 WHERE user_id = %(user_id)s AND (%(before)s::bigint IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s;

-- name: delete_all
DELETE FROM ai_imports WHERE user_id = %(user_id)s;
