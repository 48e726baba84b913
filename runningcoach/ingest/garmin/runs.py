"""What Garmin's lists and summaries say of an activity beside its file."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from runningcoach.ingest.elements import sport_of
from runningcoach.ingest.garmin.reading import Entry, at, entries, number, wall_clock
from runningcoach.ingest.normalise import fixed_zone, moment, offset_of, text

RACE = "race"


def number_of(item: object) -> int | None:
    """Return Garmin's number of a list's entry; None for what is no entry."""
    found = at(item, "activityId")
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def day_of(item: Entry) -> date | None:
    """Return the day on which an activity began where the runner was."""
    local = wall_clock(item.get("startTimeLocal")) or wall_clock(item.get("startTimeGMT"))
    return local.date() if local else None


def words(item: Entry, summary: Entry, gear: object, weather: Entry) -> dict[str, Any]:
    """Return what Garmin says of an activity: texts, effort, scores, weather; None: nothing."""
    told = summary.get("summaryDTO") or {}
    shoes = [text(one.get("customMakeModel") or one.get("displayName")) for one in entries(gear)]
    return {
        "name": text(item.get("activityName") or summary.get("activityName")),
        "notes": text(item.get("description") or summary.get("description")),
        "rpe": _rpe(at(told, "directWorkoutRpe") or item.get("directWorkoutRpe")),
        "gear": next((one for one in shoes if one), None),
        "is_race": at(item, "eventType", "typeKey") == RACE,
        "garmin_vo2max": number(item.get("vO2MaxValue"), 10, 100),
        "garmin_workout_id": _whole(item.get("workoutId")),
        "feel": _whole(number(at(told, "directWorkoutFeel"), 0, 100)),
        "compliance_pct": number(at(told, "directWorkoutComplianceScore"), 0, 100),
        "air_temperature_c": _celsius(weather.get("temp")),
        "dew_point_c": _celsius(weather.get("dewPoint")),
    }


def _rpe(value: object) -> float | None:
    """Return perceived effort 0 to 10; Garmin keeps it from 10 to 100."""
    rpe = number(value, 1, 100, divisor=10)
    return rpe if rpe is not None and rpe <= 10 else None


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _celsius(fahrenheit: object) -> float | None:
    """Return degrees Celsius; Garmin's weather stations tell Fahrenheit."""
    known = number(fahrenheit, -60, 140)
    return None if known is None else round((known - 32) / 1.8, 1)


def by_hand(item: Entry, home_zone: str) -> Mapping[str, Any] | None:
    """Return the columns of an activity that has no file: typed in, or not for download."""
    started_at = moment(item.get("startTimeGMT"))
    local = wall_clock(item.get("startTimeLocal"))
    if started_at is None:
        return None
    local = local or started_at.replace(tzinfo=None)
    elapsed_s = number(item.get("elapsedDuration") or item.get("duration"), 0, 48 * 3600)
    sport, sub_sport = sport_of(str(at(item, "activityType", "typeKey") or "generic"))
    return {
        "sport": sport,
        "sub_sport": sub_sport,
        "started_at": started_at,
        "timezone": _zone(started_at, local, home_zone),
        "local_started_at": local,
        "local_date": local.date(),
        "elapsed_s": elapsed_s or 0.0,
        "timer_s": number(item.get("duration"), 0, 48 * 3600),
        "distance_m": number(item.get("distance"), 0, 1e6),
        "ascent_m": number(item.get("elevationGain"), 0, 20_000),
        "descent_m": number(item.get("elevationLoss"), 0, 20_000),
        "average_hr_bpm": number(item.get("averageHR"), 30, 230),
        "max_hr_bpm": number(item.get("maxHR"), 30, 240),
        "average_speed_mps": number(item.get("averageSpeed"), 0.01, 30),
        "calories_kcal": number(item.get("calories"), 1, 50_000),
    }


def _zone(started_at: datetime, local: datetime, home_zone: str) -> str:
    """Return the runner's own zone where the offset is its, else a zone of that offset."""
    offset_s = round((local.replace(tzinfo=UTC) - started_at).total_seconds() / 900) * 900
    if offset_s == offset_of(home_zone, started_at):
        return home_zone
    return fixed_zone(offset_s)
