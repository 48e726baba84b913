"""Nights: sleep and its stages, and heart rate variability."""

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import mean, pstdev
from typing import Any

import numpy as np

from runningcoach.demo.health import Health, SleepNight
from runningcoach.demo.summaries import USER_ID
from runningcoach.demo.watches import watch_on
from runningcoach.simulators.garmin import minutes, who
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.clock import iso_gmt, midnight, offset_s
from runningcoach.simulators.garmin.refusals import not_found

type Row = dict[str, Any]

_CYCLES = 5
_DEEP, _LIGHT, _REM, _AWAKE = 0.0, 1.0, 2.0, 3.0
_HRV_EVERY_S = 300
_STREAM = 102


def slept(account: SimulatedAccount, day: date) -> Health | None:
    """Return the health of a day whose night was measured, None of another."""
    known = account.health(day)
    return known if known and known.slept_with_watch else None


# ---- sleep ---------------------------------------------------------------------------------


def _sleep(context: RequestContext) -> Row:
    account, day = context.world.account, context.day("date")
    if context.path.get("name") not in (None, "", who.DISPLAY_NAME):
        raise not_found(context.path["name"])
    known = slept(account, day)
    return _measured(context, day, known) if known else _nothing(day)


def _nothing(day: date) -> Row:
    """Return the answer for a night without the watch: the shape, and no times in it."""
    dto = dict.fromkeys(_TIMES) | {"userProfilePK": USER_ID, "calendarDate": str(day)}
    return {
        "dailySleepDTO": dto | {"id": None, "sleepFromDevice": True, "retro": False},
        "sleepMovement": [],
        "remSleepData": False,
        "sleepLevels": [],
    }


_TIMES = (
    "sleepTimeSeconds", "napTimeSeconds", "sleepWindowConfirmed", "sleepWindowConfirmationType",
    "sleepStartTimestampGMT", "sleepEndTimestampGMT", "sleepStartTimestampLocal",
    "sleepEndTimestampLocal", "autoSleepStartTimestampGMT", "autoSleepEndTimestampGMT",
    "sleepQualityTypePK", "sleepResultTypePK", "unmeasurableSleepSeconds", "deepSleepSeconds",
    "lightSleepSeconds", "remSleepSeconds", "awakeSleepSeconds", "deviceRemCapable",
)  # fmt: skip


def _measured(context: RequestContext, day: date, known: Health) -> Row:
    account, (begun, ended) = context.world.account, minutes.asleep(context.world.account, day)
    cold = context.world.is_cold(day)
    return {
        "dailySleepDTO": _dto(account, day, known),
        "sleepMovement": [],
        "remSleepData": True,
        "sleepLevels": [] if cold else list(_levels(known.night, begun)),
        "sleepStress": [] if cold else _asleep_stress(account, day, known),
        "hrvData": [] if cold else _asleep_hrv(account, day, known),
        "wellnessSpO2SleepSummaryDTO": _oxygen(day, begun, ended),
        "sleepHeartRate": [] if cold else _asleep_pulse(account, day, known, begun, ended),
        "restingHeartRate": known.resting_hr_bpm,
        "avgOvernightHrv": float(known.hrv_ms),
        "hrvStatus": hrv_status(account, day)["status"],
        "bodyBatteryChange": known.battery_high - known.battery_low - 8,
        "skinTempDataExists": False,
    }


