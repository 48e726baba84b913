"""The tables of a Garmin account export: activities, gear, nights, days, weight, health status.

Each file is a JSON list; which one it is shows the ending of its name. Entries are kept raw, one
event for each, and read from there: what arrives later can still be told by what came earlier.
Times called GMT are UTC without saying so; those called Local are not used.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from runningcoach.ingest.exports.descriptions import Description
from runningcoach.ingest.files.sport_choice import sport_of
from runningcoach.ingest.garmin import json_values
from runningcoach.ingest.garmin.json_values import Entry, entry, identity, moment, number, words
from runningcoach.metrics.limits import HEALTH_RANGES
from runningcoach.store.imports import SideFact

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

MOST_DIGITS = 19
"""Whole numbers with more are no values: none of Garmin's ids is longer."""
DEEPEST = 40
"""How far JSON may be nested: Garmin's own tables stay below ten."""
LONGEST_KEY = 200
LONGEST_S = 10 * 86_400
LONGEST_NIGHT_S = 2 * 86_400
NIGHT_TOLERANCE = timedelta(days=3)
LONGEST_M, HIGHEST_M = 1e6, 20_000


class UnexpectedShape(ValueError):
    """The JSON is fine, but not a list of entries."""


def parse_json(data: bytes) -> object:
    """Return JSON without NaN, infinity, overlong numbers and lone surrogates.

    Raises ValueError for what is no JSON, or is nested deeper than any table.
    """
    content = json.loads(
        data.decode("utf-8-sig"),
        parse_constant=lambda _: None,
        parse_int=lambda digits: int(digits) if len(digits) <= MOST_DIGITS else None,
    )
    if _is_deeper(content, DEEPEST):
        raise UnexpectedShape("nested too deep")
    return json_values.storable(content)


def _is_deeper(content: object, levels: int) -> bool:
    """Return whether JSON is nested deeper than so many levels, looking at one level at a time."""
    level = [content]
    for _ in range(levels):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def events(file_name: str, content: object) -> list[SideFact]:
    """Return the entries of one file of the export, read by the table in its name."""
    name = file_name.lower()
    reader = next((read for mark, read in READERS.items() if mark in name), None)
    if reader is None:
        raise UnexpectedShape(file_name)
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise UnexpectedShape(file_name)
    return list(reader(json_values.storable(content)))


def _activities(content: Sequence[Entry]) -> Iterator[SideFact]:
    for part in content:
        entries = part.get("summarizedActivitiesExport", [part])
        if not isinstance(entries, list | None):
            raise UnexpectedShape("summarizedActivitiesExport")
        for one in json_values.entries(entries):
            if identity(one.get("activityId")) is not None:
                body = {key: value for key, value in one.items() if key not in BULKY}
                yield SideFact(ACTIVITY, str(one["activityId"]), body)


def _gear(content: Sequence[Entry]) -> Iterator[SideFact]:
    for part in content:
        uses = entry(part.get("gearActivityDTOs"))
        for one in json_values.entries(part.get("gearDTOS")):
            key = str(one.get("gearPk"))[:LONGEST_KEY]
            ids = (identity(use.get("activityId")) for use in json_values.entries(uses.get(key)))
            numbers = [number for number in ids if number is not None]
            yield SideFact(GEAR, key, {**one, "activityIds": numbers})


def _nights(content: Sequence[Entry]) -> Iterator[SideFact]:
    return _by_day(NIGHT, content, _calendar_date)


def _days(content: Sequence[Entry]) -> Iterator[SideFact]:
    return _by_day(DAY, content, _calendar_date)


def _statuses(content: Sequence[Entry]) -> Iterator[SideFact]:
    return _by_day(STATUS, content, _calendar_date)


def _weights(content: Sequence[Entry]) -> Iterator[SideFact]:
    weighed = [one for one in content if isinstance(one.get("weight"), dict)]
    return _by_day(WEIGHT, weighed, lambda one: _calendar_date(entry(one.get("metaData"))))


def _calendar_date(one: Entry) -> object:
    """Return the day of an entry; old exports keep it in a table of its own."""
    value = one.get("calendarDate")
    return value.get("date") if isinstance(value, Mapping) else value


def _by_day(
    kind: str, content: Iterable[Entry], day_of: Callable[[Entry], Any]
) -> Iterator[SideFact]:
    for one in content:
        day = json_values.day(day_of(one))
        if day is not None:
            yield SideFact(kind, day.isoformat(), dict(one))


READERS: dict[str, Callable[[Sequence[Entry]], Iterator[SideFact]]] = {
    "summarizedactivities": _activities,
    "_gear": _gear,
    "sleepdata": _nights,
    "udsfile": _days,
    "userbiometrics": _weights,
    "healthstatusdata": _statuses,
}


def descriptions(events: Iterable[SideFact]) -> list[Description]:
    """Return the description of each activity; of two entries of one, the later."""
    listed = list(events)
    gear = _gear_of_activities(event for event in listed if event.kind == GEAR)
    latest = {event.key: event.body for event in listed if event.kind == ACTIVITY}
    parsed = (_description(body, gear) for body in latest.values())
    return [one for one in parsed if one is not None]


