-- name: sealed
-- How many secrets are sealed by the key.
SELECT count(*) FROM sealed_secrets;

-- name: quarantined
-- How many files wait in quarantine.
SELECT count(*) FROM quarantine;

-- name: behind
-- For how many users derived rows are behind.
SELECT count(*) FROM stale;

-- name: sample_paths
-- The sample files that the manifest names.
SELECT path FROM activity_samples;

-- name: original_hashes
-- The originals of activities, which are kept for ever; one that was typed in has none.
SELECT DISTINCT file_sha256 FROM activities WHERE source NOT IN ('garmin', 'strava');
