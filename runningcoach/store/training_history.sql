-- name: weekly_km
-- Kilometres of runs in each week from a Monday on, before another day, oldest first; weeks before
-- the first run of all are not there.
WITH known AS (
    SELECT date_trunc('week', min(local_date))::date AS start FROM activities
     WHERE user_id = %(user_id)s AND sport = 'running'
    HAVING min(local_date) IS NOT NULL
)
SELECT coalesce(sum(a.distance_m), 0) / 1000 AS km
  FROM known
 CROSS JOIN generate_series(greatest(%(first)s::date, known.start), %(end)s::date - 1,
                            interval '7 days') AS w (start)
  LEFT JOIN activities a ON a.user_id = %(user_id)s AND a.sport = 'running'
        AND a.local_date >= w.start::date AND a.local_date < w.start::date + 7
 GROUP BY w.start
 ORDER BY w.start;

-- name: longest_run_m
-- The longest run from one day to another.
SELECT max(distance_m) FROM activities
 WHERE user_id = %(user_id)s AND sport = 'running'
   AND local_date BETWEEN %(first)s AND %(last)s;

-- name: last_run_day
SELECT max(local_date) FROM activities
 WHERE user_id = %(user_id)s AND sport = 'running' AND local_date <= %(last)s;

-- name: race_results
-- Distance [m] and time [s] of recent races, the whole and their fastest stretches from 3 km on.
WITH raced AS (
    SELECT id, distance_m, coalesce(timer_s, elapsed_s) AS time_s FROM activities
     WHERE user_id = %(user_id)s AND sport = 'running' AND is_race AND NOT is_treadmill
       AND use_for_estimates IS NOT FALSE AND local_date BETWEEN %(first)s AND %(last)s
)
SELECT distance_m, time_s FROM raced WHERE distance_m >= 3000
UNION ALL
SELECT b.distance_m, b.elapsed_s FROM best_efforts b JOIN raced r ON r.id = b.activity_id
 WHERE b.distance_m >= 3000;

-- name: last_race_day
-- The latest day of a race that results are taken from.
SELECT max(local_date) FROM activities
 WHERE user_id = %(user_id)s AND sport = 'running' AND is_race AND NOT is_treadmill
   AND use_for_estimates IS NOT FALSE AND local_date BETWEEN %(first)s AND %(last)s
   AND distance_m >= 3000;

-- name: hard_efforts
-- Distance [m] and time [s] of fastest stretches of 20 to 30 minutes in runs whose best half hour
-- was at or above a heart rate.
SELECT b.distance_m, b.elapsed_s
  FROM best_efforts b
  JOIN activities a ON a.id = b.activity_id
  JOIN activity_facts f ON f.activity_id = b.activity_id
 WHERE b.user_id = %(user_id)s AND a.sport = 'running' AND NOT a.is_treadmill
   AND a.use_for_estimates IS NOT FALSE AND a.local_date BETWEEN %(first)s AND %(last)s
   AND b.elapsed_s BETWEEN 1200 AND 1800 AND f.hr_best_30min_bpm >= %(least_bpm)s::float8;

-- name: garmin_vo2max
-- Garmin's latest VO2max from one day to another, of its scores or its activities.
SELECT vo2max FROM (
    SELECT date, vo2max FROM garmin_scores
     WHERE user_id = %(user_id)s AND vo2max IS NOT NULL
    UNION ALL
    SELECT local_date, garmin_vo2max FROM activities
     WHERE user_id = %(user_id)s AND sport = 'running' AND garmin_vo2max IS NOT NULL
) AS v (date, vo2max)
 WHERE date BETWEEN %(first)s AND %(last)s
 ORDER BY date DESC LIMIT 1;

-- name: easy_load_per_km
-- The median load of a kilometre, and the number of easy runs that it is of: at least 3 km, and
-- four fifths of their time in the first two zones of heart rate.
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY m.load / (a.distance_m / 1000)) AS load_per_km,
       count(*) AS runs
  FROM activities a
  JOIN activity_metrics m ON m.activity_id = a.id
 WHERE a.user_id = %(user_id)s AND a.sport = 'running' AND NOT a.is_race
   AND a.local_date BETWEEN %(first)s AND %(last)s
   AND a.distance_m >= 3000 AND m.load IS NOT NULL
   AND m.hr_zone_s[1] + m.hr_zone_s[2]
       >= 0.8 * (SELECT sum(z) FROM unnest(m.hr_zone_s) AS z)
   AND (SELECT sum(z) FROM unnest(m.hr_zone_s) AS z) > 0;
