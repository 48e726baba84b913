-- name: change
-- One change of a user's rows at a time: the lock that an import holds for each of its files.
SELECT pg_advisory_xact_lock(hashtextextended('runningcoach.import', %(user_id)s));

-- name: derive
-- One derivation of a user at a time. Held by the connection, not by a transaction: it must be
-- had before the snapshot is taken that the derivation reads.
SELECT pg_advisory_lock(hashtextextended('runningcoach.derive', %(user_id)s));

-- name: derive_within
-- The same lock for a derivation inside a transaction, which lets it go.
SELECT pg_advisory_xact_lock(hashtextextended('runningcoach.derive', %(user_id)s));

-- name: end_derive
SELECT pg_advisory_unlock(hashtextextended('runningcoach.derive', %(user_id)s));
