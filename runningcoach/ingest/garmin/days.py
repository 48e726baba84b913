"""Parse Garmin's days: resting heart rate, stress, body battery, weight, steps, streams."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from runningcoach.ingest.garmin.json_values import Entry, at, moment, number, pairs
from runningcoach.metrics.limits import HEALTH_RANGES

type Fields = dict[str, float | None]

LONGEST_DAY = timedelta(hours=25)
"""The day on which clocks are set back."""
GREATEST_OFFSET = timedelta(hours=14)


def daily(part: Entry) -> Fields:
    """Return the fields of one day's summary, in either lane's form."""
    stress = part.get("averageStressLevel", at(part, "stress", "averageValue"))
    return {
        "resting_hr_bpm": _beats(
            part.get("restingHeartRate", at(part, "heartRate", "restingValue"))
        ),
        "average_stress": number(stress, 0, 100),
        "body_battery_max": number(part.get("bodyBatteryHighestValue"), 0, 100),
        "body_battery_min": number(part.get("bodyBatteryLowestValue"), 0, 100),
        "steps": number(part.get("totalSteps", at(part, "movement", "steps")), 0, 500_000),
    }


def resting_hr(part: Entry) -> Fields:
    """Return the resting heart rate of a day."""
    return {"resting_hr_bpm": _beats(part.get("value"))}


def _beats(value: object) -> float | None:
    return number(value, *HEALTH_RANGES["resting_hr_bpm"])


def stress(part: Entry) -> Fields:
    """Return the mean stress of a day."""
    return {"average_stress": number(at(part, "values", "overallStressLevel"), 0, 100)}


def hrv(part: Entry) -> Fields:
    """Return the HRV of the night that ended on a day [ms, rMSSD]."""
    return {"hrv_ms": number(part.get("lastNightAvg"), *HEALTH_RANGES["hrv_ms"])}


def battery(part: Entry) -> Fields:
    """Return the highest and lowest body battery of a day."""
    levels = [value for _, value in pairs(part.get("bodyBatteryValuesArray")) if 0 <= value <= 100]
    return {
        "body_battery_max": max(levels, default=None),
        "body_battery_min": min(levels, default=None),
    }


def weight(part: Entry) -> Fields:
    """Return the last weight of a day; Garmin states grams."""
    return {"weight_kg": number(at(part, "latestWeight", "weight"), 20, 400, divisor=1000)}


class DayValues(NamedTuple):
    """One stream of one day: seconds since local midnight, and the value at each."""

    name: str
    at_s: list[int]
    values: list[int]


class StreamLayout(NamedTuple):
    """Where a stream lies in an answer, and which of its values are measurements."""

    name: str
    key: str
    column: int
    least: int
    most: int


HEART_RATE = StreamLayout("heart_rate", "heartRateValues", 1, 20, 255)
STRESS = StreamLayout("stress", "stressValuesArray", 1, 0, 100)
BODY_BATTERY = StreamLayout("body_battery", "bodyBatteryValuesArray", 2, 0, 100)
"""It comes with the stress, as rows of time, status, level, version."""


def stream(kind: StreamLayout, body: Entry, when: date, home_zone: str) -> DayValues | None:
    """Return a stream of a day; None where nothing was measured."""
    rows = sorted(pairs(body.get(kind.key), kind.column))
    if not rows:
        return None
    midnight = _midnight(body, when, rows, home_zone)
    inside = _is_within_day(midnight)
    known = {
        round(at_ms / 1000 - midnight.timestamp()): round(value)
        for at_ms, value in rows
        if kind.least <= value <= kind.most and inside(at_ms)
    }
    return DayValues(kind.name, list(known), list(known.values())) if known else None


def _is_within_day(midnight: datetime) -> Callable[[float], bool]:
    """Return the predicate of times [ms] within the day that begins at `midnight`."""
    first = midnight.timestamp() * 1000
    last = first + LONGEST_DAY.total_seconds() * 1000
    return lambda at_ms: first <= at_ms < last


def _midnight(body: Entry, when: date, rows: list[tuple[float, float]], home_zone: str) -> datetime:
    """Return when the day began; the Personal API states only the wall clock."""
    naive = datetime.combine(when, time())
    stated = moment(body.get("startTimestampGMT"))
    if stated is not None and abs(stated.replace(tzinfo=None) - naive) <= GREATEST_OFFSET:
        return stated
    at_home = naive.replace(tzinfo=ZoneInfo(home_zone)).astimezone(UTC)
    first = moment(rows[0][0])
    if first is None or all(map(_is_within_day(at_home), (at_ms for at_ms, _ in rows))):
        return at_home
    # The runner was elsewhere: Garmin's rows of a day begin at its midnight.
    return first
