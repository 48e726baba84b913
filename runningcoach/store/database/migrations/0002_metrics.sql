-- What the whole metrics engine keeps: more of each activity and day, nights and mornings,
-- race predictions, the baseline of the history, and which algorithm made what.

-- How the runner wants load and form to be reckoned; no row: the defaults.
CREATE TABLE preferences (
    user_id            integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    load_by            text NOT NULL DEFAULT 'auto' CHECK (load_by IN ('auto', 'pace', 'heart_rate')),
    fitness_convention text NOT NULL DEFAULT 'exp'
                       CHECK (fitness_convention IN ('exp', 'reciprocal', 'span')),
    form_of            text NOT NULL DEFAULT 'yesterday' CHECK (form_of IN ('yesterday', 'sameday')),
    seeded             boolean NOT NULL DEFAULT false
);

-- The weather as the runner or a service tells it; a watch on the wrist measures the wrist.
ALTER TABLE activities
    ADD COLUMN air_temperature_c double precision,
    ADD COLUMN dew_point_c       double precision;

ALTER TABLE activity_facts
    ADD COLUMN gap_minetti_mps       double precision,
    ADD COLUMN gap_runalyze_mps      double precision,
    ADD COLUMN average_temperature_c double precision,
    ADD COLUMN average_altitude_m    double precision,
    ADD COLUMN durability_ratio      double precision,
    ADD COLUMN durability_onset_m    double precision,
    -- Best grade-adjusted speed over 5 and 20 minutes after 60, 90 and 120 minutes; NaN: none.
    ADD COLUMN late_gap_mps          real[],
    -- Mean heart rate of each ten seconds of the grid; NaN where none is known.
    ADD COLUMN hr_10s_bpm            real[];

-- The fastest stretch by the clock that stands still while the runner does.
ALTER TABLE best_efforts ADD COLUMN moving_s double precision;

ALTER TABLE activity_metrics
    ADD COLUMN gap_minetti_mps        double precision,
    ADD COLUMN gap_runalyze_mps       double precision,
    ADD COLUMN intensity              double precision,
    ADD COLUMN session_rpe            double precision,
    ADD COLUMN efficiency_index       double precision,
    ADD COLUMN durability_ratio       double precision,
    ADD COLUMN durability_onset_m     double precision,
    ADD COLUMN late_best_pct          double precision[],
    ADD COLUMN vdot                   double precision,
    ADD COLUMN epoc_ml_kg             double precision,
    ADD COLUMN training_effect        double precision,
    ADD COLUMN training_effect_source text,
    ADD COLUMN training_effect_error  double precision,
    ADD COLUMN altitude_vo2max_pct    double precision,
    ADD COLUMN heat_slowdown_pct      double precision[];

ALTER TABLE fitness_metrics_daily
    ADD COLUMN acwr                double precision,
    ADD COLUMN acwr_coupled        double precision,
    ADD COLUMN acwr_uncoupled      double precision,
    ADD COLUMN vo2max_correction   double precision,
    ADD COLUMN marathon_shape_pct  double precision,
    ADD COLUMN flags               text[] NOT NULL DEFAULT '{}',
    ADD COLUMN reasons             jsonb NOT NULL DEFAULT '{}';

CREATE TABLE recovery_daily (
    user_id              integer NOT NULL REFERENCES users ON DELETE CASCADE,
    date                 date NOT NULL,
    hrv_7d_ms            double precision,
    hrv_low_ms           double precision,
    hrv_high_ms          double precision,
    hrv_cv_pct           double precision,
    resting_hr_3d_bpm    double precision,
    resting_hr_usual_bpm double precision,
    sleep_3d_s           double precision,
    sleep_need_s         double precision,
    hrv_z                double precision,
    resting_hr_z         double precision,
    sleep_z              double precision,
    form_z               double precision,
    readiness            double precision,
    readiness_band       text CHECK (readiness_band IN ('high', 'normal', 'reduced', 'low')),
    flags                text[] NOT NULL DEFAULT '{}',
    reasons              jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (user_id, date)
);

ALTER TABLE analytics_summaries
    DROP CONSTRAINT analytics_summaries_period_check,
    ADD CONSTRAINT analytics_summaries_period_check
        CHECK (period IN ('week', 'month', 'year', 'all')),
    ADD COLUMN low_share      double precision,
    ADD COLUMN moderate_share double precision,
    ADD COLUMN high_share     double precision,
    ADD COLUMN ramp           double precision,
    ADD COLUMN acwr_max       double precision;

-- Race times as of the last day derived: the median of up to three methods, and their range.
CREATE TABLE race_predictions (
    user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
    distance_m double precision NOT NULL,
    as_of      date NOT NULL,
    time_s     double precision,
    fastest_s  double precision,
    slowest_s  double precision,
    confidence text NOT NULL CHECK (confidence IN ('high', 'medium', 'low', 'none')),
    methods    jsonb NOT NULL,
    PRIMARY KEY (user_id, distance_m)
);

-- The whole history in a page, as the coach reads it.
CREATE TABLE athlete_baseline (
    user_id integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    as_of   date NOT NULL,
    body    jsonb NOT NULL
);

-- Which algorithm made the stored values of each metric.
CREATE TABLE metric_algorithms (
    user_id   integer NOT NULL REFERENCES users ON DELETE CASCADE,
    metric    text NOT NULL,
    algorithm text NOT NULL,
    PRIMARY KEY (user_id, metric)
);

-- The views again, for their new columns, and those of the new tables.
CREATE OR REPLACE VIEW notebook.activities AS SELECT * FROM activities WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.activity_facts AS SELECT * FROM activity_facts WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.best_efforts AS SELECT * FROM best_efforts WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.activity_metrics AS SELECT * FROM activity_metrics WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.fitness_metrics_daily AS SELECT * FROM fitness_metrics_daily WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.analytics_summaries AS SELECT * FROM analytics_summaries WHERE user_id = notebook.me();
CREATE VIEW notebook.recovery_daily AS SELECT * FROM recovery_daily WHERE user_id = notebook.me();
CREATE VIEW notebook.race_predictions AS SELECT * FROM race_predictions WHERE user_id = notebook.me();
CREATE VIEW notebook.athlete_baseline AS SELECT * FROM athlete_baseline WHERE user_id = notebook.me();
CREATE VIEW notebook.preferences AS SELECT * FROM preferences WHERE user_id = notebook.me();