def _dto(account: SimulatedAccount, day: date, known: Health) -> Row:
    night = known.night
    return {
        **_window(account, day),
        "userProfilePK": USER_ID,
        "calendarDate": str(day),
        "sleepTimeSeconds": night.sleep_s,
        "napTimeSeconds": 0,
        "sleepWindowConfirmed": True,
        "sleepWindowConfirmationType": "enhanced_confirmed_final",
        "autoSleepStartTimestampGMT": None,
        "autoSleepEndTimestampGMT": None,
        "sleepQualityTypePK": None,
        "sleepResultTypePK": None,
        "unmeasurableSleepSeconds": 0,
        "deepSleepSeconds": night.deep_s,
        "lightSleepSeconds": night.sleep_s - night.deep_s - night.rem_s,
        "remSleepSeconds": night.rem_s,
        "awakeSleepSeconds": night.awake_s,
        "deviceRemCapable": True,
        "retro": False,
        "sleepFromDevice": True,
        **_breath(day),
        "awakeCount": 1 + night.awake_s // 1500,
        "avgSleepStress": float(max(8, known.stress - 9)),
        "ageGroup": "ADULT",
        "sleepScoreFeedback": "POSITIVE_DEEP" if night.score >= 70 else "NEGATIVE_LONG_BUT_LIGHT",
        "sleepScoreInsight": "NONE",
        "sleepScorePersonalizedInsight": "NOT_AVAILABLE",
        "sleepScores": _scores(night),
        "sleepVersion": 2,
    }


def _window(account: SimulatedAccount, day: date) -> Row:
    """Return the ends of the night.

    The local ones are no moments: Garmin adds the offset to the epoch, so that whoever reads
    them as epochs and applies the zone is off by the offset.
    """
    begun, ended = (int(1000 * moment) for moment in minutes.asleep(account, day))
    ahead = 1000 * offset_s(midnight(day, account.zone(day)))
    return {
        "id": begun,
        "sleepStartTimestampGMT": begun,
        "sleepEndTimestampGMT": ended,
        "sleepStartTimestampLocal": begun + ahead,
        "sleepEndTimestampLocal": ended + ahead,
    }


def _breath(day: date) -> Row:
    """Return oxygen and breath, which this runner has nothing remarkable in."""
    mild = float(day.toordinal() % 3)
    return {
        "averageSpO2Value": 95.0 + mild,
        "lowestSpO2Value": 86,
        "highestSpO2Value": 100,
        "averageSpO2HRSleep": 49.0,
        "averageRespirationValue": 13.0 + mild,
        "lowestRespirationValue": 9.0,
        "highestRespirationValue": 18.0,
    }


def _scores(night: SleepNight) -> Row:
    shares = {
        "remPercentage": (night.rem_s, 21.0, 31.0),
        "lightPercentage": (night.sleep_s - night.deep_s - night.rem_s, 30.0, 64.0),
        "deepPercentage": (night.deep_s, 16.0, 33.0),
    }
    return {
        "overall": {"value": night.score, "qualifierKey": _quality(night.score)},
        "totalDuration": _mark(night.sleep_s / 300, 28_800.0, 28_800.0),
        "stress": _mark(80.0, 0.0, 15.0),
        "awakeCount": _mark(100 - night.awake_s / 60, 0.0, 1.0),
        "restlessness": _mark(100 - night.awake_s / 90, 0.0, 5.0),
        **{
            name: {
                "value": round(100 * seconds / night.sleep_s),
                "qualifierKey": "GOOD",
                "optimalStart": low,
                "optimalEnd": high,
                "idealStartInSeconds": round(night.sleep_s * low / 100, 1),
                "idealEndInSeconds": round(night.sleep_s * high / 100, 1),
            }
            for name, (seconds, low, high) in shares.items()
        },
    }


def _mark(score: float, low: float, high: float) -> Row:
    return {"qualifierKey": _quality(score), "optimalStart": low, "optimalEnd": high}


def _quality(score: float) -> str:
    return next(
        word
        for least, word in ((90, "EXCELLENT"), (80, "GOOD"), (60, "FAIR"), (0, "POOR"))
        if score >= least
    )


def _levels(night: SleepNight, begun: float) -> Iterator[Row]:
    """Yield the stages of the night; each kind lasts as long as the night says."""
    light = night.sleep_s - night.deep_s - night.rem_s
    at = begun
    for number in range(_CYCLES):
        for level, whole in ((_LIGHT, light), (_DEEP, night.deep_s), (_REM, night.rem_s),
                             (_AWAKE, night.awake_s)):  # fmt: skip
            lasts = whole * (number + 1) // _CYCLES - whole * number // _CYCLES
            yield {"startGMT": iso_gmt(at), "endGMT": iso_gmt(at + lasts), "activityLevel": level}
            at += lasts


