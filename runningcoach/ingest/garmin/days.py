"""What days say of the body: resting heart rate, stress, body battery, weight, steps, streams."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from runningcoach.ingest.garmin.reading import (
    Entry,
    at,
    by_day,
    day,
    entries,
    entry,
    number,
    pairs,
    wall_clock,
)
from runningcoach.ingest.normalise import moment

type Fields = dict[str, float | None]

LONGEST_DAY_S = 25 * 3600


def daily(body: object) -> Mapping[date, Fields]:
    """Return the fields of the days of a range of summaries, in either lane's form."""
    parts = entries(entry(body).get("data")) or entries(body) or [entry(body)]
    return {when: _day(part) for when, part in by_day(parts).items()}


def _day(part: Entry) -> Fields:
    resting = part.get("restingHeartRate", at(part, "heartRate", "restingValue"))
    return {
        "resting_hr_bpm": number(resting, 20, 150),
        "average_stress": number(part.get("averageStressLevel"), 0, 100),
        "body_battery_max": number(part.get("bodyBatteryHighestValue"), 0, 100),
        "body_battery_min": number(part.get("bodyBatteryLowestValue"), 0, 100),
        "steps": number(part.get("totalSteps", at(part, "movement", "steps")), 0, 500_000),
    }


def resting_hr(body: object) -> Mapping[date, Fields]:
    """Return the resting heart rate of the days of a range."""
    values = at(body, "allMetrics", "metricsMap", "WELLNESS_RESTING_HEART_RATE")
    found = by_day(entries(values))
    return {w: {"resting_hr_bpm": number(p.get("value"), 20, 150)} for w, p in found.items()}


def stress(body: object) -> Mapping[date, Fields]:
    """Return the mean stress of the days of a range."""
    return {
        when: {"average_stress": number(at(part, "values", "overallStressLevel"), 0, 100)}
        for when, part in by_day(entries(body)).items()
    }


def battery(body: object) -> Mapping[date, Fields]:
    """Return the highest and lowest body battery of the days of a range."""
    found: dict[date, Fields] = {}
    for when, part in by_day(entries(body), "date").items():
        levels = [v for _, v in pairs(part.get("bodyBatteryValuesArray")) if 0 <= v <= 100]
        if levels:
            found[when] = {"body_battery_max": max(levels), "body_battery_min": min(levels)}
    return found


def weight(body: object) -> Mapping[date, Fields]:
    """Return the last weight of the days of a range, in kilograms."""
    parts = entries(entry(body).get("dailyWeightSummaries"))
    found: dict[date, Fields] = {}
    for part in parts:
        when = day(part.get("summaryDate"))
        kilograms = number(at(part, "latestWeight", "weight"), 20, 400, divisor=1000)
        if when and kilograms is not None:
            found[when] = {"weight_kg": kilograms}
    return found


class Stream(NamedTuple):
    """One stream of one day: seconds since local midnight, and the value at each."""

    name: str
    day: date
    at_s: list[int]
    values: list[int]


def heart_rate(body: Entry) -> Stream | None:
    """Return the heart rate of a day."""
    return _stream("heart_rate", body, "heartRateValues", 20, 255)


def stress_stream(body: Entry) -> Stream | None:
    """Return the stress of a day; negative values are no measurement."""
    return _stream("stress", body, "stressValuesArray", 0, 100)


def body_battery_stream(body: Entry) -> Stream | None:
    """Return the body battery of a day, which comes with the stress."""
    values = [
        [part[0], part[2]]
        for part in body.get("bodyBatteryValuesArray") or ()
        if isinstance(part, list) and len(part) >= 3
    ]
    return _stream("body_battery", {**body, "levels": values}, "levels", 0, 100)


def _stream(name: str, body: Entry, key: str, least: float, most: float) -> Stream | None:
    when, midnight = day(body.get("calendarDate")), _midnight(body)
    if when is None or midnight is None:
        return None
    begun = midnight.timestamp()
    known = [
        (round(at_ms / 1000 - begun), round(value))
        for at_ms, value in pairs(body.get(key))
        if least <= value <= most and 0 <= at_ms / 1000 - begun < LONGEST_DAY_S
    ]
    if not known:
        return None
    return Stream(name, when, [at_s for at_s, _ in known], [value for _, value in known])


def _midnight(body: Entry) -> datetime | None:
    """Return when the day began; the Personal API says it only by the wall clock."""
    begun = moment(body.get("startTimestampGMT"))
    if begun is not None:
        return begun
    local, first = wall_clock(body.get("startTimestampLocal")), pairs(body.get("heartRateValues"))
    if local is None or not first:
        return None
    # The first value of a day is at its midnight, to the two minutes.
    return moment(first[0][0])


def time_zone(body: Entry) -> str | None:
    """Return the zone that the account is set to."""
    found: Any = at(body, "userData", "timeZone") or body.get("timeZone")
    return found if isinstance(found, str) else None
