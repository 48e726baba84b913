-- name: resting
-- Resting heart rate by day, oldest first, with who said so.
SELECT date, resting_hr_bpm, sources->>'resting_hr_bpm' AS source
  FROM health_metrics
 WHERE user_id = %(user_id)s AND date BETWEEN %(first)s AND %(last)s
   AND resting_hr_bpm IS NOT NULL
 ORDER BY date;

-- name: stream
-- One stream of a day.
SELECT date, stream, source, at_s, value
  FROM hr_records
 WHERE user_id = %(user_id)s AND date = %(day)s AND stream = %(stream)s;

-- name: streams
-- Which streams there are of a day.
SELECT stream FROM hr_records
 WHERE user_id = %(user_id)s AND date = %(day)s
 ORDER BY stream;
