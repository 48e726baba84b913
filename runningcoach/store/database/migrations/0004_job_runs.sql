-- Runs of jobs: notebooks that papermill runs at a time of day, or when somebody asks.

CREATE TABLE job_runs (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id         integer NOT NULL REFERENCES users ON DELETE CASCADE,
    job             text NOT NULL CHECK (job ~ '^[a-z][a-z0-9_]{0,62}$'),
    -- The word that the log's lines carry, and the name of the run's folder.
    run_id          text NOT NULL UNIQUE CHECK (run_id ~ '^[a-z0-9_-]{8,100}$'),
    asked_by        text NOT NULL CHECK (asked_by IN ('schedule', 'user')),
    scheduled_for   timestamptz NOT NULL,
    attempt         smallint NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    state           text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed',
                        'timed_out', 'cancelled', 'missed', 'skipped', 'crashed')),
    parameters      jsonb NOT NULL DEFAULT '{}',
    queued_at       timestamptz NOT NULL,
    not_before      timestamptz NOT NULL,
    started_at      timestamptz,
    ended_at        timestamptz,
    cancel_asked_at timestamptz,
    host            text,
    pid             integer,
    error_code      text,
    error           text,
    notebook        text,
    report          text,
    UNIQUE (job, user_id, scheduled_for, attempt)
);
-- Waiting or running: never two of one job for one user, whoever asks.
CREATE UNIQUE INDEX job_runs_one_at_a_time ON job_runs (user_id, job)
    WHERE state IN ('queued', 'running');
CREATE INDEX job_runs_newest ON job_runs (user_id, queued_at DESC, id DESC);

CREATE VIEW notebook.job_runs AS SELECT * FROM job_runs WHERE user_id = notebook.me();
