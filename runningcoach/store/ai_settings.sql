-- name: of
SELECT is_enabled, privacy_level, api, base_url, chat_model, plan_model, embedding_model,
       daily_budget_usd, monthly_budget_usd, input_price_usd, output_price_usd, has_weekly_word,
       agreed_at,
       EXISTS (SELECT FROM sealed_secrets k
                WHERE k.user_id = s.user_id AND k.name = %(key_name)s) AS has_key
  FROM ai_settings s WHERE user_id = %(user_id)s;

-- name: has_key
SELECT EXISTS (SELECT FROM sealed_secrets
                WHERE user_id = %(user_id)s AND name = %(key_name)s);

-- name: put
INSERT INTO ai_settings (user_id, is_enabled, privacy_level, api, base_url, chat_model, plan_model,
                         embedding_model, daily_budget_usd, monthly_budget_usd, input_price_usd,
                         output_price_usd, has_weekly_word, agreed_at)
VALUES (%(user_id)s, %(is_enabled)s, %(privacy_level)s, %(api)s, %(base_url)s, %(chat_model)s,
        %(plan_model)s, %(embedding_model)s, %(daily_budget_usd)s, %(monthly_budget_usd)s,
        %(input_price_usd)s, %(output_price_usd)s, %(has_weekly_word)s, %(agreed_at)s)
    ON CONFLICT (user_id) DO UPDATE
   SET is_enabled = excluded.is_enabled, privacy_level = excluded.privacy_level,
       api = excluded.api, base_url = excluded.base_url, chat_model = excluded.chat_model,
       plan_model = excluded.plan_model, embedding_model = excluded.embedding_model,
       daily_budget_usd = excluded.daily_budget_usd,
       monthly_budget_usd = excluded.monthly_budget_usd,
       input_price_usd = excluded.input_price_usd, output_price_usd = excluded.output_price_usd,
       has_weekly_word = excluded.has_weekly_word, agreed_at = excluded.agreed_at;
