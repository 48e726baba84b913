-- name: lock
-- One derivation of a user at a time; let go with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('runningcoach.derive', %(user_id)s));

-- name: mark_stale
-- What is derived is behind from this day on.
INSERT INTO stale (user_id, since) VALUES (%(user_id)s, %(since)s)
    ON CONFLICT (user_id) DO UPDATE SET since = least(stale.since, excluded.since);

-- name: take_stale
-- Take the note that something is behind. Taken before anything is read, so that a change that
-- is committed afterwards leaves a new note.
DELETE FROM stale WHERE user_id = %(user_id)s RETURNING since;

-- name: state
-- Whether anything is behind, and the last day that was derived.
SELECT EXISTS (SELECT FROM stale WHERE user_id = %(user_id)s) AS is_stale,
       (SELECT max(date) FROM fitness_metrics_daily WHERE user_id = %(user_id)s) AS last;

-- name: athlete
-- What deriving needs to know of the person.
SELECT u.sex, u.birth_date, u.timezone, coalesce(p.load_by, 'auto') AS load_by,
       coalesce(p.fitness_convention, 'exp') AS fitness_convention,
       coalesce(p.form_of, 'yesterday') AS form_of, coalesce(p.seeded, false) AS seeded
  FROM users u LEFT JOIN preferences p ON p.user_id = u.id
 WHERE u.id = %(user_id)s;

-- name: resting_hr
-- Resting heart rate by day, oldest first.
SELECT date, resting_hr_bpm FROM health_metrics
 WHERE user_id = %(user_id)s AND resting_hr_bpm IS NOT NULL
 ORDER BY date;

-- name: hashes
-- From which inputs the measures of each activity were made.
SELECT activity_id, inputs_hash FROM activity_metrics WHERE user_id = %(user_id)s;

-- name: clear_metrics
-- Make room for new measures of some activities.
DELETE FROM activity_metrics
 WHERE user_id = %(user_id)s AND activity_id = ANY(%(activity_ids)s);

-- name: put_metrics
-- Keep measures, given as one JSON list.
INSERT INTO activity_metrics
SELECT * FROM jsonb_populate_recordset(NULL::activity_metrics, %(rows)s);

-- name: metrics_of
SELECT * FROM activity_metrics WHERE user_id = %(user_id)s AND activity_id = %(activity_id)s;

-- name: metrics
-- The measures of all activities.
SELECT * FROM activity_metrics WHERE user_id = %(user_id)s;

-- name: clear_daily
DELETE FROM fitness_metrics_daily WHERE user_id = %(user_id)s;

-- name: put_daily
-- Keep days, given as one JSON list.
INSERT INTO fitness_metrics_daily
       (user_id, date, activities, distance_m, moving_s, load, trimp, ctl, atl, tsb, form_pct,
        ramp_7d, monotony, strain, acwr, acwr_coupled, acwr_uncoupled, vo2max_trend,
        vo2max_correction, marathon_shape_pct, provisional, estimated_share, flags, reasons)
SELECT %(user_id)s, date, activities, distance_m, moving_s, load, trimp, ctl, atl, tsb, form_pct,
       ramp_7d, monotony, strain, acwr, acwr_coupled, acwr_uncoupled, vo2max_trend,
       vo2max_correction, marathon_shape_pct, provisional, estimated_share, flags, reasons
  FROM jsonb_populate_recordset(NULL::fitness_metrics_daily, %(rows)s);

-- name: daily
-- The days from one to another, oldest first.
SELECT * FROM fitness_metrics_daily
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
 ORDER BY date;

-- name: clear_recovery
DELETE FROM recovery_daily WHERE user_id = %(user_id)s;

-- name: put_recovery
-- Keep mornings, given as one JSON list.
INSERT INTO recovery_daily
       (user_id, date, hrv_7d_ms, hrv_low_ms, hrv_high_ms, hrv_cv_pct, resting_hr_3d_bpm,
        resting_hr_usual_bpm, sleep_3d_s, sleep_need_s, hrv_z, resting_hr_z, sleep_z, form_z,
        readiness, readiness_band, flags, reasons)
SELECT %(user_id)s, date, hrv_7d_ms, hrv_low_ms, hrv_high_ms, hrv_cv_pct, resting_hr_3d_bpm,
       resting_hr_usual_bpm, sleep_3d_s, sleep_need_s, hrv_z, resting_hr_z, sleep_z, form_z,
       readiness, readiness_band, flags, reasons
  FROM jsonb_populate_recordset(NULL::recovery_daily, %(rows)s);

-- name: recovery
-- The mornings from one day to another, oldest first.
SELECT * FROM recovery_daily
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
 ORDER BY date;

-- name: clear_summaries
DELETE FROM analytics_summaries WHERE user_id = %(user_id)s;

-- name: put_summaries
-- Keep weeks, months, years and the sum of all, given as one JSON list.
INSERT INTO analytics_summaries
       (user_id, period, starts_on, activities, runs, distance_m, moving_s, elevation_gain_m,
        load, trimp, longest_run_m, hr_zone_s, easy_share, low_share, moderate_share, high_share,
        efficiency_factor, vo2max_end, ctl_end, atl_end, tsb_end, ramp, monotony_max, acwr_max,
        best_efforts)
SELECT %(user_id)s, period, starts_on, activities, runs, distance_m, moving_s, elevation_gain_m,
       load, trimp, longest_run_m, hr_zone_s, easy_share, low_share, moderate_share, high_share,
       efficiency_factor, vo2max_end, ctl_end, atl_end, tsb_end, ramp, monotony_max, acwr_max,
       best_efforts
  FROM jsonb_populate_recordset(NULL::analytics_summaries, %(rows)s);

-- name: summaries
-- The periods of one kind that start from one day to another, oldest first.
SELECT * FROM analytics_summaries
 WHERE user_id = %(user_id)s AND period = %(period)s
   AND starts_on BETWEEN %(first)s AND %(last)s
 ORDER BY starts_on;