def _asleep_pulse(
    account: SimulatedAccount, day: date, known: Health, begun: float, ended: float
) -> list[Row]:
    throw = _dice(account, day)
    return [
        {"value": known.resting_hr_bpm + int(throw.integers(0, 7)), "startGMT": int(1000 * at)}
        for at in np.arange(begun, ended, 120)
    ]


def _asleep_stress(account: SimulatedAccount, day: date, known: Health) -> list[Row]:
    begun, ended = minutes.asleep(account, day)
    level = max(8, known.stress - 9)
    return [{"value": level, "startGMT": int(1000 * at)} for at in np.arange(begun, ended, 180)]


def _asleep_hrv(account: SimulatedAccount, day: date, known: Health) -> list[Row]:
    readings = hrv_readings(account, day, known)
    return [{"value": float(value), "startGMT": at} for at, value in readings]


def _oxygen(day: date, begun: float, ended: float) -> Row:
    return {
        "userProfilePk": USER_ID,
        "deviceId": watch_on(day).serial,
        "sleepMeasurementStartGMT": iso_gmt(begun),
        "sleepMeasurementEndGMT": iso_gmt(ended),
        "alertThresholdValue": None,
        "numberOfEventsBelowThreshold": None,
        "durationOfEventsBelowThreshold": None,
        "averageSPO2": _breath(day)["averageSpO2Value"],
        "averageSpO2HR": 49.0,
        "lowestSPO2": 86,
    }


def _dice(account: SimulatedAccount, day: date) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64((account.seed, day.toordinal(), _STREAM)))


def _sleep_range(context: RequestContext) -> Row:
    """Return the nights of up to 28 days, newest first, each in a few words."""
    account = context.world.account
    range_days = context.range("first", "last", most=28)
    nights = [(day, slept(account, day)) for day in reversed(range_days)]
    measured = [(day, known) for day, known in nights if known]
    lengths = [known.night.sleep_s for _, known in measured]
    return {
        "overallStats": {"averageSleepSeconds": mean(lengths) if lengths else None},
        "individualStats": [
            {"calendarDate": str(day), "values": _brief(account, day, known)}
            for day, known in measured
        ],
    }


def _brief(account: SimulatedAccount, day: date, known: Health) -> Row:
    night, window = known.night, _window(account, day)
    return {
        "totalSleepTimeInSeconds": night.sleep_s,
        "deepTime": night.deep_s,
        "lightTime": night.sleep_s - night.deep_s - night.rem_s,
        "remTime": night.rem_s,
        "awakeTime": night.awake_s,
        "sleepScore": night.score,
        "sleepScoreQuality": _quality(night.score),
        "restingHeartRate": known.resting_hr_bpm,
        "avgOvernightHrv": float(known.hrv_ms),
        "gmtSleepStartTimeInMillis": window["sleepStartTimestampGMT"],
        "gmtSleepEndTimeInMillis": window["sleepEndTimestampGMT"],
        "localSleepStartTimeInMillis": window["sleepStartTimestampLocal"],
        "localSleepEndTimeInMillis": window["sleepEndTimestampLocal"],
    }


def _personal_summaries(context: RequestContext) -> list[Row]:
    account = context.world.account
    range_days = context.range("startDate", "endDate", most=31)
    nights = ((day, slept(account, day)) for day in range_days)
    return [_dto(account, day, known) for day, known in nights if known]


# ---- heart rate variability ----------------------------------------------------------------


