-- name: sealed
-- How many secrets are sealed by the key.
SELECT count(*) FROM sealed_secrets;

-- name: quarantined
-- How many files wait in quarantine.
SELECT count(*) FROM quarantine;

-- name: behind
-- Whose derived rows are behind, since which day, and why deriving them failed last, if it did.
SELECT u.username, s.since, s.failed_at, s.error
  FROM stale s JOIN users u ON u.id = s.user_id ORDER BY u.id;

-- name: number_columns
-- The columns of numbers that could hold what is no number, by table.
SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.ordinal_position)
  FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
   AND c.data_type IN ('real', 'double precision')
 GROUP BY c.table_name ORDER BY c.table_name;

-- name: sample_sizes
-- The sample files that the manifest names.
SELECT path, size_bytes FROM activity_samples;

-- name: original_hashes
-- The originals of activities, which are kept for ever; one that was typed in has none.
SELECT DISTINCT file_sha256 FROM activities WHERE source NOT IN ('garmin', 'strava');
