"""The tables of a Garmin account export: activities, gear, nights, days, weight, health status.

Each file is a JSON list; which one it is shows the ending of its name. Entries are kept raw, one
event for each, and read from there: what arrives later can still be told by what came earlier.
Times called GMT are UTC without saying so; those called Local are not used.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from runningcoach.ingest.descriptions import Description
from runningcoach.ingest.normalise import calendar_day, moment, text
from runningcoach.store.imports import Event

SOURCE = "garmin_export"
ACTIVITY = "garmin.activity"
GEAR = "garmin.gear"
NIGHT = "garmin.night"
DAY = "garmin.day"
WEIGHT = "garmin.weight"
STATUS = "garmin.status"
ACTIVITY_KINDS = (ACTIVITY, GEAR)
HEALTH_KINDS = (NIGHT, DAY, WEIGHT, STATUS)

RACE = 1
"""eventTypeId of a race; 4 is training, 9 uncategorised."""

BULKY = ("splits", "splitSummaries", "activityVideos", "activityImages", "summarizedDiveInfo")
"""Parts of an activity's entry that nothing reads; the original file keeps them."""

type Entry = Mapping[str, Any]


class UnexpectedShape(ValueError):
    """The JSON is fine, but not a list of entries."""


def events(file_name: str, content: object) -> list[Event]:
    """Return the entries of one file of the export; which file it is, its name says."""
    name = file_name.lower()
    reader = next((found for mark, found in READERS.items() if mark in name), None)
    if reader is None:
        raise UnexpectedShape(file_name)
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise UnexpectedShape(file_name)
    return [_without_zero_bytes(event) for event in reader(content)]


def _activities(content: Sequence[Entry]) -> Iterator[Event]:
    for part in content:
        entries = part.get("summarizedActivitiesExport", [part])
        for entry in entries or ():
            if isinstance(entry.get("activityId"), int):
                kept = {key: value for key, value in entry.items() if key not in BULKY}
                yield Event(ACTIVITY, str(entry["activityId"]), kept)


def _gear(content: Sequence[Entry]) -> Iterator[Event]:
    for part in content:
        uses = part.get("gearActivityDTOs") or {}
        for entry in part.get("gearDTOS") or ():
            key = str(entry.get("gearPk"))
            numbers = [use["activityId"] for use in uses.get(key) or () if use.get("activityId")]
            yield Event(GEAR, key, {**entry, "activityIds": numbers})


def _nights(content: Sequence[Entry]) -> Iterator[Event]:
    return _by_day(NIGHT, content, lambda entry: entry.get("calendarDate"))


def _days(content: Sequence[Entry]) -> Iterator[Event]:
    return _by_day(DAY, content, lambda entry: entry.get("calendarDate"))


def _statuses(content: Sequence[Entry]) -> Iterator[Event]:
    return _by_day(STATUS, content, lambda entry: entry.get("calendarDate"))


def _weights(content: Sequence[Entry]) -> Iterator[Event]:
    weighed = [entry for entry in content if isinstance(entry.get("weight"), dict)]
    return _by_day(WEIGHT, weighed, lambda entry: (entry.get("metaData") or {}).get("calendarDate"))


def _by_day(kind: str, content: Iterable[Entry], day_of: Callable[[Entry], Any]) -> Iterator[Event]:
    for entry in content:
        day = calendar_day(day_of(entry))
        if day is not None:
            yield Event(kind, day.isoformat(), dict(entry))


READERS: dict[str, Callable[[Sequence[Entry]], Iterator[Event]]] = {
    "summarizedactivities": _activities,
    "_gear": _gear,
    "sleepdata": _nights,
    "udsfile": _days,
    "userbiometrics": _weights,
    "healthstatusdata": _statuses,
}


def _without_zero_bytes(event: Event) -> Event:
    return Event(event.kind, event.key, _clean(event.body))


