-- name: adherence
-- How the workouts of some days went.
SELECT workout_id, workout_date, run_date, activity_ids, compliance_pct, verdict, excuse, steps
  FROM workout_adherence
 WHERE user_id = %(user_id)s AND workout_date BETWEEN %(first)s AND %(last)s;

-- name: activities
-- The activities of some days, oldest first; a leg of a multisport one like any other.
SELECT a.id, a.local_date, a.sport, a.name, a.is_race, a.distance_m, a.elapsed_s, m.moving_s, m.load
  FROM activities a LEFT JOIN activity_metrics m ON m.activity_id = a.id
 WHERE a.user_id = %(user_id)s AND a.local_date BETWEEN %(first)s AND %(last)s
 ORDER BY a.started_at, a.id;
