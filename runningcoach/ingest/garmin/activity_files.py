"""Parse Garmin's lists and summaries of an activity."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from runningcoach.ingest.exports import manual_activities
from runningcoach.ingest.files import recording_rows, recordings
from runningcoach.ingest.files.sports import sport_of
from runningcoach.ingest.garmin.json_values import (
    Entry,
    at,
    entries,
    entry,
    identity,
    moment,
    number,
    wall_clock,
    whole,
    words,
)
from runningcoach.ingest.garmin.scores import gear_name

RACE = "race"
LONGEST_S = 10 * 86_400
"""The longest races take days; longer ones are mistakes."""


def number_of(item: object) -> int | None:
    """Return Garmin's number of a list's entry; None for what is no entry."""
    return identity(at(item, "activityId"))


def day_of(item: Entry) -> date | None:
    """Return the day on which an activity began where the runner was."""
    local = wall_clock(item.get("startTimeLocal")) or wall_clock(item.get("startTimeGMT"))
    return local.date() if local else None


def describe(item: Entry, summary: Entry, gear: object, weather: Entry) -> dict[str, Any]:
    """Return Garmin's texts, effort, scores and weather of an activity; None where unknown."""
    effort = entry(summary.get("summaryDTO"))
    shoes = (gear_name(one) for one in entries(gear))
    return {
        "name": words(item.get("activityName")) or words(summary.get("activityName")),
        "notes": words(item.get("description")) or words(summary.get("description")),
        "rpe": _rpe(effort.get("directWorkoutRpe", item.get("directWorkoutRpe"))),
        "gear": next((name for name in shoes if name), None),
        "is_race": _is_race(item, summary),
        "garmin_vo2max": number(item.get("vO2MaxValue"), 10, 100),
        "garmin_workout_id": identity(item.get("workoutId"))
        or identity(at(summary, "metadataDTO", "associatedWorkoutId")),
        "feel": whole(effort.get("directWorkoutFeel", item.get("directWorkoutFeel")), 0, 100),
        "compliance_pct": number(effort.get("directWorkoutComplianceScore"), 0, 100),
        "air_temperature_c": _celsius(weather.get("temp")),
        "dew_point_c": _celsius(weather.get("dewPoint")),
    }


def _is_race(item: Entry, summary: Entry) -> bool | None:
    """Return whether the runner marked it as a race; None where Garmin has no event type."""
    kind = words(at(item, "eventType", "typeKey")) or words(at(summary, "eventTypeDTO", "typeKey"))
    return None if kind is None else kind == RACE


def _rpe(value: object) -> float | None:
    """Return perceived effort 0 to 10; Garmin keeps it from 10 to 100."""
    return number(value, 0.5, 10, divisor=10)


def _celsius(fahrenheit: object) -> float | None:
    """Return degrees Celsius; Garmin's weather is in Fahrenheit."""
    known = number(fahrenheit, -60, 140)
    return None if known is None else round((known - 32) / 1.8, 1)


def typed_in_row(item: Entry, home_zone: str) -> Mapping[str, Any] | None:
    """Return the columns of an activity that has no file: typed in, or not for download.

    None where the entry has no start or no duration.
    """
    started_at = moment(item.get("startTimeGMT"))
    duration_s = number(item.get("duration"), 1, LONGEST_S)
    elapsed_s = number(item.get("elapsedDuration"), 1, LONGEST_S) or duration_s
    if started_at is None or elapsed_s is None:
        return None
    timer_s = min(duration_s or elapsed_s, elapsed_s)
    local = wall_clock(item.get("startTimeLocal")) or started_at.replace(tzinfo=None)
    sport, sub_sport = sport_of(words(at(item, "activityType", "typeKey")))
    totals = {
        "elapsed_s": elapsed_s,
        "timer_s": timer_s,
        "distance_m": number(item.get("distance"), 0, 1e6),
        "ascent_m": number(item.get("elevationGain"), 0, 20_000),
        "descent_m": number(item.get("elevationLoss"), 0, 20_000),
        "average_hr_bpm": number(item.get("averageHR"), 30, 230),
        "max_hr_bpm": number(item.get("maxHR"), 30, 240),
        "calories_kcal": number(item.get("calories"), 1, 50_000),
    }
    return totals | dict.fromkeys(("name", "notes", "rpe", "gear")) | {
        "sport": sport,
        "sub_sport": sub_sport,
        "started_at": started_at,
        "timezone": _zone(started_at, local, home_zone),
        "local_started_at": local,
        "local_date": local.date(),
        "average_speed_mps": number(item.get("averageSpeed"), 0.01, 30),
        "source": "garmin",
        "is_race": False,
        "is_treadmill": recordings.is_treadmill(sport, sub_sport),
        "stated": Jsonb(manual_activities.stated_by(totals)),
        "distance_source": "table" if totals["distance_m"] else None,
        "ascent_source": "table" if totals["ascent_m"] else None,
    }  # fmt: skip


def _zone(started_at: datetime, local: datetime, home_zone: str) -> str:
    """Return the runner's own zone where the offset is its, else a zone of that offset."""
    offset_s = round((local.replace(tzinfo=UTC) - started_at).total_seconds())
    return recording_rows.zone(None, offset_s, started_at, home_zone)
