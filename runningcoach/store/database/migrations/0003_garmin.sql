-- What keeps Garmin's lanes: connections, what a sync has done and left, gaps, Garmin's scores.

-- One row a user and lane. The tokens themselves are sealed_secrets; `token_version` lets only
-- the holder that read the newest ones save newer ones.
CREATE TABLE garmin_sessions (
    user_id        integer NOT NULL REFERENCES users ON DELETE CASCADE,
    lane           text NOT NULL CHECK (lane IN ('key', 'signin')),
    status         text NOT NULL CHECK (status IN
                       ('connected', 'needs_mfa', 'needs_reauth', 'cooldown', 'disconnected')),
    account        text,
    connected_at   timestamptz,
    expires_at     timestamptz,
    cooldown_until timestamptz,
    cooldown_step  smallint NOT NULL DEFAULT 0,
    problem        text,
    token_version  integer NOT NULL DEFAULT 0,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, lane)
);

-- One row a user: where the incremental sync stands, what was asked for, and whether to wait.
CREATE TABLE garmin_sync_state (
    user_id              integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    last_started_at      timestamptz,
    last_success_at      timestamptz,
    last_problem         text,
    known_count          integer,
    reconciled_45_at     timestamptz,
    reconciled_90_at     timestamptz,
    backfill_from        date,
    backfill_enumerated  boolean NOT NULL DEFAULT false,
    requests_day         date,
    requests_today       integer NOT NULL DEFAULT 0,
    wait_until           timestamptz,
    wait_step            smallint NOT NULL DEFAULT 0,
    refusals             smallint NOT NULL DEFAULT 0
);

-- Resumable work: one unit is one request's worth, committed alone; newest day first.
CREATE TABLE sync_units (
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    kind        text NOT NULL,
    key         text NOT NULL,
    newest_day  date NOT NULL,
    state       text NOT NULL DEFAULT 'pending' CHECK (state IN
                    ('pending', 'done', 'no_data', 'parked', 'not_supported')),
    attempts    smallint NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT now(),
    last_error  text,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, kind, key)
);
CREATE INDEX sync_units_open ON sync_units (user_id, newest_day DESC, kind)
    WHERE state IN ('pending', 'parked');

-- Where a raw event came from, and when an answer without data is worth asking for again.
ALTER TABLE garmin_raw_events
    ADD COLUMN lane       text,
    ADD COLUMN status     smallint,
    ADD COLUMN fetched_at timestamptz,
    ADD COLUMN recheck_on date,
    ADD COLUMN asked_on   date;
CREATE INDEX garmin_raw_events_latest ON garmin_raw_events (user_id, kind, key, id DESC);

-- Days of which a stream has nothing, and why.
CREATE TABLE health_gaps (
    user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
    date       date NOT NULL,
    stream     text NOT NULL,
    reason     text NOT NULL CHECK (reason IN
                   ('no_data', 'not_worn', 'cold', 'error', 'not_supported')),
    recheck_on date,
    PRIMARY KEY (user_id, date, stream)
);

-- Garmin's own scores of a day, shown beside ours and never blended with them.
CREATE TABLE garmin_scores (
    user_id             integer NOT NULL REFERENCES users ON DELETE CASCADE,
    date                date NOT NULL,
    vo2max              double precision,
    readiness           double precision,
    readiness_level     text,
    acute_load          double precision,
    chronic_load        double precision,
    load_ratio          double precision,
    training_status     text,
    race_5k_s           double precision,
    race_10k_s          double precision,
    race_half_s         double precision,
    race_marathon_s     double precision,
    lthr_bpm            double precision,
    threshold_speed_mps double precision,
    PRIMARY KEY (user_id, date)
);

-- Garmin's list of personal records, and shoes with their kilometres.
CREATE TABLE garmin_records (
    user_id            integer NOT NULL REFERENCES users ON DELETE CASCADE,
    kind               text NOT NULL,
    value              double precision NOT NULL,
    unit               text NOT NULL,
    date               date,
    garmin_activity_id bigint,
    PRIMARY KEY (user_id, kind)
);
CREATE TABLE gear (
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    key         text NOT NULL,
    name        text NOT NULL,
    kind        text,
    distance_m  double precision,
    limit_m     double precision,
    is_retired  boolean NOT NULL DEFAULT false,
    first_used  date,
    PRIMARY KEY (user_id, key)
);

-- Garmin's own words of an activity that no file holds; one that was typed in has no file at all.
ALTER TABLE activities
    DROP CONSTRAINT activities_source_check,
    ADD CONSTRAINT activities_source_check CHECK (source IN ('fit', 'tcx', 'gpx', 'garmin')),
    ADD COLUMN garmin_vo2max   double precision,
    ADD COLUMN garmin_workout_id bigint,
    ADD COLUMN feel            smallint,
    ADD COLUMN compliance_pct  double precision,
    -- Who told a text: column -> source; and the other numbers that Garmin gave the same run.
    ADD COLUMN sources         jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN garmin_twin_ids bigint[] NOT NULL DEFAULT '{}';

ALTER TABLE sleep
    ADD COLUMN hrv_ms         double precision,
    ADD COLUMN resting_hr_bpm double precision,
    ADD COLUMN respiration    double precision,
    ADD COLUMN stages_at_s    integer[],
    ADD COLUMN stages         smallint[],
    ADD COLUMN sources        jsonb NOT NULL DEFAULT '{}';
UPDATE sleep s SET sources = (
    SELECT coalesce(jsonb_object_agg(key, s.source), '{}') FROM jsonb_each(to_jsonb(s))
     WHERE key NOT IN ('user_id', 'date', 'source', 'sources') AND value <> 'null');

-- Whose word counts -----------------------------------------------------------------------------

-- Of two who tell the same field the higher one is believed; of equals, the later.
CREATE FUNCTION source_rank(source text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE source WHEN 'user' THEN 5 WHEN 'garmin' THEN 4 WHEN 'garmin_twin' THEN 3
                   WHEN 'garmin_export' THEN 2 ELSE CASE WHEN source IS NULL THEN 0 ELSE 1 END END;

-- The value of a field after one more source told of it; what is not told changes nothing.
CREATE FUNCTION prevail(held anyelement, held_by text, told anyelement, told_by text)
RETURNS anyelement
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN told IS NOT NULL
                   AND (held IS NULL OR source_rank(told_by) >= source_rank(held_by))
                  THEN told ELSE held END $$;

-- The sources of a row's fields after one more told of some of them.
CREATE FUNCTION prevailing(held jsonb, told jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN held || coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(told)
                          WHERE source_rank(value) >= source_rank(held->>key)), '{}');

-- Whether an export may not change a text of an activity: the runner or Garmin itself told it.
CREATE FUNCTION is_held(field text, edited text[], sources jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN field = ANY(edited) OR source_rank(sources->>field) > source_rank('garmin_export');

CREATE OR REPLACE VIEW notebook.activities AS SELECT * FROM activities WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.sleep AS SELECT * FROM sleep WHERE user_id = notebook.me();
CREATE VIEW notebook.health_gaps AS SELECT * FROM health_gaps WHERE user_id = notebook.me();
CREATE VIEW notebook.garmin_scores AS SELECT * FROM garmin_scores WHERE user_id = notebook.me();
CREATE VIEW notebook.garmin_records AS SELECT * FROM garmin_records WHERE user_id = notebook.me();
CREATE VIEW notebook.gear AS SELECT * FROM gear WHERE user_id = notebook.me();
