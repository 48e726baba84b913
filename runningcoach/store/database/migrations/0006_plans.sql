-- Races, plans in versions, their workouts, the way of these to the watch and what was run of them;
-- tokens for scripts and feeds.

CREATE TABLE races (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id       integer NOT NULL REFERENCES users ON DELETE CASCADE,
    date          date NOT NULL,
    name          text NOT NULL,
    distance_m    integer NOT NULL CHECK (distance_m > 0),
    target_time_s integer CHECK (target_time_s > 0),
    priority      text NOT NULL DEFAULT 'A' CHECK (priority IN ('A', 'B', 'C')),
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX races_user_date ON races (user_id, date);

-- A version is never changed: an edit makes another. `sha256` is that of the canonical content.
CREATE TABLE plans (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    version     integer NOT NULL,
    parent_id   bigint REFERENCES plans ON DELETE SET NULL,
    status      text NOT NULL CHECK (status IN ('proposed', 'current', 'archived', 'rejected')),
    origin      text NOT NULL CHECK (origin IN ('rule', 'edit', 'import', 'model', 'adaptation')),
    content     jsonb NOT NULL,
    sha256      text NOT NULL,
    reasons     jsonb NOT NULL DEFAULT '[]',
    created_at  timestamptz NOT NULL DEFAULT now(),
    approved_at timestamptz,
    archived_at timestamptz,
    UNIQUE (user_id, version)
);
CREATE UNIQUE INDEX plans_one_current ON plans (user_id) WHERE status = 'current';
CREATE UNIQUE INDEX plans_one_proposed ON plans (user_id) WHERE status = 'proposed';

-- Workouts of approved plans, one row a day and session, and the runner's own without a plan.
CREATE TABLE workouts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
    plan_id    bigint REFERENCES plans ON DELETE CASCADE,
    date       date,
    content    jsonb NOT NULL,
    sha256     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX workouts_user_date ON workouts (user_id, date);
CREATE INDEX workouts_plan ON workouts (plan_id);

-- The outbox to the watch: each step is stored before the next is taken. `marker` stands in the
-- description of the workout at Garmin and finds it again after a lost answer.
CREATE TABLE workout_schedules (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id            integer NOT NULL REFERENCES users ON DELETE CASCADE,
    workout_id         bigint REFERENCES workouts ON DELETE SET NULL,
    plan_id            bigint REFERENCES plans ON DELETE SET NULL,
    date               date NOT NULL,
    content            jsonb NOT NULL,
    sha256             text NOT NULL,
    marker             text NOT NULL UNIQUE,
    state              text NOT NULL DEFAULT 'planned' CHECK (state IN
                           ('planned', 'uploaded', 'scheduled', 'removing', 'removed', 'blocked')),
    garmin_workout_id  bigint,
    garmin_schedule_id bigint,
    pushed_sha256      text,
    pushed_date        date,
    upload_posts       smallint NOT NULL DEFAULT 0,
    schedule_posts     smallint NOT NULL DEFAULT 0,
    restores           smallint NOT NULL DEFAULT 0,
    attempts           smallint NOT NULL DEFAULT 0,
    next_try_at        timestamptz,
    error              text,
    updated_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX workout_schedules_open ON workout_schedules (user_id, date)
    WHERE state IN ('planned', 'uploaded', 'removing');
CREATE INDEX workout_schedules_workout ON workout_schedules (workout_id);
CREATE INDEX workout_schedules_plan ON workout_schedules (plan_id);

-- How each planned workout went. A workout that was not run has a row without activities.
CREATE TABLE workout_adherence (
    workout_id     bigint PRIMARY KEY REFERENCES workouts ON DELETE CASCADE,
    user_id        integer NOT NULL REFERENCES users ON DELETE CASCADE,
    workout_date   date NOT NULL,
    run_date       date,
    activity_ids   bigint[] NOT NULL DEFAULT '{}',
    compliance_pct double precision,
    verdict        text NOT NULL CHECK (verdict IN
                       ('done', 'partly', 'off_target', 'missed', 'moved', 'swapped')),
    excuse         text,
    steps          jsonb NOT NULL DEFAULT '[]',
    engine_version text NOT NULL,
    computed_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX workout_adherence_user_date ON workout_adherence (user_id, workout_date);

-- Tokens for notebooks, scripts and calendar feeds: only the hash is stored.
CREATE TABLE api_tokens (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id      integer NOT NULL REFERENCES users ON DELETE CASCADE,
    name         text NOT NULL,
    scope        text NOT NULL CHECK (scope IN ('read', 'write', 'feed')),
    token_sha256 text NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX api_tokens_user ON api_tokens (user_id);

CREATE VIEW notebook.races AS SELECT * FROM races WHERE user_id = notebook.me();
CREATE VIEW notebook.plans AS SELECT * FROM plans WHERE user_id = notebook.me();
CREATE VIEW notebook.workouts AS SELECT * FROM workouts WHERE user_id = notebook.me();
CREATE VIEW notebook.workout_schedules AS SELECT * FROM workout_schedules WHERE user_id = notebook.me();
CREATE VIEW notebook.workout_adherence AS SELECT * FROM workout_adherence WHERE user_id = notebook.me();