def hrv_status(account: SimulatedAccount, day: date) -> Row:
    """Return the night's variability against the three weeks before it."""
    week = _hrv_before(account, day, 7)
    past = _hrv_before(account, day - timedelta(days=7), 60) or week
    middle, spread = mean(past), max(3.0, pstdev(past))
    low, high = round(middle - spread), round(middle + spread)
    known = account.health(day)
    return {
        "calendarDate": str(day),
        "weeklyAvg": round(mean(week)),
        "lastNightAvg": known.hrv_ms if known else None,
        "lastNight5MinHigh": round(known.hrv_ms * 1.45) if known else None,
        "baseline": {
            "lowUpper": low - 3,
            "balancedLow": low,
            "balancedUpper": high,
            "markerValue": round(max(0.0, min(1.0, (mean(week) - low) / (high - low))), 6),
        },
        "status": _status(mean(week), low, high),
        "feedbackPhrase": f"HRV_{_status(mean(week), low, high)}_1",
        "createTimeStamp": f"{day}T07:31:04.85",
    }


def _hrv_before(account: SimulatedAccount, day: date, count: int) -> list[int]:
    nights = (slept(account, day - timedelta(days=back)) for back in range(count))
    return [known.hrv_ms for known in nights if known]


def _status(week: float, low: int, high: int) -> str:
    if low <= week <= high:
        return "BALANCED"
    return "LOW" if week < low - 3 else "UNBALANCED"


def hrv_readings(account: SimulatedAccount, day: date, known: Health) -> list[tuple[int, int]]:
    """Return five-minute values of the night: time [ms], rMSSD [ms]; their mean is the night's."""
    begun, ended = minutes.asleep(account, day)
    times = np.arange(begun + _HRV_EVERY_S, ended, _HRV_EVERY_S)
    noise = _dice(account, day).normal(0, 6, len(times))
    values = np.rint(known.hrv_ms + noise - noise.mean())
    return [(int(1000 * at), max(5, int(value))) for at, value in zip(times, values, strict=True)]


def _hrv(context: RequestContext) -> Row | None:
    account, day = context.world.account, context.day("date")
    known = slept(account, day)
    if known is None:
        return None
    begun, ended = minutes.asleep(account, day)
    ahead = offset_s(midnight(day, account.zone(day)))
    readings = [] if context.world.is_cold(day) else hrv_readings(account, day, known)
    return {
        "userProfilePk": USER_ID,
        "hrvSummary": hrv_status(account, day),
        "hrvReadings": [
            {
                "hrvValue": value,
                "readingTimeGMT": iso_gmt(at / 1000),
                "readingTimeLocal": iso_gmt(at / 1000 + ahead),
            }
            for at, value in readings
        ],
        **_ends("start", begun, ahead),
        **_ends("end", ended, ahead),
    }


def _ends(end: str, moment: float, ahead: int) -> Row:
    gmt, local = iso_gmt(moment), iso_gmt(moment + ahead)
    return {
        f"{end}TimestampGMT": gmt,
        f"{end}TimestampLocal": local,
        f"sleep{end.title()}TimestampGMT": gmt,
        f"sleep{end.title()}TimestampLocal": local,
    }


def _hrv_range(context: RequestContext) -> Row | None:
    account = context.world.account
    range_days = context.range("first", "last", most=366)
    summaries = [hrv_status(account, day) for day in range_days if slept(account, day)]
    return {"hrvSummaries": summaries, "userProfilePk": USER_ID} if summaries else None


_DAILY = "/wellness-service/wellness/dailySleepData"

ROUTES = [
    get(_DAILY, _sleep),
    get(f"{_DAILY}/{{name:path}}", _sleep),
    get("/sleep-service/sleep/dailySleepData", _sleep),
    get("/sleep-service/sleep/dailySleep", _sleep),
    get("/sleep-service/sleep/dailySleepSummariesByDate", _personal_summaries),
    get("/sleep-service/stats/sleep/daily/{first}/{last}", _sleep_range),
    get("/hrv-service/hrv/daily/{first}/{last}", _hrv_range),
    get("/hrv-service/hrv/{date}", _hrv),
]
