-- name: paths
-- Every file that an activity refers to.
SELECT path FROM activity_samples;
