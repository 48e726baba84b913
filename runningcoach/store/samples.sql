-- name: of
-- The file that holds the samples of an activity now.
SELECT path, sha256, size_bytes, samples, channels, pauses_s
  FROM activity_samples
 WHERE user_id = %(user_id)s AND activity_id = %(activity_id)s;
