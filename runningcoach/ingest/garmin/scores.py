"""Garmin's own scores: readiness, VO2max, load, predictions, threshold, records, gear, account."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from runningcoach.ingest.garmin.json_values import (
    Entry,
    at,
    day,
    entries,
    entry,
    identity,
    moment,
    number,
    wall_clock,
    whole,
    words,
)
from runningcoach.model.user import Sex

type Scores = dict[str, Any]

AFTER_WAKING = "AFTER_WAKEUP_RESET"
"""Which of a day's readiness values is the morning's."""
STATUSES = {
    0: "no_status", 1: "detraining", 2: "unproductive", 3: "overreaching", 4: "maintaining",
    5: "recovery", 6: "peaking", 7: "productive", 8: "strained",
}  # fmt: skip
RECORD_KINDS = {
    1: ("1k", "s"), 2: ("mile", "s"), 3: ("5k", "s"), 4: ("10k", "s"), 5: ("half", "s"),
    6: ("marathon", "s"), 7: ("longest", "m"),
}  # fmt: skip
THRESHOLD_SPEED_MPS = 10.0
"""Threshold speed comes in tens of m/s: 0.42 is 4.2 m/s, about 4 minutes a kilometre."""


def readiness(parts: object) -> Scores:
    """Return the morning's readiness of a day; without one, the first of the day."""
    by_time = sorted(entries(parts), key=lambda part: str(part.get("timestamp")))
    mornings = [part for part in by_time if part.get("inputContext") == AFTER_WAKING]
    one = next(iter(mornings or by_time), {})
    return {
        "readiness": number(one.get("score"), 0, 100),
        "readiness_level": words(one.get("level")),
    }


def vo2max(part: Entry) -> Scores:
    """Return the running VO2max of a day."""
    generic = entry(part.get("generic"))
    precise = number(generic.get("vo2MaxPreciseValue"), 10, 100)
    return {"vo2max": precise or number(generic.get("vo2MaxValue"), 10, 100)}


def status(body: Entry) -> tuple[date, Scores] | None:
    """Return training status and load of the primary device, and their day."""
    one = _primary(at(body, "mostRecentTrainingStatus", "latestTrainingStatusData"))
    when = day(one.get("calendarDate"))
    if when is None:
        return None
    load, code = entry(one.get("acuteTrainingLoadDTO")), whole(one.get("trainingStatus"), 0, 8)
    return when, {
        "training_status": None if code is None else STATUSES[code],
        "acute_load": number(load.get("dailyTrainingLoadAcute"), 0, 10_000),
        "chronic_load": number(load.get("dailyTrainingLoadChronic"), 0, 10_000),
        "load_ratio": number(load.get("dailyAcuteChronicWorkloadRatio"), 0, 10),
    }


def _primary(devices: object) -> Entry:
    """Return the entry of the primary device, else of the first one."""
    parsed = [entry(one) for one in entry(devices).values()]
    primary = [one for one in parsed if one.get("primaryTrainingDevice") is True]
    return next(iter(primary or parsed), {})


def predictions(body: Entry) -> tuple[date, Scores] | None:
    """Return the race times that Garmin predicts, and their day."""
    when = day(body.get("calendarDate"))
    if when is None:
        return None
    return when, {
        "race_5k_s": number(body.get("time5K"), 600, 7200),
        "race_10k_s": number(body.get("time10K"), 1200, 14_400),
        "race_half_s": number(body.get("timeHalfMarathon"), 3000, 36_000),
        "race_marathon_s": number(body.get("timeMarathon"), 6000, 72_000),
    }


def threshold(body: object) -> Scores:
    """Return threshold heart rate and speed, each where present; they may come in two rows.

    Garmin misspells the key of the heart rate.
    """
    scores: Scores = {}
    for part in entries(body) or [entry(body)]:
        beats = number(part.get("heartRate", part.get("hearRate")), 80, 220)
        speed = number(part.get("speed"), 0.1, 0.75)
        if beats is not None:
            scores["lthr_bpm"] = beats
        if speed is not None:
            scores["threshold_speed_mps"] = round(speed * THRESHOLD_SPEED_MPS, 3)
    return scores


def threshold_day(body: object) -> date | None:
    """Return the latest day that threshold values are of."""
    parts = entries(body) or [entry(body)]
    days = (day(part.get("calendarDate")) for part in parts)
    return max((one for one in days if one is not None), default=None)


