-- name: add
INSERT INTO ai_calls (user_id, purpose, model, usage, cost_usd, latency_ms, response_id,
                      request_id, error_code)
VALUES (%(user_id)s, %(purpose)s, %(model)s, %(usage)s, %(cost_usd)s, %(latency_ms)s,
        %(response_id)s, %(request_id)s, %(error_code)s)
RETURNING id, called_at, purpose, model, usage, cost_usd, latency_ms, response_id, request_id,
          error_code;

-- name: recent
SELECT id, called_at, purpose, model, usage, cost_usd, latency_ms, response_id, request_id,
       error_code
  FROM ai_calls
 WHERE user_id = %(user_id)s AND (%(before)s::bigint IS NULL OR id < %(before)s)
 ORDER BY id DESC LIMIT %(limit)s;

-- name: by_day
-- Days of the runner's own zone. A call that failed and used nothing is of known cost: none.
SELECT (called_at AT TIME ZONE u.timezone)::date AS date, model, count(*) AS calls,
       sum((usage->>'input_tokens')::bigint)::bigint AS input_tokens,
       sum((usage->>'cached_tokens')::bigint)::bigint AS cached_tokens,
       sum((usage->>'output_tokens')::bigint)::bigint AS output_tokens,
       sum((usage->>'reasoning_tokens')::bigint)::bigint AS reasoning_tokens,
       CASE WHEN NOT bool_or(cost_usd IS NULL AND (error_code IS NULL
                 OR (usage->>'input_tokens')::bigint + (usage->>'output_tokens')::bigint > 0))
            THEN coalesce(sum(cost_usd::numeric), 0)::float8 END AS cost_usd
  FROM ai_calls c JOIN users u ON u.id = c.user_id
 WHERE user_id = %(user_id)s
   AND (called_at AT TIME ZONE u.timezone)::date BETWEEN %(first)s AND %(last)s
 GROUP BY 1, 2 ORDER BY 1 DESC, 2;

-- name: spent
-- Summed as decimals, so that the sum is that of the costs as they are shown.
SELECT coalesce(sum(cost_usd::numeric), 0)::float8,
       count(*) FILTER (WHERE cost_usd IS NULL AND (error_code IS NULL
                 OR (usage->>'input_tokens')::bigint + (usage->>'output_tokens')::bigint > 0))
  FROM ai_calls WHERE user_id = %(user_id)s AND called_at >= %(since)s;

-- name: lock_budget
-- One look at a runner's budget at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('runningcoach.budget', %(user_id)s));

-- name: reserved
SELECT coalesce(sum(cost_usd::numeric), 0)::float8 FROM ai_reservations
 WHERE user_id = %(user_id)s AND reserved_at >= %(since)s;

-- name: reserve
INSERT INTO ai_reservations (user_id, cost_usd, reserved_at)
VALUES (%(user_id)s, %(cost_usd)s, %(now)s);

-- name: forget_reservations
DELETE FROM ai_reservations WHERE user_id = %(user_id)s AND reserved_at < %(since)s;

-- name: end_reservation
-- The oldest one: calls of a runner end about in the order in which they began.
DELETE FROM ai_reservations
 WHERE id = (SELECT id FROM ai_reservations WHERE user_id = %(user_id)s
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
