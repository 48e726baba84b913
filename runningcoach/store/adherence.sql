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

-- name: mark_compared
-- The state of the tables that rows were compared with is that of a moment, whether they changed or not.
UPDATE workout_adherence SET computed_at = %(seen_at)s
 WHERE user_id = %(user_id)s AND workout_id = ANY(%(workout_ids)s);

-- name: outdated_days
-- Days up to today with a workout that was never compared, or whose activities, or others around it,
-- came, changed or went since. A workout of today is open until something is run. An import may be
-- committed a while after the moment that its rows carry: what was compared so soon after them is
-- compared once more.
SELECT DISTINCT w.date FROM workouts w LEFT JOIN workout_adherence h ON h.workout_id = w.id
 WHERE w.user_id = %(user_id)s AND w.date <= %(today)s
   AND CASE
       WHEN h.workout_id IS NULL THEN w.date < %(today)s OR EXISTS (
           SELECT FROM activities a WHERE a.user_id = w.user_id AND a.local_date = w.date)
       ELSE h.engine_version <> %(engine_version)s
         OR EXISTS (
             SELECT FROM activities a
              WHERE a.user_id = w.user_id
                AND a.local_date BETWEEN w.date - %(reach_days)s::integer
                    AND w.date + %(reach_days)s::integer
                AND a.updated_at > h.computed_at - make_interval(secs => %(commit_s)s))
         OR EXISTS (
             SELECT FROM unnest(h.activity_ids) AS run (id)
              WHERE NOT EXISTS (SELECT FROM activities a WHERE a.id = run.id))
       END
 ORDER BY w.date;

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
