-- name: of
-- The file that holds the samples of an activity now.
SELECT path, sha256, size_bytes, samples, channels, pauses_s
  FROM activity_samples
 WHERE user_id = %(user_id)s AND activity_id = %(activity_id)s;

-- name: manifest
-- The files of all samples, and the originals that they were made of.
SELECT s.activity_id, s.path, s.sha256, a.file_sha256, a.leg, coalesce(f.name, a.file_sha256)
  FROM activity_samples s
  JOIN activities a ON a.id = s.activity_id
  LEFT JOIN garmin_raw_files f ON f.user_id = a.user_id AND f.sha256 = a.file_sha256
 WHERE s.user_id = %(user_id)s
 ORDER BY a.started_at, a.id;

-- name: repoint
-- The samples were made again and came out otherwise: another file holds them now.
UPDATE activity_samples
   SET path = %(path)s, sha256 = %(sha256)s, size_bytes = %(size_bytes)s,
       samples = %(samples)s, channels = %(channels)s, written_at = now()
 WHERE activity_id = %(activity_id)s AND user_id = %(user_id)s AND path = %(old_path)s;
