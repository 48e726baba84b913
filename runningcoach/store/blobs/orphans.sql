-- name: is_new
-- Whether nothing ever came into the database: it was made anew, and may be restored.
SELECT NOT EXISTS (SELECT FROM garmin_raw_files);

-- name: paths
-- Every file that an activity refers to.
SELECT path FROM activity_samples;
