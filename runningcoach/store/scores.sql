-- name: put_day
-- A score that is not told stays.
INSERT INTO garmin_scores AS g
       (user_id, date, vo2max, readiness, readiness_level, acute_load, chronic_load, load_ratio,
        training_status, race_5k_s, race_10k_s, race_half_s, race_marathon_s, lthr_bpm,
        threshold_speed_mps)
VALUES (%(user_id)s, %(date)s, %(vo2max)s, %(readiness)s, %(readiness_level)s, %(acute_load)s,
        %(chronic_load)s, %(load_ratio)s, %(training_status)s, %(race_5k_s)s, %(race_10k_s)s,
        %(race_half_s)s, %(race_marathon_s)s, %(lthr_bpm)s, %(threshold_speed_mps)s)
    ON CONFLICT (user_id, date) DO UPDATE SET
       vo2max = coalesce(excluded.vo2max, g.vo2max),
       readiness = coalesce(excluded.readiness, g.readiness),
       readiness_level = coalesce(excluded.readiness_level, g.readiness_level),
       acute_load = coalesce(excluded.acute_load, g.acute_load),
       chronic_load = coalesce(excluded.chronic_load, g.chronic_load),
       load_ratio = coalesce(excluded.load_ratio, g.load_ratio),
       training_status = coalesce(excluded.training_status, g.training_status),
       race_5k_s = coalesce(excluded.race_5k_s, g.race_5k_s),
       race_10k_s = coalesce(excluded.race_10k_s, g.race_10k_s),
       race_half_s = coalesce(excluded.race_half_s, g.race_half_s),
       race_marathon_s = coalesce(excluded.race_marathon_s, g.race_marathon_s),
       lthr_bpm = coalesce(excluded.lthr_bpm, g.lthr_bpm),
       threshold_speed_mps = coalesce(excluded.threshold_speed_mps, g.threshold_speed_mps);

-- name: days
SELECT * FROM garmin_scores
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s ORDER BY date;

-- name: clear_records
DELETE FROM garmin_records WHERE user_id = %(user_id)s;

-- name: put_record
-- Of two of one kind the better: the shorter time, the longer distance.
INSERT INTO garmin_records AS r (user_id, kind, value, unit, date, garmin_activity_id)
VALUES (%(user_id)s, %(kind)s, %(value)s, %(unit)s, %(date)s, %(garmin_activity_id)s)
    ON CONFLICT (user_id, kind) DO UPDATE
   SET value = excluded.value, date = excluded.date,
       garmin_activity_id = excluded.garmin_activity_id
 WHERE CASE WHEN r.unit = 's' THEN excluded.value < r.value ELSE excluded.value > r.value END;

-- name: put_gear
INSERT INTO gear AS g (user_id, key, name, kind, distance_m, limit_m, is_retired, first_used)
VALUES (%(user_id)s, %(key)s, %(name)s, %(kind)s, %(distance_m)s, %(limit_m)s, %(is_retired)s,
        %(first_used)s)
    ON CONFLICT (user_id, key) DO UPDATE
   SET name = excluded.name, kind = coalesce(excluded.kind, g.kind),
       distance_m = coalesce(excluded.distance_m, g.distance_m),
       limit_m = coalesce(excluded.limit_m, g.limit_m), is_retired = excluded.is_retired,
       first_used = coalesce(excluded.first_used, g.first_used);

-- name: put_benchmark
-- Garmin's word from a day on, where it differs from its last word of that day.
INSERT INTO athlete_benchmarks AS b (user_id, kind, valid_from, source, value, confidence)
SELECT %(user_id)s, %(kind)s, %(day)s, 'garmin', %(value)s, 'medium'
 WHERE %(value)s IS DISTINCT FROM
       (SELECT value FROM athlete_benchmarks
         WHERE user_id = %(user_id)s AND kind = %(kind)s AND source = 'garmin'
           AND valid_from <= %(day)s
         ORDER BY valid_from DESC LIMIT 1)
    ON CONFLICT (user_id, kind, valid_from, source) DO UPDATE SET value = excluded.value
 WHERE b.value <> excluded.value;

-- name: put_gap
-- Never where something of the stream is known.
INSERT INTO health_gaps (user_id, date, stream, reason, recheck_on)
SELECT %(user_id)s, %(date)s, %(stream)s, %(reason)s, %(recheck_on)s
 WHERE NOT CASE %(stream)s
       WHEN 'sleep' THEN EXISTS (SELECT FROM sleep
            WHERE user_id = %(user_id)s AND date = %(date)s AND total_s IS NOT NULL)
       WHEN 'hrv' THEN EXISTS (SELECT FROM health_metrics
            WHERE user_id = %(user_id)s AND date = %(date)s AND hrv_ms IS NOT NULL)
       WHEN 'resting_hr' THEN EXISTS (SELECT FROM health_metrics
            WHERE user_id = %(user_id)s AND date = %(date)s AND resting_hr_bpm IS NOT NULL)
       ELSE EXISTS (SELECT FROM hr_records
            WHERE user_id = %(user_id)s AND date = %(date)s AND stream = %(stream)s) END
    ON CONFLICT (user_id, date, stream) DO UPDATE
   SET reason = excluded.reason, recheck_on = excluded.recheck_on;

-- name: close_gaps
DELETE FROM health_gaps
 WHERE user_id = %(user_id)s AND stream = %(stream)s AND date = ANY(%(dates)s);

-- name: gaps
SELECT date, stream, reason, recheck_on FROM health_gaps
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
 ORDER BY date DESC, stream;
