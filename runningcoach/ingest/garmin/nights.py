"""Sleep and HRV of nights. The day of a night is the day of waking up."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from runningcoach.ingest.garmin.reading import Entry, at, by_day, entries, entry, number
from runningcoach.ingest.normalise import moment

DAY_S = 86_400
STAGES = {0: "deep", 1: "light", 2: "REM", 3: "awake"}
"""Garmin's numbers of the stages."""


def night(body: Entry) -> dict[str, Any]:
    """Return the columns of one night in full; nothing measured gives no columns."""
    told = entry(body.get("dailySleepDTO")) or body
    seconds = {
        f"{stage}_s": number(told.get(f"{stage}SleepSeconds"), 0, DAY_S)
        for stage in ("deep", "light", "rem", "awake")
    }
    total_s = number(told.get("sleepTimeSeconds"), 1, DAY_S)
    if total_s is None:
        return {}
    return {
        "started_at": moment(told.get("sleepStartTimestampGMT")),
        "ended_at": moment(told.get("sleepEndTimestampGMT")),
        "total_s": total_s,
        **seconds,
        "score": number(at(told, "sleepScores", "overall", "value"), 0, 100),
        "hrv_ms": number(body.get("avgOvernightHrv"), 1, 400),
        "resting_hr_bpm": number(body.get("restingHeartRate"), 20, 150),
        "respiration": number(told.get("averageRespirationValue"), 3, 60),
        **_stages(body, told),
    }


def _stages(body: Entry, told: Entry) -> dict[str, list[int]]:
    """Return when each stage begins, in seconds since falling asleep, and which it is."""
    begun = moment(told.get("sleepStartTimestampGMT"))
    found: list[tuple[int, int]] = []
    for part in entries(body.get("sleepLevels")):
        starts, level = moment(part.get("startGMT")), number(part.get("activityLevel"), 0, 3)
        if begun and starts and level is not None:
            found.append((round((starts - begun).total_seconds()), int(level)))
    found.sort()
    if not found:
        return {}
    return {"stages_at_s": [at_s for at_s, _ in found], "stages": [level for _, level in found]}


def summaries(body: object) -> Mapping[date, dict[str, Any]]:
    """Return the nights of a range in short: seconds asleep, by stage, and the score."""
    parts = body if isinstance(body, list) else entry(body).get("individualStats")
    found = {when: _summary(part) for when, part in by_day(entries(parts)).items()}
    return {when: columns for when, columns in found.items() if columns}


def _summary(part: Entry) -> dict[str, Any]:
    told = entry(part.get("values")) or part
    total_s = number(told.get("totalSleepTimeInSeconds", told.get("sleepTimeSeconds")), 1, DAY_S)
    if total_s is None:
        return {}
    seconds = {
        f"{stage}_s": number(told.get(f"{stage}Time", told.get(f"{stage}SleepSeconds")), 0, DAY_S)
        for stage in ("deep", "light", "rem", "awake")
    }
    score = told.get("sleepScore", at(told, "sleepScores", "overall", "value"))
    return {"total_s": total_s, "score": number(score, 0, 100), **seconds}


def hrv(body: object) -> Mapping[date, float]:
    """Return the HRV [ms, rMSSD] of each night of a range, or of one day."""
    parts = entries(entry(body).get("hrvSummaries")) or [entry(entry(body).get("hrvSummary"))]
    found = {when: number(part.get("lastNightAvg"), 1, 400) for when, part in by_day(parts).items()}
    return {when: value for when, value in found.items() if value is not None}
