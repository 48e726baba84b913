-- The tables that the first rooms use. Names are the mission's; every row knows its user.
-- Times are timestamptz in UTC; local_date is the athlete's calendar day, decided when the row
-- is made. No NUMERIC: it travels badly to Arrow. A value that is not known is NULL, never 0.

CREATE EXTENSION IF NOT EXISTS vector;

-- People and their logins ---------------------------------------------------------------------

CREATE TABLE users (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username      text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    display_name  text NOT NULL,
    password_hash text NOT NULL,
    role          text NOT NULL DEFAULT 'runner' CHECK (role IN ('owner', 'runner')),
    language      text NOT NULL DEFAULT 'ko' CHECK (language IN ('ko', 'en')),
    timezone      text NOT NULL DEFAULT 'Asia/Seoul',
    sex           text NOT NULL DEFAULT 'unknown' CHECK (sex IN ('male', 'female', 'unknown')),
    birth_date    date,
    created_at    timestamptz NOT NULL DEFAULT now()
);

-- Only the SHA-256 of a session's token is kept.
CREATE TABLE sessions (
    token_sha256 bytea PRIMARY KEY,
    user_id      integer NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    seen_at      timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    user_agent   text
);
CREATE INDEX sessions_user ON sessions (user_id);

-- Failed logins, by user name and by address, for throttling.
CREATE TABLE login_failures (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject   text NOT NULL,
    failed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX login_failures_subject ON login_failures (subject, failed_at);

-- Secrets of the athlete's connections, sealed by a key that is not in the database.
CREATE TABLE sealed_secrets (
    user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
    name       text NOT NULL,
    sealed     bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, name)
);

-- Originals -----------------------------------------------------------------------------------

-- Every original that ever came in, from any lane, by the SHA-256 of its (unpacked) bytes.
-- Archives are listed too, so that one that was taken whole need not be opened again.
CREATE TABLE garmin_raw_files (
    user_id            integer NOT NULL REFERENCES users ON DELETE CASCADE,
    sha256             text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    kind               text NOT NULL CHECK (kind IN ('fit', 'tcx', 'gpx', 'json', 'csv', 'archive', 'unknown')),
    name               text NOT NULL,
    size_bytes         bigint NOT NULL,
    lane               text NOT NULL CHECK (lane IN ('file', 'folder', 'archive', 'upload', 'watch', 'garmin')),
    outcome            text NOT NULL CHECK (outcome IN
                           ('imported', 'salvaged', 'duplicate', 'not_an_activity', 'quarantined', 'unpacked', 'deleted')),
    reason_code        text,
    reason             text,
    garmin_activity_id bigint,
    received_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, sha256)
);

-- Facts that come beside the files: names, gear, descriptions, Garmin's ids. Kept raw, so that
-- they can be applied to files that arrive later.
CREATE TABLE garmin_raw_events (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    kind        text NOT NULL,
    key         text NOT NULL,
    body_sha256 text NOT NULL,
    body        jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, kind, key, body_sha256)
);

CREATE TABLE quarantine (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id       integer NOT NULL REFERENCES users ON DELETE CASCADE,
    sha256        text NOT NULL,
    name          text NOT NULL,
    size_bytes    bigint NOT NULL,
    reason_code   text NOT NULL,
    reason        text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_tried_at timestamptz NOT NULL DEFAULT now(),
    tries         integer NOT NULL DEFAULT 1,
    UNIQUE (user_id, sha256)
);

-- Activities ----------------------------------------------------------------------------------

