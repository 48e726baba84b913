-- name: curves
-- The mean-max curves of the runs of a span, oldest first. Speed on a treadmill is what the
-- belt or the watch guessed, and a heart rate that followed the steps is none: both stay out, as do runs
-- whose speed, or heart rate, is in doubt.
SELECT a.id, c.curve
  FROM activities a
  JOIN activity_facts f ON f.activity_id = a.id
  LEFT JOIN activity_metrics m ON m.activity_id = a.id
 CROSS JOIN LATERAL (SELECT CASE %(kind)s::text WHEN 'speed' THEN f.mean_max_speed_mps
                                                WHEN 'gap' THEN f.mean_max_gap_mps
                                                WHEN 'hr' THEN f.mean_max_hr_bpm
                                                WHEN 'power' THEN f.mean_max_power_w
                            END AS curve) AS c
 WHERE a.user_id = %(user_id)s AND a.local_date BETWEEN %(first)s AND %(last)s
   AND a.sport = 'running' AND c.curve IS NOT NULL
   AND NOT (%(kind)s IN ('speed', 'gap') AND a.is_treadmill)
   AND NOT (%(kind)s = 'hr' AND 'cadence_lock' = ANY(f.flags))
   AND NOT coalesce(m.flags && CASE WHEN %(kind)s = 'hr' THEN ARRAY['suspect_hr', 'suspect_ride']
                                    ELSE ARRAY['suspect_speed', 'suspect_ride'] END, false)
   AND NOT coalesce('not_for_estimates' = ANY(m.flags), false)
 ORDER BY a.started_at, a.id;

-- name: named
-- What the activities that hold a best are called, and when they were.
SELECT id, name, local_date FROM activities
 WHERE user_id = %(user_id)s AND id = ANY(%(ids)s);
