-- name: supersede
-- A retry that waits gives way to a newer run of the same job.
UPDATE job_runs SET state = 'skipped', ended_at = %(now)s, error_code = 'superseded'
 WHERE user_id = %(user_id)s AND job = %(job)s AND state = 'queued' AND attempt > 1;

-- name: enqueue
-- A run that waits to be started; nothing comes back when one waits or runs already.
INSERT INTO job_runs (user_id, job, run_id, asked_by, scheduled_for, attempt, state, parameters,
                      queued_at, not_before)
VALUES (%(user_id)s, %(job)s, %(run_id)s, %(asked_by)s, %(scheduled_for)s, %(attempt)s, 'queued',
        %(parameters)s, %(now)s, %(not_before)s)
    ON CONFLICT DO NOTHING
RETURNING *;

-- name: note
-- A run that will not take place: missed, or skipped because another is in its way.
INSERT INTO job_runs (user_id, job, run_id, asked_by, scheduled_for, state, queued_at, not_before,
                      ended_at, error_code)
VALUES (%(user_id)s, %(job)s, %(run_id)s, 'schedule', %(scheduled_for)s, %(state)s, %(now)s,
        %(now)s, %(now)s, %(error_code)s)
    ON CONFLICT DO NOTHING
RETURNING *;

-- name: wake
-- Lets the scheduler look at once; it listens on this channel.
SELECT pg_notify('runningcoach_jobs', '');

-- name: last_due
-- For which moment each job was last recorded for each user; what ran while the clock was ahead
-- says nothing about it.
SELECT job, user_id, max(scheduled_for) AS last_due
  FROM job_runs
 WHERE asked_by = 'schedule' AND scheduled_for <= %(now)s AND error_code IS DISTINCT FROM 'clock_ahead'
 GROUP BY job, user_id;

-- name: date_back
-- Runs that are dated after now are of a time when the clock was ahead. They are moved together, so
-- that the last of them is of now; those that have ended are marked.
WITH ahead AS (
    SELECT id, max(greatest(queued_at, scheduled_for, started_at, ended_at)) OVER () - %(now)s AS span
      FROM job_runs
     WHERE greatest(queued_at, scheduled_for) > %(now)s + %(tolerance)s::interval)
UPDATE job_runs r
   SET scheduled_for = scheduled_for - span, queued_at = queued_at - span,
       not_before = not_before - span, started_at = started_at - span,
       ended_at = ended_at - span, cancel_asked_at = cancel_asked_at - span,
       error_code = CASE WHEN state IN ('queued', 'running') THEN error_code ELSE 'clock_ahead' END
  FROM ahead WHERE r.id = ahead.id
RETURNING r.*;

-- name: count_clock_ahead
-- Runs dated after now, and those of a time since when the clock was ahead.
SELECT count(*)::integer FROM job_runs
 WHERE greatest(queued_at, scheduled_for) > %(now)s::timestamptz + %(tolerance)s::interval
    OR error_code = 'clock_ahead' AND queued_at > %(since)s;

-- name: waiting
SELECT * FROM job_runs WHERE state = 'queued' ORDER BY not_before, id;

-- name: running
SELECT * FROM job_runs WHERE state = 'running' ORDER BY id;

-- name: begin
UPDATE job_runs SET state = 'running', started_at = %(now)s, host = %(host)s
 WHERE id = %(id)s AND state = 'queued'
RETURNING *;

-- name: started
UPDATE job_runs SET pid = %(pid)s WHERE id = %(id)s;

-- name: finish
UPDATE job_runs SET state = %(state)s, ended_at = %(now)s, error_code = %(error_code)s,
       error = %(error)s, notebook = %(notebook)s, report = %(report)s
 WHERE id = %(id)s AND state = 'running'
RETURNING *;

-- name: ask_to_cancel
-- One that waits is cancelled at once; one that runs is told to, by whoever runs it.
UPDATE job_runs
   SET cancel_asked_at = coalesce(cancel_asked_at, %(now)s),
       ended_at = CASE WHEN state = 'queued' THEN %(now)s ELSE ended_at END,
       state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
 WHERE id = %(id)s AND user_id = %(user_id)s AND state IN ('queued', 'running')
RETURNING *;

-- name: drop
-- One that waits for a job that is no more.
UPDATE job_runs SET state = 'skipped', ended_at = %(now)s, error_code = 'no_job'
 WHERE id = %(id)s AND state = 'queued';

-- name: get
SELECT * FROM job_runs WHERE id = %(id)s AND user_id = %(user_id)s;

-- name: page
-- The latest runs before a place, newest first; of one job, or of all.
SELECT * FROM job_runs
 WHERE user_id = %(user_id)s
   AND (%(job)s::text IS NULL OR job = %(job)s)
   AND (queued_at, id) < (coalesce(%(before)s::timestamptz, 'infinity'),
                          coalesce(%(before_id)s::bigint, 0))
 ORDER BY queued_at DESC, id DESC LIMIT %(limit)s;

-- name: latest
-- The last run of each job.
SELECT DISTINCT ON (job) * FROM job_runs WHERE user_id = %(user_id)s
 ORDER BY job, queued_at DESC, id DESC;

-- name: try_lock
-- Held by whoever runs a job of this queue for this user, until its connection ends or lets go.
SELECT pg_try_advisory_lock(hashtextextended('job:' || %(queue)s || ':' || %(user_id)s::text, 0));

-- name: unlock
SELECT pg_advisory_unlock(hashtextextended('job:' || %(queue)s || ':' || %(user_id)s::text, 0));

-- name: try_lead
-- Held by the one scheduler that acts.
SELECT pg_try_advisory_lock(%(lock)s);

-- name: stop_leading
SELECT pg_advisory_unlock(%(lock)s);

-- name: forget
-- Removes all but the newest `keep` runs of each job and user, and those of jobs that are no more.
DELETE FROM job_runs WHERE id IN (
    SELECT id FROM (
        SELECT r.id, k.keep, row_number() OVER (PARTITION BY r.user_id, r.job
                                                ORDER BY r.queued_at DESC, r.id DESC) AS nth
          FROM job_runs r
          LEFT JOIN unnest(%(jobs)s::text[], %(keeps)s::integer[]) AS k (job, keep)
                 ON k.job = r.job
         WHERE r.state NOT IN ('queued', 'running')) AS ranked
     WHERE nth > coalesce(keep, 0))
RETURNING run_id;

-- name: run_ids
SELECT run_id FROM job_runs WHERE %(user_id)s::integer IS NULL OR user_id = %(user_id)s;
