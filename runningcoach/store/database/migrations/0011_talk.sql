-- Talking with the coach: settings, conversations, what models were asked and what it cost, drafts
-- and pasted texts and what became of them.

-- Without a row the coach that talks is off. Prices are US dollars per million tokens.
CREATE TABLE ai_settings (
    user_id            integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    is_enabled         boolean NOT NULL DEFAULT false,
    privacy_level      text NOT NULL CHECK (privacy_level IN ('summary', 'training', 'health')),
    api                text NOT NULL CHECK (api IN ('responses', 'chat')),
    base_url           text,
    chat_model         text NOT NULL,
    plan_model         text NOT NULL,
    embedding_model    text,
    daily_budget_usd   double precision NOT NULL CHECK (daily_budget_usd >= 0),
    monthly_budget_usd double precision NOT NULL CHECK (monthly_budget_usd >= 0),
    input_price_usd    double precision CHECK (input_price_usd >= 0),
    output_price_usd   double precision CHECK (output_price_usd >= 0),
    has_weekly_word    boolean NOT NULL DEFAULT true,
    agreed_at          timestamptz
);

CREATE TABLE ai_conversations (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id           integer NOT NULL REFERENCES users ON DELETE CASCADE,
    title             text NOT NULL,
    stop_requested_at timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ai_conversations_user ON ai_conversations (user_id, updated_at);

-- `context` is all that was sent for the message: kept for 30 days, then only its hash and sizes.
CREATE TABLE ai_messages (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id         integer NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_id bigint NOT NULL REFERENCES ai_conversations ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('user', 'assistant')),
    content         text NOT NULL,
    sign_level      text NOT NULL DEFAULT 'none' CHECK (sign_level IN ('red', 'amber', 'none')),
    sign            text,
    citations       jsonb NOT NULL DEFAULT '[]',
    tools           jsonb NOT NULL DEFAULT '[]',
    unknown_numbers jsonb NOT NULL DEFAULT '[]',
    plan_id         bigint REFERENCES plans ON DELETE SET NULL,
    model           text,
    usage           jsonb,
    cost_usd        double precision,
    latency_ms      integer,
    prompt_version  text,
    prompt_sha256   text,
    section_tokens  jsonb NOT NULL DEFAULT '{}',
    context         jsonb,
    finish_reason   text,
    error_code      text,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ai_messages_conversation ON ai_messages (conversation_id, id);
CREATE INDEX ai_messages_user ON ai_messages (user_id, created_at);
CREATE INDEX ai_messages_plan ON ai_messages (plan_id);

-- The ledger outlives the conversations: it holds no word of them.
CREATE TABLE ai_calls (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id       integer NOT NULL REFERENCES users ON DELETE CASCADE,
    called_at     timestamptz NOT NULL DEFAULT now(),
    purpose       text NOT NULL
        CHECK (purpose IN ('chat', 'plan', 'weekly', 'check', 'embedding')),
    model         text NOT NULL,
    usage         jsonb NOT NULL DEFAULT '{}',
    cost_usd      double precision,
    latency_ms    integer,
    response_id   text,
    request_id    text,
    error_code    text
);
CREATE INDEX ai_calls_user ON ai_calls (user_id, called_at);

-- What calls under way may cost at most, so that several at a time cannot pass a budget together.
-- A call that ends closes its own; one whose process died is forgotten after a while.
CREATE TABLE ai_reservations (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    cost_usd    double precision NOT NULL,
    reserved_at timestamptz NOT NULL
);
CREATE INDEX ai_reservations_user ON ai_reservations (user_id, reserved_at);

-- Every answer of a model that should be a plan.
CREATE TABLE ai_drafts (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id         integer NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_id bigint REFERENCES ai_conversations ON DELETE CASCADE,
    round           smallint NOT NULL,
    text            text NOT NULL,
    treatment       text NOT NULL
        CHECK (treatment IN ('accept', 'repair', 'ask', 'reject', 'fallback')),
    reasons         jsonb NOT NULL DEFAULT '[]',
    changes         jsonb NOT NULL DEFAULT '[]',
    findings        jsonb NOT NULL DEFAULT '[]',
    plan_id         bigint REFERENCES plans ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ai_drafts_user ON ai_drafts (user_id, created_at);
CREATE INDEX ai_drafts_conversation ON ai_drafts (conversation_id);
CREATE INDEX ai_drafts_plan ON ai_drafts (plan_id);

-- Every text that was pasted from another chat.
CREATE TABLE ai_imports (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
    text       text NOT NULL,
    treatment  text NOT NULL
        CHECK (treatment IN ('accept', 'repair', 'ask', 'reject', 'fallback')),
    reasons    jsonb NOT NULL DEFAULT '[]',
    changes    jsonb NOT NULL DEFAULT '[]',
    questions  jsonb NOT NULL DEFAULT '[]',
    findings   jsonb NOT NULL DEFAULT '[]',
    plan_id    bigint REFERENCES plans ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ai_imports_user ON ai_imports (user_id, created_at);
CREATE INDEX ai_imports_plan ON ai_imports (plan_id);

CREATE TABLE ai_weekly_words (
    user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
    week_start date NOT NULL,
    text       text NOT NULL,
    origin     text NOT NULL CHECK (origin IN ('rule', 'model')),
    plan_id    bigint REFERENCES plans ON DELETE SET NULL,
    citations  jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, week_start)
);
CREATE INDEX ai_weekly_words_plan ON ai_weekly_words (plan_id);
