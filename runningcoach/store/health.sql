-- name: put_day
-- Merge what one source says of a day: a value fills its field, or renews one that no higher
-- source told (see prevail); a field that the source does not know stays.
INSERT INTO health_metrics AS h
       (user_id, date, resting_hr_bpm, hrv_ms, average_stress, body_battery_max,
        body_battery_min, weight_kg, steps, sources)
VALUES (%(user_id)s, %(date)s, %(resting_hr_bpm)s, %(hrv_ms)s, %(average_stress)s,
        %(body_battery_max)s, %(body_battery_min)s, %(weight_kg)s, %(steps)s, %(sources)s)
    ON CONFLICT (user_id, date) DO UPDATE SET
       resting_hr_bpm = prevail(h.resting_hr_bpm, h.sources->>'resting_hr_bpm',
           excluded.resting_hr_bpm, excluded.sources->>'resting_hr_bpm'),
       hrv_ms = prevail(h.hrv_ms, h.sources->>'hrv_ms',
           excluded.hrv_ms, excluded.sources->>'hrv_ms'),
       average_stress = prevail(h.average_stress, h.sources->>'average_stress',
           excluded.average_stress, excluded.sources->>'average_stress'),
       body_battery_max = prevail(h.body_battery_max, h.sources->>'body_battery_max',
           excluded.body_battery_max, excluded.sources->>'body_battery_max'),
       body_battery_min = prevail(h.body_battery_min, h.sources->>'body_battery_min',
           excluded.body_battery_min, excluded.sources->>'body_battery_min'),
       weight_kg = prevail(h.weight_kg, h.sources->>'weight_kg',
           excluded.weight_kg, excluded.sources->>'weight_kg'),
       steps = prevail(h.steps, h.sources->>'steps', excluded.steps, excluded.sources->>'steps'),
       sources = prevailing(h.sources, excluded.sources);

-- name: put_night
-- The sleep that ended on a day, merged as days are.
INSERT INTO sleep AS s (user_id, date, started_at, ended_at, total_s, deep_s, light_s, rem_s,
                        awake_s, score, hrv_ms, resting_hr_bpm, respiration, stages_at_s, stages,
                        source, sources)
VALUES (%(user_id)s, %(date)s, %(started_at)s, %(ended_at)s, %(total_s)s, %(deep_s)s,
        %(light_s)s, %(rem_s)s, %(awake_s)s, %(score)s, %(hrv_ms)s, %(resting_hr_bpm)s,
        %(respiration)s, %(stages_at_s)s, %(stages)s, %(source)s, %(sources)s)
    ON CONFLICT (user_id, date) DO UPDATE SET
       started_at = prevail(s.started_at, s.sources->>'started_at',
           excluded.started_at, excluded.sources->>'started_at'),
       ended_at = prevail(s.ended_at, s.sources->>'ended_at',
           excluded.ended_at, excluded.sources->>'ended_at'),
       total_s = prevail(s.total_s, s.sources->>'total_s',
           excluded.total_s, excluded.sources->>'total_s'),
       deep_s = prevail(s.deep_s, s.sources->>'deep_s',
           excluded.deep_s, excluded.sources->>'deep_s'),
       light_s = prevail(s.light_s, s.sources->>'light_s',
           excluded.light_s, excluded.sources->>'light_s'),
       rem_s = prevail(s.rem_s, s.sources->>'rem_s', excluded.rem_s, excluded.sources->>'rem_s'),
       awake_s = prevail(s.awake_s, s.sources->>'awake_s',
           excluded.awake_s, excluded.sources->>'awake_s'),
       score = prevail(s.score, s.sources->>'score', excluded.score, excluded.sources->>'score'),
       hrv_ms = prevail(s.hrv_ms, s.sources->>'hrv_ms',
           excluded.hrv_ms, excluded.sources->>'hrv_ms'),
       resting_hr_bpm = prevail(s.resting_hr_bpm, s.sources->>'resting_hr_bpm',
           excluded.resting_hr_bpm, excluded.sources->>'resting_hr_bpm'),
       respiration = prevail(s.respiration, s.sources->>'respiration',
           excluded.respiration, excluded.sources->>'respiration'),
       stages_at_s = prevail(s.stages_at_s, s.sources->>'stages_at_s',
           excluded.stages_at_s, excluded.sources->>'stages_at_s'),
       stages = prevail(s.stages, s.sources->>'stages',
           excluded.stages, excluded.sources->>'stages'),
       source = prevail(s.source, s.source, excluded.source, excluded.source),
       sources = prevailing(s.sources, excluded.sources);

-- name: put_stream
-- One day of one stream (heart rate, stress ...): seconds since local midnight and the values.
INSERT INTO hr_records AS r (user_id, date, stream, at_s, value, source)
VALUES (%(user_id)s, %(date)s, %(stream)s, %(at_s)s, %(value)s, %(source)s)
    ON CONFLICT (user_id, date, stream) DO UPDATE
   SET at_s = excluded.at_s, value = excluded.value, source = excluded.source
 WHERE source_rank(excluded.source) >= source_rank(r.source);

-- name: days
-- What the body told from one day to another, with the night that ended on each.
SELECT coalesce(h.date, s.date) AS date, h.resting_hr_bpm, h.hrv_ms, h.average_stress,
       h.body_battery_max, h.body_battery_min, h.weight_kg, s.total_s AS sleep_s,
       s.score AS sleep_score
  FROM (SELECT * FROM health_metrics
         WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s) AS h
  FULL JOIN (SELECT * FROM sleep
              WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s) AS s
    ON s.date = h.date
 ORDER BY 1;
