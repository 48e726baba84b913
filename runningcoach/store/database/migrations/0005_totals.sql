-- One truth for totals: what a file states is kept beside what was decided, with its source.
-- Sums by sport, activities apart from events, and a place for what could not be derived.

ALTER TABLE activities
    -- Totals as the file states them, by the names of metrics.totals.Stated.
    ADD COLUMN stated            jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN distance_source   text CHECK (distance_source IN
                                     ('session', 'laps', 'records', 'positions', 'speed', 'table')),
    ADD COLUMN time_source       text CHECK (time_source IN
                                     ('session', 'laps', 'events', 'records', 'table')),
    ADD COLUMN ascent_source     text CHECK (ascent_source IN ('session', 'laps', 'altitude', 'table')),
    -- Which event of its file an activity belongs to: legs of one event are joined, events are not.
    ADD COLUMN event             smallint NOT NULL DEFAULT 0,
    -- Whether estimates may rest on it: the runner's decision; NULL leaves it to the checks.
    ADD COLUMN use_for_estimates boolean,
    DROP CONSTRAINT activities_source_check,
    ADD CONSTRAINT activities_source_check
        CHECK (source IN ('fit', 'tcx', 'gpx', 'garmin', 'strava'));

-- A GPX file states no totals; what stands in its row was computed.
UPDATE activities
   SET stated = jsonb_strip_nulls(jsonb_build_object(
           'elapsed_s', elapsed_s, 'timer_s', timer_s, 'distance_m', distance_m,
           'ascent_m', ascent_m, 'descent_m', descent_m, 'average_hr_bpm', average_hr_bpm,
           'max_hr_bpm', max_hr_bpm, 'average_speed_mps', average_speed_mps,
           'average_cadence_spm', average_cadence_spm, 'average_power_w', average_power_w,
           'average_temperature_c', average_temperature_c))
 WHERE source <> 'gpx';

-- Share of the timer's time between records more than 10 s apart.
ALTER TABLE activity_facts ADD COLUMN interpolated_share double precision NOT NULL DEFAULT 0;

-- One activity of a file with several can be removed, and brought back, alone; `leg` names it.
ALTER TABLE quarantine
    ADD COLUMN leg smallint,
    DROP CONSTRAINT quarantine_user_id_sha256_key,
    ADD CONSTRAINT quarantine_user_id_sha256_leg_key UNIQUE NULLS NOT DISTINCT (user_id, sha256, leg);

-- By sport, as a list of records.SportSum; distance, time and climb of the row itself are of runs.
ALTER TABLE fitness_metrics_daily ADD COLUMN by_sport jsonb NOT NULL DEFAULT '[]';
ALTER TABLE analytics_summaries ADD COLUMN by_sport jsonb NOT NULL DEFAULT '[]';

-- A load far beyond fitness lowers readiness of the next morning.
ALTER TABLE recovery_daily ADD COLUMN load_z double precision;

-- Activities that a step of deriving failed on: they are left out, everything else goes on.
CREATE TABLE parked_activities (
    activity_id    bigint PRIMARY KEY REFERENCES activities ON DELETE CASCADE,
    user_id        integer NOT NULL REFERENCES users ON DELETE CASCADE,
    stage          text NOT NULL CHECK (stage IN ('samples', 'facts', 'measures', 'estimates')),
    reason         text NOT NULL,
    engine_version text NOT NULL,
    parked_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX parked_activities_user ON parked_activities (user_id);

-- Every change is counted, so that a derivation clears the note of those alone that it has seen;
-- a derivation that failed leaves the reason.
ALTER TABLE stale
    ADD COLUMN changes   bigint NOT NULL DEFAULT 1,
    ADD COLUMN failed_at timestamptz,
    ADD COLUMN error     text;

CREATE OR REPLACE VIEW notebook.activities AS SELECT * FROM activities WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.activity_facts AS SELECT * FROM activity_facts WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.fitness_metrics_daily AS SELECT * FROM fitness_metrics_daily WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.recovery_daily AS SELECT * FROM recovery_daily WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.analytics_summaries AS SELECT * FROM analytics_summaries WHERE user_id = notebook.me();
CREATE VIEW notebook.parked_activities AS SELECT * FROM parked_activities WHERE user_id = notebook.me();
