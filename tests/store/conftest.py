"""An activity with samples, as the tests of the store need it."""

from itertools import count

import pytest

ACTIVITY = """
INSERT INTO activities (user_id, file_sha256, source, sport, name, started_at, timezone,
                        local_started_at, local_date, elapsed_s, distance_m, decode_status)
VALUES (%(user_id)s, %(file)s, 'fit', 'running', 'Morning run', '2026-03-31 23:30Z', 'Asia/Seoul',
        '2026-04-01 08:30', '2026-04-01', 3600, 10000, 'ok')
RETURNING id
"""
SAMPLES = """
INSERT INTO activity_samples (activity_id, user_id, path, sha256, size_bytes, samples, channels,
                              pauses_s)
VALUES (%(activity_id)s, %(user_id)s, %(path)s, %(sha256)s, %(size_bytes)s, %(samples)s,
        %(channels)s, %(pauses_s)s)
"""


@pytest.fixture
def add_activity(conn):
    """A function that adds an activity of a user, with samples if given, and returns its id."""
    numbers = count()

    def add(user_id, stored=None, pauses_s=()):
        row = {"user_id": user_id, "file": f"{next(numbers):064x}"}
        (activity_id,) = conn.execute(ACTIVITY, row).fetchone()
        if stored:
            names = ("path", "sha256", "size_bytes", "samples", "channels")
            row |= {name: getattr(stored, name) for name in names}
            conn.execute(SAMPLES, row | {"activity_id": activity_id, "pauses_s": list(pauses_s)})
        return activity_id

    return add
