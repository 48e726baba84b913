-- name: totals
-- The sums over a filtered list of activities.
SELECT count(*) AS activities, sum(a.distance_m) AS distance_m,
       sum(coalesce(m.moving_s, a.timer_s, a.elapsed_s)) AS moving_s,
       sum(coalesce(m.elevation_gain_m, a.ascent_m)) AS elevation_gain_m, sum(m.load) AS load
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
   AND (%(is_treadmill)s::boolean IS NULL OR a.is_treadmill = %(is_treadmill)s);

-- name: months
-- The same list summed by month.
SELECT date_trunc('month', a.local_date)::date AS month, count(*) AS activities,
       coalesce(sum(a.distance_m), 0) AS distance_m
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
-- Days with activities: their load and distance, and the longest activity of the day.
SELECT a.local_date AS date, sum(m.load) AS load, sum(a.distance_m) AS distance_m,
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
