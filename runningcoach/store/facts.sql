-- name: put
-- What the samples of one activity say; again when a better file replaced them.
INSERT INTO activity_facts
       (activity_id, user_id, engine_version, elapsed_s, active_s, moving_s, hr_coverage,
        speed_coverage, hr_seconds, average_hr_bpm, hr_peak_30s_bpm, hr_best_30min_bpm, gap_mps,
        ngp_mps, elevation_gain_m, elevation_loss_m, efficiency_factor, decoupling_pct,
        vo2max_speed_mps, vo2max_hr_bpm, gap_cv, mean_max_speed_mps, mean_max_gap_mps,
        mean_max_hr_bpm, mean_max_power_w, gap_minetti_mps, gap_runalyze_mps,
        average_temperature_c, average_altitude_m, durability_ratio, durability_onset_m,
        late_gap_mps, hr_10s_bpm, interpolated_share, flags, reasons)
VALUES (%(activity_id)s, %(user_id)s, %(engine_version)s, %(elapsed_s)s, %(active_s)s,
        %(moving_s)s, %(hr_coverage)s, %(speed_coverage)s, %(hr_seconds)s, %(average_hr_bpm)s,
        %(hr_peak_30s_bpm)s, %(hr_best_30min_bpm)s, %(gap_mps)s, %(ngp_mps)s,
        %(elevation_gain_m)s, %(elevation_loss_m)s, %(efficiency_factor)s, %(decoupling_pct)s,
        %(vo2max_speed_mps)s, %(vo2max_hr_bpm)s, %(gap_cv)s, %(mean_max_speed_mps)s,
        %(mean_max_gap_mps)s, %(mean_max_hr_bpm)s, %(mean_max_power_w)s,
        %(gap_minetti_mps)s, %(gap_runalyze_mps)s, %(average_temperature_c)s,
        %(average_altitude_m)s, %(durability_ratio)s, %(durability_onset_m)s, %(late_gap_mps)s,
        %(hr_10s_bpm)s, %(interpolated_share)s, %(flags)s, %(reasons)s)
    ON CONFLICT (activity_id) DO UPDATE SET
       engine_version = excluded.engine_version, elapsed_s = excluded.elapsed_s,
       active_s = excluded.active_s, moving_s = excluded.moving_s,
       hr_coverage = excluded.hr_coverage, speed_coverage = excluded.speed_coverage,
       hr_seconds = excluded.hr_seconds, average_hr_bpm = excluded.average_hr_bpm,
       hr_peak_30s_bpm = excluded.hr_peak_30s_bpm,
       hr_best_30min_bpm = excluded.hr_best_30min_bpm, gap_mps = excluded.gap_mps,
       ngp_mps = excluded.ngp_mps, elevation_gain_m = excluded.elevation_gain_m,
       elevation_loss_m = excluded.elevation_loss_m,
       efficiency_factor = excluded.efficiency_factor,
       decoupling_pct = excluded.decoupling_pct, vo2max_speed_mps = excluded.vo2max_speed_mps,
       vo2max_hr_bpm = excluded.vo2max_hr_bpm, gap_cv = excluded.gap_cv,
       mean_max_speed_mps = excluded.mean_max_speed_mps,
       mean_max_gap_mps = excluded.mean_max_gap_mps,
       mean_max_hr_bpm = excluded.mean_max_hr_bpm,
       mean_max_power_w = excluded.mean_max_power_w,
       gap_minetti_mps = excluded.gap_minetti_mps,
       gap_runalyze_mps = excluded.gap_runalyze_mps,
       average_temperature_c = excluded.average_temperature_c,
       average_altitude_m = excluded.average_altitude_m,
       durability_ratio = excluded.durability_ratio,
       durability_onset_m = excluded.durability_onset_m,
       late_gap_mps = excluded.late_gap_mps, hr_10s_bpm = excluded.hr_10s_bpm,
       interpolated_share = excluded.interpolated_share,
       flags = excluded.flags, reasons = excluded.reasons;

-- name: clear_best_efforts
DELETE FROM best_efforts WHERE activity_id = %(activity_id)s AND user_id = %(user_id)s;

-- name: put_best_efforts
-- The fastest stretches of one activity, one array a column.
INSERT INTO best_efforts (activity_id, user_id, distance_m, elapsed_s, start_s, moving_s)
SELECT %(activity_id)s, %(user_id)s, d, e, s, nullif(m, 'NaN')
  FROM unnest(%(distance_m)s::float8[], %(elapsed_s)s::float8[], %(start_s)s::float8[],
              %(moving_s)s::float8[]) AS efforts (d, e, s, m);

