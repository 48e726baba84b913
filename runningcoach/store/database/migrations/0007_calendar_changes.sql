-- What calendars that subscribe must know of a workout or a race: how often and when it changed.

ALTER TABLE workouts
    ADD COLUMN revision   integer NOT NULL DEFAULT 0,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE races
    ADD COLUMN revision   integer NOT NULL DEFAULT 0,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
UPDATE workouts SET updated_at = created_at;
UPDATE races SET updated_at = created_at;

CREATE OR REPLACE VIEW notebook.races AS SELECT * FROM races WHERE user_id = notebook.me();
CREATE OR REPLACE VIEW notebook.workouts AS SELECT * FROM workouts WHERE user_id = notebook.me();
