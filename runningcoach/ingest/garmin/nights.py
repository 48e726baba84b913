"""Parse Garmin's nights. The day of a night is the day of waking up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from runningcoach.ingest.garmin.json_values import Entry, at, entries, entry, moment, number
from runningcoach.metrics.limits import HEALTH_RANGES

DAY_S = 86_400
STAGES = {0: "deep", 1: "light", 2: "REM", 3: "awake"}
"""Garmin's numbers of the stages."""


def night(body: Entry, when: date) -> dict[str, Any]:
    """Return the columns of one night in full; nothing measured gives no columns.

    Only the times called GMT are read: those called Local already include the offset.
    """
    summary = entry(body.get("dailySleepDTO")) or body
    total_s = number(summary.get("sleepTimeSeconds"), 1, DAY_S)
    if total_s is None:
        return {}
    begun, ended = (moment(summary.get(f"sleep{end}TimestampGMT")) for end in ("Start", "End"))
    times = _times(when, begun, ended)
    return {
        "total_s": total_s,
        **times,
        **{f"{stage}_s": _seconds(summary.get(f"{stage}SleepSeconds")) for stage in PARTS},
        "score": number(at(summary, "sleepScores", "overall", "value"), 0, 100),
        "hrv_ms": number(body.get("avgOvernightHrv"), *HEALTH_RANGES["hrv_ms"]),
        "resting_hr_bpm": number(body.get("restingHeartRate"), *HEALTH_RANGES["resting_hr_bpm"]),
        "respiration": number(summary.get("averageRespirationValue"), 3, 60),
        **_stages(body, times.get("started_at")),
    }


PARTS = ("deep", "light", "rem", "awake")


def brief(part: Entry, when: date) -> dict[str, Any]:
    """Return the columns of a night out of a range: the sign-in's form, or the key's."""
    summary = entry(part.get("values"))
    if not summary:
        return night(part, when)
    total_s = number(summary.get("totalSleepTimeInSeconds"), 1, DAY_S)
    if total_s is None:
        return {}
    begun, ended = (moment(summary.get(f"gmtSleep{end}TimeInMillis")) for end in ("Start", "End"))
    return {
        "total_s": total_s,
        **_times(when, begun, ended),
        **{f"{stage}_s": _seconds(summary.get(f"{stage}Time")) for stage in PARTS},
        "score": number(summary.get("sleepScore"), 0, 100),
        "hrv_ms": number(summary.get("avgOvernightHrv"), *HEALTH_RANGES["hrv_ms"]),
        "resting_hr_bpm": number(summary.get("restingHeartRate"), *HEALTH_RANGES["resting_hr_bpm"]),
        "respiration": number(summary.get("respiration"), 3, 60),
    }


def _seconds(value: object) -> float | None:
    return number(value, 0, DAY_S)


def _times(when: date, begun: datetime | None, ended: datetime | None) -> dict[str, datetime]:
    """Return both ends of a night, or neither where they cannot be those of its day."""
    if begun is None or ended is None:
        return {}
    noon = datetime(when.year, when.month, when.day, 12, tzinfo=UTC)
    if abs(ended - noon) > timedelta(hours=26) or not begun < ended <= begun + timedelta(days=1):
        return {}
    return {"started_at": begun, "ended_at": ended}


def _stages(body: Entry, begun: datetime | None) -> dict[str, list[int]]:
    """Return when each stage begins, in seconds since falling asleep, and which it is."""
    levels: dict[int, int] = {}
    for part in entries(body.get("sleepLevels")):
        starts, level = moment(part.get("startGMT")), number(part.get("activityLevel"), 0, 3)
        if begun and starts and level is not None:
            levels[round((starts - begun).total_seconds())] = int(level)
    known = {at_s: level for at_s, level in sorted(levels.items()) if abs(at_s) <= DAY_S}
    return {"stages_at_s": list(known), "stages": list(known.values())} if known else {}
