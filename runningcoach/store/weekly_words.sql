-- name: add
-- One a week: a later one takes the place of the former.
INSERT INTO ai_weekly_words (user_id, week_start, text, origin, plan_id, citations)
VALUES (%(user_id)s, %(week_start)s, %(text)s, %(origin)s, %(plan_id)s, %(citations)s)
    ON CONFLICT (user_id, week_start) DO UPDATE
   SET text = excluded.text, origin = excluded.origin, plan_id = excluded.plan_id,
       citations = excluded.citations, created_at = now()
RETURNING week_start, text, origin, plan_id, citations, created_at;

-- name: get
SELECT week_start, text, origin, plan_id, citations, created_at FROM ai_weekly_words
 WHERE user_id = %(user_id)s AND week_start = %(week_start)s;

-- name: recent
SELECT week_start, text, origin, plan_id, citations, created_at FROM ai_weekly_words
 WHERE user_id = %(user_id)s ORDER BY week_start DESC LIMIT %(limit)s;

-- name: delete_all
DELETE FROM ai_weekly_words WHERE user_id = %(user_id)s;