def _description(body: Entry, gear: Mapping[int, str]) -> Description | None:
    started_at = json_values.moment(body.get("beginTimestamp") or body.get("startTimeGmt"))
    activity_id = identity(body.get("activityId"))
    if started_at is None or activity_id is None:
        return None
    timer_s = number(body.get("duration"), 1, LONGEST_S, divisor=1000)
    sport, sub_sport = sport_of(words(body.get("activityType")) or words(body.get("sportType")))
    return Description(
        number=activity_id,
        garmin_activity_id=activity_id,
        started_at=started_at,
        elapsed_s=number(body.get("elapsedDuration"), 1, LONGEST_S, divisor=1000) or timer_s,
        name=words(body.get("name")),
        notes=words(body.get("description")),
        rpe=_rpe(body.get("workoutRpe") or body.get("directWorkoutRpe")),
        gear=gear.get(activity_id),
        is_race=body.get("eventTypeId") == RACE,
        sport=None if sport == "generic" else sport,
        sub_sport=sub_sport,
        is_typed_in=body.get("manualActivity") is True,
        timer_s=timer_s,
        distance_m=number(body.get("distance"), 1, LONGEST_M, divisor=100),
        ascent_m=number(body.get("elevationGain"), 0, HIGHEST_M, divisor=100),
        descent_m=number(body.get("elevationLoss"), 0, HIGHEST_M, divisor=100),
        average_hr_bpm=number(body.get("avgHr"), 30, 230),
        max_hr_bpm=number(body.get("maxHr"), 30, 240),
        utc_offset_s=_utc_offset_s(body),
    )


def _utc_offset_s(body: Entry) -> int | None:
    """Return how far the runner's clock was ahead of UTC."""
    local = json_values.wall_clock(body.get("startTimeLocal"))
    started_at = moment(body.get("startTimeGmt"))
    if local is None or started_at is None:
        return None
    return round((local.replace(tzinfo=UTC) - started_at).total_seconds())


def _gear_of_activities(events: Iterable[SideFact]) -> dict[int, str]:
    names: dict[int, str] = {}
    for event in events:
        maker = words(event.body.get("customMakeModel")) or words(event.body.get("gearMakeName"))
        name = words(event.body.get("displayName")) or maker
        if name:
            names |= dict.fromkeys(event.body["activityIds"], name)
    return names


def _rpe(value: object) -> float | None:
    """Return perceived effort from 0 to 10; Garmin keeps it from 10 to 100."""
    return number(value, 0.1, 10, divisor=10)


def nights(events: Iterable[SideFact]) -> dict[date, dict[str, Any]]:
    """Return the nights by the day of waking; nights that were not measured are left out."""
    bodies = {date.fromisoformat(event.key): event.body for event in events if event.kind == NIGHT}
    parsed = ((day, _night(day, body)) for day, body in bodies.items())
    return {day: night for day, night in parsed if night["total_s"]}


def _night(day: date, body: Entry) -> dict[str, Any]:
    seconds = {
        f"{stage}_s": number(body.get(f"{stage}SleepSeconds"), 0, LONGEST_NIGHT_S)
        for stage in ("deep", "light", "rem", "awake")
    }
    asleep = [seconds[key] for key in ("deep_s", "light_s", "rem_s")]
    return {
        "started_at": _near(day, body.get("sleepStartTimestampGMT")),
        "ended_at": _near(day, body.get("sleepEndTimestampGMT")),
        "total_s": sum(part for part in asleep if part is not None),
        "score": _sleep_score(body.get("sleepScores")),
        **seconds,
    }


def _near(day: date, value: object) -> datetime | None:
    """Return a moment of the night before a day; one of another week is a mistake."""
    at = moment(value)
    return at if at is not None and abs(at.date() - day) <= NIGHT_TOLERANCE else None


def _sleep_score(scores: object) -> float | None:
    if not isinstance(scores, dict):
        return None
    overall = scores.get("overall")
    nested = overall.get("value") if isinstance(overall, dict) else overall
    return number(scores.get("overallScore", nested), 0, 100)


def days(events: Iterable[SideFact]) -> dict[date, dict[str, float | None]]:
    """Return the merged fields of each day from days, weight and health status."""
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
        "resting_hr_bpm": number(resting, *HEALTH_RANGES["resting_hr_bpm"]),
        "average_stress": number(stress.get("averageStressLevel"), 0, 100),
        "body_battery_max": _battery(body, "HIGHEST"),
        "body_battery_min": _battery(body, "LOWEST"),
        "steps": number(body.get("totalSteps"), 0, 500_000),
    }


def _battery(body: Entry, which: str) -> float | None:
    stat = _of_type(body.get("bodyBattery"), "bodyBatteryStatList", "bodyBatteryStatType", which)
    return number(stat.get("statsValue"), 0, 100)


def _weight(body: Entry) -> dict[str, float | None]:
    return {"weight_kg": number(body["weight"].get("weight"), 20, 400, divisor=1000)}


def _status(body: Entry) -> dict[str, float | None]:
    value = _of_type(body, "metrics", "type", "HRV").get("value")
    return {"hrv_ms": number(value, *HEALTH_RANGES["hrv_ms"])}


DAY_READERS: dict[str, Callable[[Entry], dict[str, float | None]]] = {
    DAY: _day,
    WEIGHT: _weight,
    STATUS: _status,
}


def _of_type(holder: object, entries: str, key: str, wanted: str) -> Entry:
    """Return the entry of a list inside `holder` whose `key` is `wanted`; else an empty one."""
    parts = json_values.entries(entry(holder).get(entries))
    return next((part for part in parts if part.get(key) == wanted), {})
