"""Activities typed in at a website: rows of account tables that have no file.

They match any other recording of their time, which replaces them. Rows are stored raw; the
website's number identifies them, so that one row creates one activity.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.types.json import Jsonb

from runningcoach.base import i18n
from runningcoach.ingest import matching
from runningcoach.ingest.exports.descriptions import Description
from runningcoach.ingest.files import recording_rows, recordings
from runningcoach.ingest.matching import RecordingIdentity
from runningcoach.metrics import activity, streams
from runningcoach.store import facts, fitness, manual_activities
from runningcoach.store import imports as store
from runningcoach.store.manual_activities import ManualActivity

type Connection = psycopg.Connection[Any]

TOTALS = (
    "elapsed_s", "timer_s", "distance_m", "ascent_m", "descent_m", "average_hr_bpm", "max_hr_bpm",
    "calories_kcal",
)  # fmt: skip
STATED = ("elapsed_s", "timer_s", "distance_m", "ascent_m", "descent_m")
WORDS = ("name", "notes", "rpe", "gear", "is_race")
LATEST = timedelta(days=2)
"""So far ahead of now a row may be: clocks and zones differ, but nobody has run next week."""


def put_all(
    conn: Connection,
    user_id: int,
    rows: Sequence[Description],
    *,
    again: bool = False,
    only_deleted_stay: bool = False,
) -> tuple[Counter[str], list[int]]:
    """Create activities from rows without a file; return counts by outcome, and new ids.

    `again` restores what the runner deleted; `only_deleted_stay` tries rows again that matched a
    file.
    """
    counts: Counter[str] = Counter()
    activity_ids: list[int] = []
    known = manual_activities.list_manual(conn, user_id)
    settled = manual_activities.settled_rows(conn, user_id, [row.key for row in rows])
    if only_deleted_stay:
        settled = {key: outcome for key, outcome in settled.items() if outcome == "deleted"}
    home_zone = store.home_zone(conn, user_id)
    for row in rows:
        outcome = _missing_reason(row) or ("" if again else settled.get(row.key, ""))
        if not outcome:
            outcome, activity_id = _put(conn, user_id, row, home_zone, known.get(row.key))
            activity_ids += [activity_id] if activity_id else []
        counts[outcome] += 1
    return counts, activity_ids


def _missing_reason(row: Description) -> str:
    """Return the code why a row gives no activity; empty where it gives one."""
    if row.started_at is None:
        return "no_date"
    if row.started_at > datetime.now(UTC) + LATEST:
        return "future"
    return "" if row.elapsed_s else "no_time"


def _put(
    conn: Connection,
    user_id: int,
    row: Description,
    home_zone: str,
    stated: ManualActivity | None,
) -> tuple[str, int | None]:
    columns = columns_of(row, home_zone)
    if stated is not None and stated.is_same_as(columns):
        return "known", None
    with store.file_transaction(conn, user_id):
        same = _find_recording(conn, user_id, columns)
        if same is not None:
            store.complete_activity(conn, user_id, same.activity.id, columns)
            _settle(conn, user_id, row, "duplicate")
            return "duplicate", None
        manual_activities.unsettle(conn, user_id, row.key)
        activity_id = put(conn, user_id, columns)
    return "typed_in", activity_id


def put(conn: Connection, user_id: int, columns: Mapping[str, Any]) -> int:
    """Write an activity without samples, and mark its day as stale."""
    activity_id = manual_activities.put(conn, user_id, columns)
    nothing = activity.facts(streams.clean({}), sport=columns["sport"])
    facts.put(conn, user_id, activity_id, nothing)
    fitness.mark_stale(conn, user_id, columns["local_date"])
    return activity_id


def _find_recording(
    conn: Connection, user_id: int, columns: Mapping[str, Any]
) -> matching.ActivityMatch | None:
    """Return the stored activity of a file or another website that a row matches."""
    identity = RecordingIdentity.of({**columns, "file_sha256": columns["key"]}, samples=0)
    lookalikes = store.similar_activities(
        conn,
        user_id,
        file_sha256=identity.file_sha256,
        leg=0,
        garmin_activity_id=identity.garmin_activity_id,
        started_at=identity.started_at,
        elapsed_s=identity.elapsed_s,
    )
    own = [one for one in lookalikes if matching.is_same_file(identity, one)]
    numbered = [
        one for one in lookalikes if one.garmin_activity_id and
        one.garmin_activity_id == identity.garmin_activity_id
    ]  # fmt: skip
    if own:
        return None
    if numbered:
        return matching.ActivityMatch(numbered[0], "same_garmin_activity")
    return matching.match(identity, lookalikes)


def columns_of(row: Description, home_zone: str) -> dict[str, Any]:
    """Return the columns of an activity from a row."""
    if row.started_at is None or row.elapsed_s is None:
        raise ValueError(row.key)  # _without has sorted these out
    timezone = recording_rows.zone(None, row.utc_offset_s, row.started_at, home_zone)
    local = row.started_at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    timer_s = min(row.timer_s or row.elapsed_s, row.elapsed_s)
    totals = {name: getattr(row, name) for name in TOTALS} | {"timer_s": timer_s}
    sport = row.sport or "generic"
    return totals | {name: getattr(row, name) for name in WORDS} | {
        "key": row.key,
        "source": row.website,
        "leg": 0,
        "garmin_activity_id": row.garmin_activity_id,
        "sport": sport,
        "sub_sport": row.sub_sport,
        "is_treadmill": recordings.is_treadmill(sport, row.sub_sport),
        "started_at": row.started_at,
        "timezone": timezone,
        "local_started_at": local,
        "local_date": local.date(),
        "average_speed_mps": row.distance_m / timer_s if row.distance_m else None,
        "stated": Jsonb(stated_by(totals)),
        "distance_source": "table" if row.distance_m else None,
        "ascent_source": "table" if row.ascent_m else None,
        "decode_status": "ok",
    }  # fmt: skip


def stated_by(totals: Mapping[str, float | None]) -> dict[str, float]:
    """Return the totals that a row states, to be kept beside what is decided."""
    return {name: value for name in STATED if (value := totals.get(name)) is not None}


def _settle(conn: Connection, user_id: int, row: Description, outcome: str) -> None:
    """Store the outcome of a row that is no activity of its own."""
    original = store.ImportedFile(
        sha256=manual_activities.placeholder_hash(row.key),
        kind="unknown",
        name=row.key,
        size_bytes=0,
        lane="file",
        outcome=outcome,
        reason_code="same_time",
        reason=i18n.t("ingest.reasons.same_time", "en"),
    )
    store.put_file(conn, user_id, original)


def of_key(rows: Iterable[Description], key: str) -> list[Description]:
    """Return the row that a key stands for."""
    return [row for row in rows if row.key == key]
