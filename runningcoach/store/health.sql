-- name: put_day
-- Merge what one source says of a day: a value fills or renews its field, but never one that the
-- runner wrote ("user"); a field that the source does not know stays.
INSERT INTO health_metrics AS h
       (user_id, date, resting_hr_bpm, hrv_ms, average_stress, body_battery_max,
        body_battery_min, weight_kg, steps, sources)
VALUES (%(user_id)s, %(date)s, %(resting_hr_bpm)s, %(hrv_ms)s, %(average_stress)s,
        %(body_battery_max)s, %(body_battery_min)s, %(weight_kg)s, %(steps)s, %(sources)s)
    ON CONFLICT (user_id, date) DO UPDATE SET
       resting_hr_bpm = CASE WHEN h.sources->>'resting_hr_bpm' = 'user' THEN h.resting_hr_bpm
                             ELSE coalesce(excluded.resting_hr_bpm, h.resting_hr_bpm) END,
       hrv_ms = CASE WHEN h.sources->>'hrv_ms' = 'user' THEN h.hrv_ms
                     ELSE coalesce(excluded.hrv_ms, h.hrv_ms) END,
       average_stress = CASE WHEN h.sources->>'average_stress' = 'user' THEN h.average_stress
                             ELSE coalesce(excluded.average_stress, h.average_stress) END,
       body_battery_max = CASE WHEN h.sources->>'body_battery_max' = 'user'
                               THEN h.body_battery_max
                               ELSE coalesce(excluded.body_battery_max, h.body_battery_max) END,
       body_battery_min = CASE WHEN h.sources->>'body_battery_min' = 'user'
                               THEN h.body_battery_min
                               ELSE coalesce(excluded.body_battery_min, h.body_battery_min) END,
       weight_kg = CASE WHEN h.sources->>'weight_kg' = 'user' THEN h.weight_kg
                        ELSE coalesce(excluded.weight_kg, h.weight_kg) END,
       steps = CASE WHEN h.sources->>'steps' = 'user' THEN h.steps
                    ELSE coalesce(excluded.steps, h.steps) END,
       -- The runner's own marks win over the newcomer's.
       sources = h.sources || excluded.sources
                 || coalesce((SELECT jsonb_object_agg(key, value)
                                FROM jsonb_each(h.sources) WHERE value = '"user"'), '{}');

-- name: put_night
-- The sleep that ended on a day; a field that the source does not know stays.
INSERT INTO sleep AS s (user_id, date, started_at, ended_at, total_s, deep_s, light_s, rem_s,
                        awake_s, score, hrv_ms, resting_hr_bpm, respiration, stages_at_s, stages,
                        source)
VALUES (%(user_id)s, %(date)s, %(started_at)s, %(ended_at)s, %(total_s)s, %(deep_s)s,
        %(light_s)s, %(rem_s)s, %(awake_s)s, %(score)s, %(hrv_ms)s, %(resting_hr_bpm)s,
        %(respiration)s, %(stages_at_s)s, %(stages)s, %(source)s)
    ON CONFLICT (user_id, date) DO UPDATE SET
       started_at = coalesce(excluded.started_at, s.started_at),
       ended_at = coalesce(excluded.ended_at, s.ended_at),
       total_s = coalesce(excluded.total_s, s.total_s),
       deep_s = coalesce(excluded.deep_s, s.deep_s),
       light_s = coalesce(excluded.light_s, s.light_s),
       rem_s = coalesce(excluded.rem_s, s.rem_s),
       awake_s = coalesce(excluded.awake_s, s.awake_s),
       score = coalesce(excluded.score, s.score),
       hrv_ms = coalesce(excluded.hrv_ms, s.hrv_ms),
       resting_hr_bpm = coalesce(excluded.resting_hr_bpm, s.resting_hr_bpm),
       respiration = coalesce(excluded.respiration, s.respiration),
       stages_at_s = coalesce(excluded.stages_at_s, s.stages_at_s),
       stages = coalesce(excluded.stages, s.stages),
       source = excluded.source;

-- name: put_stream
-- One day of one stream (heart rate, stress ...): seconds since local midnight and the values.
INSERT INTO hr_records (user_id, date, stream, at_s, value, source)
VALUES (%(user_id)s, %(date)s, %(stream)s, %(at_s)s, %(value)s, %(source)s)
    ON CONFLICT (user_id, date, stream) DO UPDATE
   SET at_s = excluded.at_s, value = excluded.value, source = excluded.source;

-- name: days
-- What the body told from one day to another, with the night that ended on each.
SELECT coalesce(h.date, s.date) AS date, h.resting_hr_bpm, h.hrv_ms, h.average_stress,
       h.body_battery_max, h.body_battery_min, h.weight_kg, s.total_s AS sleep_s,
       s.score AS sleep_score, h.sources->>'hrv_ms' AS hrv_source
  FROM (SELECT * FROM health_metrics
         WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s) AS h
  FULL JOIN (SELECT * FROM sleep
              WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s) AS s
    ON s.date = h.date
 ORDER BY 1;

-- name: overnight_hr
-- The 5th percentile of heart rate from midnight to six, by day: what stands in for resting heart
-- rate where no device tells it. Zeros are no heart rates; half an hour of minutes is enough.
SELECT h.date, percentile_cont(0.05) WITHIN GROUP (ORDER BY beat.value) AS bpm
  FROM hr_records h, unnest(h.at_s, h.value) AS beat (at_s, value)
 WHERE h.user_id = %(user_id)s AND h.stream = 'heart_rate'
   AND beat.at_s < 21600 AND beat.value >= 30
 GROUP BY h.date
HAVING count(*) >= 30
 ORDER BY h.date;
