-- name: put
INSERT INTO workout_adherence (workout_id, user_id, workout_date, run_date, activity_ids,
                               compliance_pct, verdict, excuse, steps, engine_version)
SELECT w.id, w.user_id, %(workout_date)s, %(run_date)s, %(activity_ids)s::bigint[],
       %(compliance_pct)s, %(verdict)s, %(excuse)s, %(steps)s, %(engine_version)s
  FROM workouts w WHERE w.user_id = %(user_id)s AND w.id = %(workout_id)s
ON CONFLICT (workout_id) DO UPDATE
   SET workout_date = excluded.workout_date, run_date = excluded.run_date,
       activity_ids = excluded.activity_ids, compliance_pct = excluded.compliance_pct,
       verdict = excluded.verdict, excuse = excluded.excuse, steps = excluded.steps,
       engine_version = excluded.engine_version, computed_at = now()
 WHERE (workout_adherence.workout_date, workout_adherence.run_date,
        workout_adherence.activity_ids, workout_adherence.compliance_pct,
        workout_adherence.verdict, workout_adherence.excuse, workout_adherence.steps,
        workout_adherence.engine_version)
       IS DISTINCT FROM (excluded.workout_date, excluded.run_date, excluded.activity_ids,
        excluded.compliance_pct, excluded.verdict, excluded.excuse, excluded.steps,
        excluded.engine_version);

-- name: remove
DELETE FROM workout_adherence WHERE user_id = %(user_id)s AND workout_id = ANY(%(workout_ids)s);

-- name: between
SELECT workout_id, workout_date, run_date, activity_ids, compliance_pct, verdict, excuse, steps
  FROM workout_adherence
 WHERE user_id = %(user_id)s AND workout_date BETWEEN %(first)s AND %(last)s
 ORDER BY workout_date, workout_id;

-- name: of_activity
SELECT workout_id, workout_date, run_date, activity_ids, compliance_pct, verdict, excuse, steps
  FROM workout_adherence
 WHERE user_id = %(user_id)s AND %(activity_id)s = ANY(activity_ids) ORDER BY workout_id LIMIT 1;

-- name: links
-- What ties workouts to the watch: Garmin's number and our marker.
SELECT workout_id, marker, garmin_workout_id FROM workout_schedules
 WHERE user_id = %(user_id)s AND workout_id = ANY(%(workout_ids)s) ORDER BY id;

-- name: activities
-- The activities of some days, oldest first; legs of a multisport activity stand for themselves.
SELECT * FROM activities
 WHERE user_id = %(user_id)s AND local_date BETWEEN %(first)s AND %(last)s
 ORDER BY started_at, id;
