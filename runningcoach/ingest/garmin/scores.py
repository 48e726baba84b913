"""Garmin's own scores: readiness, VO2max, load, predictions, threshold, records, gear."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from runningcoach.ingest.garmin.reading import (
    Entry,
    at,
    by_day,
    day,
    entries,
    entry,
    number,
)
from runningcoach.ingest.normalise import moment, text

type Scores = dict[str, Any]

AFTER_WAKING = "AFTER_WAKEUP_RESET"
"""Which of a day's readiness values is the morning's."""
STATUSES = {
    0: "no_status", 1: "detraining", 2: "unproductive", 3: "maintaining", 4: "productive",
    5: "peaking", 6: "overreaching", 7: "recovery", 8: "strained",
}  # fmt: skip
RECORD_KINDS = {
    1: ("1k", "s"), 2: ("mile", "s"), 3: ("5k", "s"), 4: ("10k", "s"), 5: ("half", "s"),
    6: ("marathon", "s"), 7: ("longest", "m"),
}  # fmt: skip
SPEED_UNIT_MPS = 10.0
"""Threshold speed comes in tenths: 0.42 is 4.2 m/s, about 4 minutes a kilometre."""


def readiness(body: object) -> Mapping[date, Scores]:
    """Return the morning's readiness of each day; without one, the first of the day."""
    mornings: dict[date, Entry] = {}
    for part in sorted(entries(body), key=lambda one: str(one.get("timestamp"))):
        when = day(part.get("calendarDate"))
        if when and (when not in mornings or part.get("inputContext") == AFTER_WAKING):
            mornings.setdefault(when, part)
            if part.get("inputContext") == AFTER_WAKING:
                mornings[when] = part
    return {
        when: {
            "readiness": number(part.get("score"), 0, 100),
            "readiness_level": text(part.get("level")),
        }
        for when, part in mornings.items()
    }


def vo2max(body: object) -> Mapping[date, Scores]:
    """Return the running VO2max of the days on which it changed."""
    found: dict[date, Scores] = {}
    for part in entries(body):
        generic = entry(part.get("generic"))
        when = day(generic.get("calendarDate"))
        value = generic.get("vo2MaxPreciseValue") or generic.get("vo2MaxValue")
        if when and (known := number(value, 10, 100)) is not None:
            found[when] = {"vo2max": known}
    return found


def status(body: Entry) -> Mapping[date, Scores]:
    """Return training status and load of a day, as the primary device tells them."""
    devices = entry(at(body, "mostRecentTrainingStatus", "latestTrainingStatusData"))
    told = [entry(one) for one in devices.values()]
    primary = next((one for one in told if one.get("primaryTrainingDevice")), None)
    one = primary or (told[0] if told else {})
    when = day(one.get("calendarDate"))
    if when is None:
        return {}
    load = entry(one.get("acuteTrainingLoadDTO"))
    code = one.get("trainingStatus")
    return {
        when: {
            "training_status": STATUSES.get(code) if isinstance(code, int) else None,
            "acute_load": number(load.get("dailyTrainingLoadAcute"), 0, 10_000),
            "chronic_load": number(load.get("dailyTrainingLoadChronic"), 0, 10_000),
            "load_ratio": number(load.get("dailyAcuteChronicWorkloadRatio"), 0, 10),
        }
    }


def predictions(body: object) -> Mapping[date, Scores]:
    """Return the race times that Garmin predicts, by day."""
    parts = entries(body) or [entry(body)]
    return {
        when: {
            "race_5k_s": number(part.get("time5K"), 600, 7200),
            "race_10k_s": number(part.get("time10K"), 1200, 14_400),
            "race_half_s": number(part.get("timeHalfMarathon"), 3000, 36_000),
            "race_marathon_s": number(part.get("timeMarathon"), 6000, 72_000),
        }
        for when, part in by_day(parts).items()
    }


def threshold(body: object, today: date) -> Mapping[date, Scores]:
    """Return threshold heart rate and speed; the key of the one is misspelt at Garmin."""
    found: Scores = {}
    when = today
    for part in entries(body) or [entry(body)]:
        beats = part.get("heartRate", part.get("hearRate"))
        found["lthr_bpm"] = found.get("lthr_bpm") or number(beats, 80, 220)
        speed = number(part.get("speed"), 0.05, 0.75)
        if speed is not None:
            found["threshold_speed_mps"] = speed * SPEED_UNIT_MPS
        when = day(part.get("calendarDate")) or when
    return {when: found} if any(value is not None for value in found.values()) else {}


class GarminRecord(NamedTuple):
    """One of Garmin's personal records: seconds or metres."""

    kind: str
    value: float
    unit: str
    date: date | None
    garmin_activity_id: int | None


def records(body: object) -> list[GarminRecord]:
    """Return the records of running; other sports' are left out."""
    found: list[GarminRecord] = []
    for part in entries(body):
        known, value = RECORD_KINDS.get(part.get("typeId", 0)), number(part.get("value"), 1, 1e7)
        if known and value is not None:
            begun = moment(part.get("prStartTimeGmt"))
            number_of = part.get("activityId")
            found.append(
                GarminRecord(*(known[0], value, known[1]), begun and begun.date(), number_of)
            )
    return found


class Gear(NamedTuple):
    """A pair of shoes, or other gear."""

    key: str
    name: str
    kind: str | None
    distance_m: float | None
    limit_m: float | None
    is_retired: bool
    first_used: date | None


def gear(body: object) -> list[Gear]:
    """Return the gear of the account."""
    parts = entries(body) or entries(entry(body).get("gear"))
    found = [
        Gear(
            key=str(part.get("uuid") or part.get("gearPk")),
            name=text(part.get("displayName") or part.get("customMakeModel")) or "",
            kind=text(part.get("gearTypeName")),
            distance_m=number(part.get("totalDistance"), 0, 1e9),
            limit_m=number(part.get("maximumMeters"), 1, 1e9),
            is_retired=part.get("gearStatusName") == "retired" or bool(part.get("dateEnd")),
            first_used=day(part.get("dateBegin")),
        )
        for part in parts
        if part.get("uuid") or part.get("gearPk")
    ]
    return [one for one in found if one.name]


class Zones(NamedTuple):
    """Heart-rate limits as the account is set: lower edges of five zones, and what they rest on."""

    edges_bpm: tuple[float, ...] | None
    hrmax_bpm: float | None
    hrrest_bpm: float | None
    lthr_bpm: float | None


def zones(body: object) -> Zones | None:
    """Return the zones for running, else those for all sports."""
    parts = entries(body) or entries(entry(body).get("heartRateZones"))
    chosen = next((one for one in parts if one.get("sport") == "RUNNING"), None)
    one = chosen or next((one for one in parts if one.get("sport") == "DEFAULT"), None)
    if one is None:
        return None
    edges = [number(one.get(f"zone{i}Floor"), 40, 240) for i in range(1, 6)]
    known = [edge for edge in edges if edge is not None]
    rising = len(known) == 5 and all(a < b for a, b in pairwise(known))
    return Zones(
        edges_bpm=tuple(known) if rising else None,
        hrmax_bpm=number(one.get("maxHeartRateUsed"), 100, 240),
        hrrest_bpm=number(one.get("restingHeartRateUsed"), 25, 120),
        lthr_bpm=number(one.get("lactateThresholdHeartRateUsed"), 80, 220),
    )
