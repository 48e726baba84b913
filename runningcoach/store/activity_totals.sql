-- name: sums_by_sport
-- The sums over a filtered list of activities, each sport apart; `by_timer` are the sports whose
-- timer counts (metrics.sports.counted_time_s).
SELECT a.sport, count(*) AS activities, sum(a.distance_m) AS distance_m,
       coalesce(sum(least(
           CASE WHEN a.sport = ANY(%(by_timer)s::text[])
                THEN coalesce(a.timer_s, m.moving_s, a.elapsed_s)
                ELSE coalesce(m.moving_s, a.timer_s, a.elapsed_s) END,
           coalesce(a.timer_s, a.elapsed_s))), 0) AS moving_s,
       sum(coalesce(a.ascent_m, m.elevation_gain_m)) AS elevation_gain_m,
       coalesce(sum(m.load), 0) AS load
  FROM activities a LEFT JOIN activity_metrics m ON m.activity_id = a.id
 WHERE a.user_id = %(user_id)s
   AND (%(sport)s::text IS NULL OR a.sport = %(sport)s)
   AND (%(first)s::date IS NULL OR a.local_date >= %(first)s)
   AND (%(last)s::date IS NULL OR a.local_date <= %(last)s)
   AND (%(name)s::text IS NULL OR strpos(lower(a.name), lower(%(name)s)) > 0)
   AND (%(min_distance_m)s::float8 IS NULL OR a.distance_m >= %(min_distance_m)s)
   AND (%(max_distance_m)s::float8 IS NULL OR a.distance_m <= %(max_distance_m)s)
   AND (%(has_gps)s::boolean IS NULL OR a.has_gps = %(has_gps)s)
   AND (%(is_race)s::boolean IS NULL OR a.is_race = %(is_race)s)
   AND (%(is_treadmill)s::boolean IS NULL OR a.is_treadmill = %(is_treadmill)s)
 GROUP BY a.sport
 ORDER BY a.sport <> 'running', moving_s DESC, a.sport;

-- name: months
-- The same list summed by month; distance is of one sport, running unless another is asked for.
SELECT date_trunc('month', a.local_date)::date AS month, count(*) AS activities,
       coalesce(sum(a.distance_m)
                FILTER (WHERE a.sport = coalesce(%(sport)s::text, 'running')), 0) AS distance_m
  FROM activities a
 WHERE a.user_id = %(user_id)s
   AND (%(sport)s::text IS NULL OR a.sport = %(sport)s)
   AND (%(first)s::date IS NULL OR a.local_date >= %(first)s)
   AND (%(last)s::date IS NULL OR a.local_date <= %(last)s)
   AND (%(name)s::text IS NULL OR strpos(lower(a.name), lower(%(name)s)) > 0)
   AND (%(min_distance_m)s::float8 IS NULL OR a.distance_m >= %(min_distance_m)s)
   AND (%(max_distance_m)s::float8 IS NULL OR a.distance_m <= %(max_distance_m)s)
   AND (%(has_gps)s::boolean IS NULL OR a.has_gps = %(has_gps)s)
   AND (%(is_race)s::boolean IS NULL OR a.is_race = %(is_race)s)
   AND (%(is_treadmill)s::boolean IS NULL OR a.is_treadmill = %(is_treadmill)s)
 GROUP BY 1
 ORDER BY 1;

-- name: choices
-- The years and sports that a list can be narrowed to.
SELECT coalesce((SELECT array_agg(year ORDER BY year DESC)
                   FROM (SELECT DISTINCT extract(year FROM local_date)::integer AS year
                           FROM activities WHERE user_id = %(user_id)s) AS y), '{}') AS years,
       coalesce((SELECT array_agg(sport ORDER BY n DESC, sport)
                   FROM (SELECT sport, count(*) AS n
                           FROM activities WHERE user_id = %(user_id)s GROUP BY sport) AS s),
                '{}') AS sports;

-- name: calendar
-- Days with activities: their load, the distance of their runs, and the longest activity.
SELECT a.local_date AS date, sum(m.load) AS load,
       sum(a.distance_m) FILTER (WHERE a.sport = 'running') AS distance_m,
       count(*) AS activities,
       (array_agg(a.id ORDER BY coalesce(a.timer_s, a.elapsed_s) DESC, a.id))[1] AS activity_id
  FROM activities a LEFT JOIN activity_metrics m ON m.activity_id = a.id
 WHERE a.user_id = %(user_id)s AND a.local_date BETWEEN %(first)s AND %(last)s
 GROUP BY a.local_date
 ORDER BY a.local_date;

-- name: personal_records
-- The fastest stretch of each distance; the earlier one where two are equal.
SELECT DISTINCT ON (b.distance_m)
       b.distance_m, b.elapsed_s, a.local_date, a.id AS activity_id, a.name
  FROM best_efforts b JOIN activities a ON a.id = b.activity_id
 WHERE b.user_id = %(user_id)s AND (%(since)s::date IS NULL OR a.local_date >= %(since)s)
 ORDER BY b.distance_m, b.elapsed_s, a.local_date;

-- name: nights
-- Nights by the day of waking up, with their stages where the device told them.
SELECT date, total_s, deep_s, light_s, rem_s, awake_s, score
  FROM sleep
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
 ORDER BY date;

-- name: qualities
-- What each run says of the runner, oldest first; runs that say nothing are left out.
SELECT a.id AS activity_id, a.local_date, a.name, a.is_race, a.distance_m, m.vdot,
       m.effective_vo2max, m.efficiency_factor, m.efficiency_index
  FROM activities a JOIN activity_metrics m ON m.activity_id = a.id
 WHERE a.user_id = %(user_id)s AND a.sport = 'running'
   AND a.local_date BETWEEN %(first)s AND %(last)s
   AND (m.vdot IS NOT NULL OR m.efficiency_factor IS NOT NULL)
 ORDER BY a.started_at;

-- name: speed_curves
-- The mean-max curve of each run with its year; a treadmill's belt is not the runner's speed.
SELECT extract(year FROM a.local_date)::integer AS year, f.mean_max_speed_mps AS speeds_mps
  FROM activities a JOIN activity_facts f ON f.activity_id = a.id
 WHERE a.user_id = %(user_id)s AND a.sport = 'running' AND NOT a.is_treadmill
   AND f.mean_max_speed_mps IS NOT NULL;

-- name: yearly_records
-- The fastest stretch of each distance in each year; the earlier one where two are equal.
SELECT DISTINCT ON (year, b.distance_m)
       extract(year FROM a.local_date)::integer AS year, b.distance_m, b.elapsed_s, a.local_date,
       a.id AS activity_id, a.name
  FROM best_efforts b JOIN activities a ON a.id = b.activity_id
 WHERE b.user_id = %(user_id)s
 ORDER BY year, b.distance_m, b.elapsed_s, a.local_date;
