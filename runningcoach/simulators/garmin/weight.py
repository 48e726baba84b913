"""Weighings, in grams, before breakfast."""

from datetime import date, timedelta
from statistics import mean
from typing import Any

from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.clock import midnight, offset_s

type Row = dict[str, Any]

_AFTER_MIDNIGHT_S = 6 * 3600 + 40 * 60
_HEIGHT_M = 1.76
_COMPOSITION = (
    "bodyFat", "bodyWater", "boneMass", "muscleMass", "physiqueRating", "visceralFat",
    "metabolicAge",
)  # fmt: skip


def _weighings(account: SimulatedAccount, range_days: list[date]) -> list[tuple[date, float]]:
    """Return the days with a weighing, newest first, and the grams."""
    known = [account.health(day) for day in reversed(range_days)]
    return [(one.day, round(1000 * one.weight_kg, 1)) for one in known if one and one.weight_kg]


def _before(account: SimulatedAccount, day: date) -> float:
    """Return the grams of the weighing before that of `day`; its own when it was the first."""
    earlier_days = [day - timedelta(days=back) for back in range(1, 60)]
    earlier = _weighings(account, earlier_days[::-1]) or _weighings(account, [day])
    return earlier[0][1]


def _sample(account: SimulatedAccount, day: date, grams: float) -> Row:
    before = _before(account, day)
    dawn = midnight(day, account.zone(day))
    moment = 1000 * int(dawn.timestamp() + _AFTER_MIDNIGHT_S)
    return {
        "samplePk": moment + 1,
        "date": moment + 1000 * offset_s(dawn),
        "calendarDate": str(day),
        "weight": grams,
        "bmi": round(grams / 1000 / _HEIGHT_M**2, 1),
        **dict.fromkeys(_COMPOSITION),
        "sourceType": "INDEX_SCALE",
        "timestampGMT": moment,
        "weightDelta": round(grams - before, 1),
    }


def _mean(range_days: list[date], grams: list[float]) -> Row:
    return {
        "from": 86_400_000 * (range_days[0].toordinal() - 719_163),
        "until": 86_400_000 * (range_days[-1].toordinal() - 719_162) - 1,
        "weight": mean(grams) if grams else None,
        "bmi": None,
        **dict.fromkeys(_COMPOSITION),
    }


_NO_SAMPLE: Row = dict.fromkeys(
    ("samplePk", "date", "calendarDate", "weight", "bmi", *_COMPOSITION, "sourceType",
     "timestampGMT", "weightDelta")
)  # fmt: skip


def _range(context: RequestContext) -> Row:
    account, range_days = context.world.account, context.range("first", "last", most=3700)
    weighed = _weighings(account, range_days)
    return {
        "dailyWeightSummaries": [_summary(account, day, grams) for day, grams in weighed],
        "totalAverage": _mean(range_days, [grams for _, grams in weighed]),
        "previousDateWeight": _NO_SAMPLE,
        "nextDateWeight": _NO_SAMPLE,
    }


def _summary(account: SimulatedAccount, day: date, grams: float) -> Row:
    sample = _sample(account, day, grams)
    return {
        "summaryDate": str(day),
        "numOfWeightEntries": 1,
        "minWeight": grams,
        "maxWeight": grams,
        "latestWeight": sample,
        "allWeightMetrics": [sample],
    }


def _composition(context: RequestContext) -> Row:
    account, range_days = context.world.account, context.range("startDate", "endDate", most=3700)
    weighed = _weighings(account, range_days)
    return {
        "startDate": str(range_days[0]),
        "endDate": str(range_days[-1]),
        "dateWeightList": [_sample(account, day, grams) for day, grams in weighed],
        "totalAverage": _mean(range_days, [grams for _, grams in weighed]),
    }


ROUTES = [
    get("/weight-service/weight/range/{first}/{last}", _range),
    get("/weight-service/weight/dateRange", _composition),
]
