-- name: by_year
-- The fastest stretch of each distance in each calendar year, newest year first; the earlier one
-- where two are equal. Runs whose speed is in doubt hold none.
SELECT DISTINCT ON (date_part('year', a.local_date), b.distance_m)
       b.distance_m, b.elapsed_s, b.moving_s, b.start_s, a.id AS activity_id, a.name,
       a.local_date, a.is_race
  FROM best_efforts b JOIN activities a ON a.id = b.activity_id
  LEFT JOIN activity_metrics m ON m.activity_id = b.activity_id
 WHERE b.user_id = %(user_id)s
   AND NOT coalesce(m.flags && ARRAY['suspect_speed', 'suspect_ride', 'not_for_estimates'], false)
 ORDER BY date_part('year', a.local_date) DESC, b.distance_m, b.elapsed_s, a.local_date,
          a.started_at;