-- name: all_for
-- The facts of all activities, or of one, with what deriving needs to know of each activity; in
-- an order that does not depend on when they came in.
SELECT a.id AS activity_id, a.local_date, a.sport, a.sub_sport, a.rpe, a.timer_s, a.ascent_m,
       a.descent_m, a.distance_m, a.is_race, a.device_training_effect, a.air_temperature_c,
       a.dew_point_c, a.average_cadence_spm, a.use_for_estimates,
       f.engine_version, f.elapsed_s, f.active_s, f.moving_s, f.hr_coverage, f.speed_coverage,
       f.hr_seconds, f.average_hr_bpm, f.hr_peak_30s_bpm, f.hr_best_30min_bpm, f.gap_mps,
       f.ngp_mps, f.elevation_gain_m, f.elevation_loss_m, f.efficiency_factor, f.decoupling_pct,
       f.vo2max_speed_mps, f.vo2max_hr_bpm, f.gap_cv, f.mean_max_speed_mps, f.mean_max_gap_mps,
       f.mean_max_hr_bpm, f.mean_max_power_w, f.gap_minetti_mps, f.gap_runalyze_mps,
       f.average_temperature_c, f.average_altitude_m, f.durability_ratio, f.durability_onset_m,
       f.late_gap_mps, f.hr_10s_bpm, f.interpolated_share, f.flags, f.reasons,
       b.distance_m AS best_distance_m, b.elapsed_s AS best_elapsed_s, b.start_s AS best_start_s,
       b.moving_s AS best_moving_s
  FROM activities a
  JOIN activity_facts f ON f.activity_id = a.id
  LEFT JOIN (SELECT activity_id, array_agg(distance_m ORDER BY distance_m) AS distance_m,
                    array_agg(elapsed_s ORDER BY distance_m) AS elapsed_s,
                    array_agg(start_s ORDER BY distance_m) AS start_s,
                    array_agg(coalesce(moving_s, 'NaN') ORDER BY distance_m) AS moving_s
               FROM best_efforts
              WHERE user_id = %(user_id)s
                AND (%(activity_id)s::bigint IS NULL OR activity_id = %(activity_id)s)
              GROUP BY activity_id) b ON b.activity_id = a.id
 WHERE a.user_id = %(user_id)s AND (%(activity_id)s::bigint IS NULL OR a.id = %(activity_id)s)
 ORDER BY a.started_at, a.file_sha256, a.leg;

-- name: best_efforts
-- The fastest stretches of one activity, shortest first.
SELECT b.activity_id, b.distance_m, b.elapsed_s, b.start_s, b.moving_s, a.local_date
  FROM best_efforts b JOIN activities a ON a.id = b.activity_id
 WHERE b.user_id = %(user_id)s AND b.activity_id = %(activity_id)s
 ORDER BY b.distance_m;

-- name: fastest
-- The athlete's best of each distance between two days; runs whose speed is in doubt hold none.
SELECT DISTINCT ON (b.distance_m)
       b.activity_id, b.distance_m, b.elapsed_s, b.start_s, b.moving_s, a.local_date
  FROM best_efforts b JOIN activities a ON a.id = b.activity_id
  LEFT JOIN activity_metrics m ON m.activity_id = b.activity_id
 WHERE b.user_id = %(user_id)s AND a.local_date BETWEEN %(first)s AND %(last)s
   AND NOT coalesce(m.flags && ARRAY['suspect_speed', 'suspect_ride', 'not_for_estimates'], false)
 ORDER BY b.distance_m, b.elapsed_s, a.started_at;

-- name: sampled
-- The activities whose samples can be read again, with what cleaning them needs to know.
SELECT a.id AS activity_id, a.sport, a.is_treadmill, a.source, s.path, s.pauses_s,
       f.engine_version, a.stated,
       jsonb_build_object(
           'elapsed_s', a.elapsed_s, 'timer_s', a.timer_s, 'time_source', a.time_source,
           'distance_m', a.distance_m, 'distance_source', a.distance_source,
           'ascent_m', a.ascent_m, 'descent_m', a.descent_m, 'ascent_source', a.ascent_source,
           'average_hr_bpm', a.average_hr_bpm, 'max_hr_bpm', a.max_hr_bpm,
           'average_speed_mps', a.average_speed_mps,
           'average_cadence_spm', a.average_cadence_spm, 'average_power_w', a.average_power_w,
           'average_temperature_c', a.average_temperature_c, 'pauses_s', s.pauses_s) AS totals
  FROM activities a
  JOIN activity_samples s ON s.activity_id = a.id
  LEFT JOIN activity_facts f ON f.activity_id = a.id
 WHERE a.user_id = %(user_id)s
 ORDER BY a.started_at, a.file_sha256, a.leg;

-- name: put_totals
-- The totals of an activity, decided again.
UPDATE activities
   SET elapsed_s = %(elapsed_s)s, timer_s = %(timer_s)s, time_source = %(time_source)s,
       distance_m = %(distance_m)s, distance_source = %(distance_source)s,
       ascent_m = %(ascent_m)s, descent_m = %(descent_m)s, ascent_source = %(ascent_source)s,
       average_hr_bpm = %(average_hr_bpm)s, max_hr_bpm = %(max_hr_bpm)s,
       average_speed_mps = %(average_speed_mps)s, average_cadence_spm = %(average_cadence_spm)s,
       average_power_w = %(average_power_w)s, average_temperature_c = %(average_temperature_c)s,
       updated_at = now()
 WHERE id = %(activity_id)s AND user_id = %(user_id)s;

-- name: put_pauses
UPDATE activity_samples SET pauses_s = %(pauses_s)s
 WHERE activity_id = %(activity_id)s AND user_id = %(user_id)s
   AND pauses_s IS DISTINCT FROM %(pauses_s)s::integer[];