CREATE TABLE activities (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id                 integer NOT NULL REFERENCES users ON DELETE CASCADE,
    -- Legs of a multisport activity name the first leg as their parent.
    parent_id               bigint REFERENCES activities ON DELETE CASCADE,
    file_sha256             text NOT NULL,
    leg                     smallint NOT NULL DEFAULT 0,
    source                  text NOT NULL CHECK (source IN ('fit', 'tcx', 'gpx')),
    garmin_activity_id      bigint,
    -- FIT file_id: what the device says made this file, and when.
    device_manufacturer     text,
    device_product          integer,
    device_serial           bigint,
    device_created_at       timestamptz,
    device_name             text,
    sport                   text NOT NULL,
    sub_sport               text,
    name                    text,
    notes                   text,
    rpe                     real CHECK (rpe BETWEEN 0 AND 10),
    gear                    text,
    is_race                 boolean NOT NULL DEFAULT false,
    is_treadmill            boolean NOT NULL DEFAULT false,
    has_gps                 boolean NOT NULL DEFAULT false,
    started_at              timestamptz NOT NULL,
    timezone                text NOT NULL,
    local_started_at        timestamp NOT NULL,
    local_date              date NOT NULL,
    elapsed_s               double precision NOT NULL,
    timer_s                 double precision,
    distance_m              double precision,
    ascent_m                double precision,
    descent_m               double precision,
    average_hr_bpm          double precision,
    max_hr_bpm              double precision,
    average_speed_mps       double precision,
    average_cadence_spm     double precision,
    average_power_w         double precision,
    calories_kcal           double precision,
    average_temperature_c   double precision,
    device_training_effect  double precision,
    device_anaerobic_effect double precision,
    device_training_load    double precision,
    decode_status           text NOT NULL CHECK (decode_status IN ('ok', 'salvaged')),
    decode_notes            text[] NOT NULL DEFAULT '{}',
    -- What the runner changed by hand; a later import leaves these alone.
    edited                  text[] NOT NULL DEFAULT '{}',
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, file_sha256, leg)
);
CREATE UNIQUE INDEX activities_garmin ON activities (user_id, garmin_activity_id, leg)
    WHERE garmin_activity_id IS NOT NULL;
CREATE INDEX activities_newest ON activities (user_id, started_at DESC, id DESC);
CREATE INDEX activities_day ON activities (user_id, local_date);

CREATE TABLE laps (
    activity_id         bigint NOT NULL REFERENCES activities ON DELETE CASCADE,
    user_id             integer NOT NULL REFERENCES users ON DELETE CASCADE,
    lap_index           smallint NOT NULL,
    started_at          timestamptz NOT NULL,
    elapsed_s           double precision NOT NULL,
    timer_s             double precision,
    distance_m          double precision,
    average_hr_bpm      double precision,
    max_hr_bpm          double precision,
    average_speed_mps   double precision,
    average_cadence_spm double precision,
    average_power_w     double precision,
    ascent_m            double precision,
    intensity           text,
    PRIMARY KEY (activity_id, lap_index)
);