class GarminRecord(NamedTuple):
    """One of Garmin's personal records: seconds or metres, and the runner's day."""

    kind: str
    value: float
    unit: str
    date: date | None
    garmin_activity_id: int | None


def records(body: object) -> list[GarminRecord]:
    """Return the records of running; other sports' are left out."""
    parsed = [_record(part) for part in entries(body)]
    return [one for one in parsed if one is not None]


def _record(part: Entry) -> GarminRecord | None:
    known = RECORD_KINDS.get(whole(part.get("typeId"), 1, 7) or 0)
    value = number(part.get("value"), 1, 1e7)
    if known is None or value is None:
        return None
    local = wall_clock(part.get("activityStartDateTimeLocalFormatted"))
    begun = local or moment(part.get("prStartTimeGmt"))
    number_of = identity(part.get("activityId"))
    return GarminRecord(known[0], value, known[1], begun.date() if begun else None, number_of)


class GarminGear(NamedTuple):
    """A pair of shoes, or other gear."""

    key: str
    name: str
    kind: str | None
    distance_m: float | None
    limit_m: float | None
    is_retired: bool
    first_used: date | None


def gear(body: object) -> list[GarminGear]:
    """Return the gear of the account."""
    parsed = [_gear(part) for part in entries(body) or entries(entry(body).get("gear"))]
    return [one for one in parsed if one is not None]


def _gear(part: Entry) -> GarminGear | None:
    key, name = gear_key(part), gear_name(part)
    if key is None or name is None:
        return None
    return GarminGear(
        key=key,
        name=name,
        kind=words(part.get("gearTypeName")),
        distance_m=number(part.get("totalDistance"), 0, 1e9),
        limit_m=number(part.get("maximumMeters"), 1, 1e9),
        is_retired=part.get("gearStatusName") == "retired" or day(part.get("dateEnd")) is not None,
        first_used=day(part.get("dateBegin")),
    )


def gear_key(part: Entry) -> str | None:
    """Return the identifier of gear."""
    number_of = identity(part.get("gearPk"))
    return words(part.get("uuid")) or (str(number_of) if number_of else None)


def gear_name(part: Entry) -> str | None:
    """Return the name that the runner gave, else the maker's."""
    return words(part.get("displayName")) or words(part.get("customMakeModel"))


class GarminZones(NamedTuple):
    """Heart-rate limits as the account is set: lower edges of five zones, and what they rest on."""

    edges_bpm: tuple[float, ...] | None
    hrmax_bpm: float | None
    hrrest_bpm: float | None
    lthr_bpm: float | None

    def benchmarks(self) -> Mapping[str, float]:
        """Return them by the kinds of benchmarks; the resting heart rate comes with the days."""
        edges = enumerate(self.edges_bpm or (), start=1)
        known = {"hrmax_bpm": self.hrmax_bpm, "lthr_bpm": self.lthr_bpm}
        rates = {kind: value for kind, value in known.items() if value is not None}
        return rates | {f"hr_zone_{zone}_bpm": edge for zone, edge in edges}


def zones(body: object) -> GarminZones | None:
    """Return the zones for running, else those for all sports."""
    parts = entries(body) or entries(entry(body).get("heartRateZones"))
    by_sport = {str(part.get("sport")): part for part in parts}
    one = by_sport.get("RUNNING") or by_sport.get("DEFAULT")
    if one is None:
        return None
    edges = [number(one.get(f"zone{i}Floor"), 40, 240) for i in range(1, 6)]
    known = [edge for edge in edges if edge is not None]
    rising = len(known) == 5 and all(a < b for a, b in pairwise(known))
    return GarminZones(
        edges_bpm=tuple(known) if rising else None,
        hrmax_bpm=number(one.get("maxHeartRateUsed"), 100, 240),
        hrrest_bpm=number(one.get("restingHeartRateUsed"), 25, 120),
        lthr_bpm=number(one.get("lactateThresholdHeartRateUsed"), 80, 220),
    )


class GarminProfile(NamedTuple):
    """Sex and birth date in an account."""

    sex: Sex | None
    birth_date: date | None


SEXES: Mapping[str | None, Sex] = {"MALE": "male", "FEMALE": "female"}


def person(body: Entry, today: date) -> GarminProfile:
    """Return sex and birth date; the Personal API has neither."""
    user_data = entry(body.get("userData"))
    born = _birth_date(user_data.get("birthDate"))
    is_alive = born is not None and 5 <= (today - born).days / 365.25 <= 120
    return GarminProfile(SEXES.get(words(user_data.get("gender"))), born if is_alive else None)


def _birth_date(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