def _clean(value: Any) -> Any:
    """Return JSON without zero characters: the database takes none."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_clean(key): _clean(part) for key, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list) else value


def descriptions(events: Iterable[Event]) -> list[Description]:
    """Return what the export says of each activity; of two entries of one, the later."""
    kept = list(events)
    gear = _gear_of_activities(event for event in kept if event.kind == GEAR)
    latest = {event.key: event.body for event in kept if event.kind == ACTIVITY}
    found = (_description(body, gear) for body in latest.values())
    return [one for one in found if one is not None]


def _description(body: Entry, gear: Mapping[int, str]) -> Description | None:
    started_at = moment(body.get("beginTimestamp") or body.get("startTimeGmt"))
    if started_at is None:
        return None
    number = int(body["activityId"])
    return Description(
        number=number,
        garmin_activity_id=number,
        started_at=started_at,
        elapsed_s=_scaled(body.get("elapsedDuration") or body.get("duration"), 1000),
        name=text(body.get("name")),
        notes=text(body.get("description")),
        rpe=_rpe(body.get("workoutRpe") or body.get("directWorkoutRpe")),
        gear=gear.get(number),
        is_race=body.get("eventTypeId") == RACE,
    )


def _gear_of_activities(events: Iterable[Event]) -> dict[int, str]:
    names: dict[int, str] = {}
    for event in events:
        words = event.body.get("displayName") or event.body.get("customMakeModel")
        name = text(words or event.body.get("gearMakeName"))
        if name:
            names |= dict.fromkeys(event.body["activityIds"], name)
    return names


def _rpe(value: object) -> float | None:
    """Return perceived effort from 0 to 10; Garmin keeps it from 10 to 100."""
    rpe = _scaled(value, 10)
    return rpe if rpe is not None and 0 < rpe <= 10 else None


def nights(events: Iterable[Event]) -> dict[date, dict[str, Any]]:
    """Return the nights by the day of waking; nights that were not measured are left out."""
    found = ((event.key, _night(event.body)) for event in events if event.kind == NIGHT)
    return {date.fromisoformat(key): night for key, night in found if night["total_s"]}


def _night(body: Entry) -> dict[str, Any]:
    seconds = {
        f"{stage}_s": _scaled(body.get(f"{stage}SleepSeconds"), 1)
        for stage in ("deep", "light", "rem", "awake")
    }
    asleep = [seconds[key] for key in ("deep_s", "light_s", "rem_s")]
    return {
        "started_at": moment(body.get("sleepStartTimestampGMT")),
        "ended_at": moment(body.get("sleepEndTimestampGMT")),
        "total_s": sum(part for part in asleep if part is not None),
        "score": _sleep_score(body.get("sleepScores")),
        **seconds,
    }


def _sleep_score(scores: object) -> float | None:
    if not isinstance(scores, dict):
        return None
    overall = scores.get("overall")
    nested = overall.get("value") if isinstance(overall, dict) else overall
    return _scaled(scores.get("overallScore", nested), 1)


def days(events: Iterable[Event]) -> dict[date, dict[str, float | None]]:
    """Return the fields of each day that days, weight and health status tell together."""
    merged: dict[date, dict[str, float | None]] = {}
    for event in events:
        reader = DAY_READERS.get(event.kind)
        if reader is not None:
            fields = {
                name: value for name, value in reader(event.body).items() if value is not None
            }
            merged.setdefault(date.fromisoformat(event.key), {}).update(fields)
    return {day: fields for day, fields in merged.items() if fields}


def _day(body: Entry) -> dict[str, float | None]:
    resting = body.get("currentDayRestingHeartRate") or body.get("restingHeartRate")
    stress = _of_type(body.get("allDayStress"), "aggregatorList", "type", "TOTAL")
    return {
        "resting_hr_bpm": _between(resting, 20, 150),
        "average_stress": _between(stress.get("averageStressLevel"), 0, 100),
        "body_battery_max": _battery(body, "HIGHEST"),
        "body_battery_min": _battery(body, "LOWEST"),
        "steps": _between(body.get("totalSteps"), 0, 500_000),
    }


def _battery(body: Entry, which: str) -> float | None:
    found = _of_type(body.get("bodyBattery"), "bodyBatteryStatList", "bodyBatteryStatType", which)
    return _between(found.get("statsValue"), 0, 100)


def _weight(body: Entry) -> dict[str, float | None]:
    return {"weight_kg": _between(_scaled(body["weight"].get("weight"), 1000), 20, 400)}


def _status(body: Entry) -> dict[str, float | None]:
    return {"hrv_ms": _between(_of_type(body, "metrics", "type", "HRV").get("value"), 1, 400)}


DAY_READERS: dict[str, Callable[[Entry], dict[str, float | None]]] = {
    DAY: _day,
    WEIGHT: _weight,
    STATUS: _status,
}


def _of_type(holder: object, entries: str, key: str, wanted: str) -> Entry:
    """Return the entry of a list inside `holder` whose `key` is `wanted`; else an empty one."""
    found = holder.get(entries) if isinstance(holder, dict) else None
    parts = [part for part in found or () if isinstance(part, dict)]
    return next((part for part in parts if part.get(key) == wanted), {})


def _scaled(value: object, divisor: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value / divisor


def _between(value: object, least: float, most: float) -> float | None:
    """Return a plausible value; Garmin writes negative numbers for what was not measured."""
    number = _scaled(value, 1)
    return number if number is not None and least <= number <= most else None