-- The manifest of the Parquet files: which file holds the samples of an activity now.
CREATE TABLE activity_samples (
    activity_id bigint PRIMARY KEY REFERENCES activities ON DELETE CASCADE,
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    path        text NOT NULL,
    sha256      text NOT NULL,
    size_bytes  bigint NOT NULL,
    samples     integer NOT NULL,
    channels    text[] NOT NULL,
    -- Seconds since the start at which the timer stood still: from, to (exclusive), from, to ...
    pauses_s    integer[] NOT NULL DEFAULT '{}',
    written_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX activity_samples_path ON activity_samples (path, activity_id);

-- Health --------------------------------------------------------------------------------------

CREATE TABLE sleep (
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    date        date NOT NULL,          -- the day of waking up
    started_at  timestamptz,
    ended_at    timestamptz,
    total_s     double precision,
    deep_s      double precision,
    light_s     double precision,
    rem_s       double precision,
    awake_s     double precision,
    score       double precision,
    source      text NOT NULL,
    PRIMARY KEY (user_id, date)
);

-- One row a day and stream: seconds since local midnight and the values there.
CREATE TABLE hr_records (
    user_id  integer NOT NULL REFERENCES users ON DELETE CASCADE,
    date     date NOT NULL,
    stream   text NOT NULL,
    at_s     integer[] NOT NULL,
    value    smallint[] NOT NULL,
    source   text NOT NULL,
    PRIMARY KEY (user_id, date, stream)
);

CREATE TABLE health_metrics (
    user_id          integer NOT NULL REFERENCES users ON DELETE CASCADE,
    date             date NOT NULL,
    resting_hr_bpm   double precision,
    hrv_ms           double precision,
    average_stress   double precision,
    body_battery_max double precision,
    body_battery_min double precision,
    weight_kg        double precision,
    steps            integer,
    sources          jsonb NOT NULL DEFAULT '{}',   -- column -> where it came from
    PRIMARY KEY (user_id, date)
);

-- Derived: all of it can be rebuilt from what stands above --------------------------------------

-- What the samples of one activity say by themselves, without any benchmark of the athlete.
CREATE TABLE activity_facts (
    activity_id            bigint PRIMARY KEY REFERENCES activities ON DELETE CASCADE,
    user_id                integer NOT NULL REFERENCES users ON DELETE CASCADE,
    engine_version         text NOT NULL,
    elapsed_s              double precision NOT NULL,
    active_s               double precision NOT NULL,
    moving_s               double precision NOT NULL,
    hr_coverage            double precision,
    speed_coverage         double precision,
    -- Active seconds at each whole bpm from 0 to 255; NULL without heart rate.
    hr_seconds             integer[],
    average_hr_bpm         double precision,
    hr_peak_30s_bpm        double precision,
    hr_best_30min_bpm      double precision,
    gap_mps                double precision,
    ngp_mps                double precision,
    elevation_gain_m       double precision,
    elevation_loss_m       double precision,
    efficiency_factor      double precision,
    decoupling_pct         double precision,
    vo2max_speed_mps       double precision,
    vo2max_hr_bpm          double precision,
    gap_cv                 double precision,
    mean_max_speed_mps     real[],
    mean_max_gap_mps       real[],
    mean_max_hr_bpm        real[],
    mean_max_power_w       real[],
    flags                  text[] NOT NULL DEFAULT '{}',
    reasons                jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE best_efforts (
    activity_id bigint NOT NULL REFERENCES activities ON DELETE CASCADE,
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    distance_m  double precision NOT NULL,
    elapsed_s   double precision NOT NULL,
    start_s     double precision NOT NULL,
    PRIMARY KEY (activity_id, distance_m)
);
CREATE INDEX best_efforts_fastest ON best_efforts (user_id, distance_m, elapsed_s);

CREATE TABLE athlete_benchmarks (
    user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
    kind       text NOT NULL,
    valid_from date NOT NULL,
    source     text NOT NULL CHECK (source IN ('user', 'garmin', 'estimate', 'default')),
    value      double precision NOT NULL,
    confidence text NOT NULL CHECK (confidence IN ('high', 'medium', 'low', 'none')),
    algorithm  text,
    evidence   jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (user_id, kind, valid_from, source)
);

CREATE TABLE activity_metrics (
    activity_id       bigint PRIMARY KEY REFERENCES activities ON DELETE CASCADE,
    user_id           integer NOT NULL REFERENCES users ON DELETE CASCADE,
    engine_version    text NOT NULL,
    inputs_hash       text NOT NULL,
    moving_s          double precision,
    hr_coverage       double precision,
    speed_coverage    double precision,
    gap_mps           double precision,
    ngp_mps           double precision,
    elevation_gain_m  double precision,
    elevation_loss_m  double precision,
    efficiency_factor double precision,
    decoupling_pct    double precision,
    effective_vo2max  double precision,
    trimp             double precision,
    edwards           double precision,
    lucia             double precision,
    hr_zone_s         double precision[],
    hrtss             double precision,
    rtss              double precision,
    load              double precision,
    load_source       text,
    flags             text[] NOT NULL DEFAULT '{}',
    reasons           jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX activity_metrics_user ON activity_metrics (user_id);

CREATE TABLE fitness_metrics_daily (
    user_id         integer NOT NULL REFERENCES users ON DELETE CASCADE,
    date            date NOT NULL,
    activities      integer NOT NULL,
    distance_m      double precision NOT NULL,
    moving_s        double precision NOT NULL,
    load            double precision NOT NULL,
    trimp           double precision,
    ctl             double precision NOT NULL,
    atl             double precision NOT NULL,
    tsb             double precision,
    form_pct        double precision,
    ramp_7d         double precision,
    monotony        double precision,
    strain          double precision,
    vo2max_trend    double precision,
    provisional     boolean NOT NULL,
    estimated_share double precision NOT NULL,
    PRIMARY KEY (user_id, date)
);

CREATE TABLE analytics_summaries (
    user_id           integer NOT NULL REFERENCES users ON DELETE CASCADE,
    period            text NOT NULL CHECK (period IN ('week', 'month')),
    starts_on         date NOT NULL,
    activities        integer NOT NULL,
    runs              integer NOT NULL,
    distance_m        double precision NOT NULL,
    moving_s          double precision NOT NULL,
    elevation_gain_m  double precision,
    load              double precision NOT NULL,
    trimp             double precision,
    longest_run_m     double precision,
    hr_zone_s         double precision[],
    easy_share        double precision,
    efficiency_factor double precision,
    vo2max_end        double precision,
    ctl_end           double precision,
    atl_end           double precision,
    tsb_end           double precision,
    monotony_max      double precision,
    best_efforts      integer NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, period, starts_on)
);

-- From which day on the derived rows are behind; set in the transaction that changes an
-- activity, cleared in the transaction that derives. No row: nothing is behind.
CREATE TABLE stale (
    user_id integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    since   date NOT NULL
);

-- Notebooks -----------------------------------------------------------------------------------

-- Read-only views for notebooks: the rows of one user, named by the connection's setting
-- runningcoach.user_id, and no secrets. The role that may read them is made at start-up.
CREATE SCHEMA notebook;
CREATE FUNCTION notebook.me() RETURNS integer LANGUAGE sql STABLE
    RETURN nullif(current_setting('runningcoach.user_id', true), '')::integer;
CREATE VIEW notebook.activities AS SELECT * FROM activities WHERE user_id = notebook.me();
CREATE VIEW notebook.laps AS SELECT * FROM laps WHERE user_id = notebook.me();
CREATE VIEW notebook.activity_samples AS SELECT * FROM activity_samples WHERE user_id = notebook.me();
CREATE VIEW notebook.sleep AS SELECT * FROM sleep WHERE user_id = notebook.me();
CREATE VIEW notebook.hr_records AS SELECT * FROM hr_records WHERE user_id = notebook.me();
CREATE VIEW notebook.health_metrics AS SELECT * FROM health_metrics WHERE user_id = notebook.me();
CREATE VIEW notebook.activity_facts AS SELECT * FROM activity_facts WHERE user_id = notebook.me();
CREATE VIEW notebook.best_efforts AS SELECT * FROM best_efforts WHERE user_id = notebook.me();
CREATE VIEW notebook.athlete_benchmarks AS SELECT * FROM athlete_benchmarks WHERE user_id = notebook.me();
CREATE VIEW notebook.activity_metrics AS SELECT * FROM activity_metrics WHERE user_id = notebook.me();
CREATE VIEW notebook.fitness_metrics_daily AS SELECT * FROM fitness_metrics_daily WHERE user_id = notebook.me();
CREATE VIEW notebook.analytics_summaries AS SELECT * FROM analytics_summaries WHERE user_id = notebook.me();
CREATE VIEW notebook.athlete AS
    SELECT id, username, display_name, role, language, timezone, sex, birth_date, created_at
      FROM users WHERE id = notebook.me();
