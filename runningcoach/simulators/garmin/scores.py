"""Garmin's own scores: readiness, training status, VO2max, predictions, threshold, records."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from runningcoach.demo import physiology
from runningcoach.demo.body import TrainingDay
from runningcoach.demo.diary import DiaryEntry
from runningcoach.demo.health import Health
from runningcoach.demo.run import RunTrack
from runningcoach.demo.season import HALF_M, MARATHON_M
from runningcoach.demo.summaries import USER_ID
from runningcoach.demo.watches import watch_on
from runningcoach.simulators.garmin import minutes
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.activities import elapsed_s
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.clock import iso_gmt
from runningcoach.simulators.garmin.nights import hrv_status, slept
from runningcoach.simulators.garmin.zones import threshold_bpm, threshold_mps

type Row = dict[str, Any]

_FACTORS = ("sleepScore", "recoveryTime", "acwr", "stressHistory", "hrv", "sleepHistory")
_PREDICTED = (
    ("time5K", 5000.0), ("time10K", 10_000.0), ("timeHalfMarathon", HALF_M),
    ("timeMarathon", MARATHON_M),
)  # fmt: skip
_TEN_TO_ONE = 10.0
"""The service says speeds at threshold in tens of metres a second."""


# ---- readiness -----------------------------------------------------------------------------


def _readiness(context: RequestContext) -> list[Row]:
    return _readiness_of(context.world.account, context.day("date"))


def _readiness_range(context: RequestContext) -> list[Row]:
    account, range_days = context.world.account, context.range("first", "last", most=367)
    return [row for day in reversed(range_days) for row in _readiness_of(account, day)]


def _readiness_of(account: SimulatedAccount, day: date) -> list[Row]:
    """Return the day's readiness, newest first: on waking, after each run, in the evening."""
    known, state = slept(account, day), account.state(day)
    if known is None or state is None:
        return []
    score = _score(known, state)
    _, woke = minutes.asleep(account, day)
    rows = [_readiness_row(account, day, known, score, woke, "AFTER_WAKEUP_RESET")]
    for number, run in enumerate(reversed(minutes.activities(account, day)), 1):
        ended = run.head.started_at + elapsed_s(run)
        lower = max(1, score - 16 * number)
        rows.append(_readiness_row(account, day, known, lower, ended, "AFTER_POST_EXERCISE_RESET"))
    if account.is_over(day):
        late = minutes.span(account, day).ended_s - 1800
        last = max(1, rows[-1]["score"] + 3)
        rows.append(_readiness_row(account, day, known, last, late, "UPDATE_REALTIME_VARIABLES"))
    return sorted(rows, key=lambda row: row["timestamp"], reverse=True)


def _score(known: Health, state: TrainingDay) -> int:
    rested = 0.5 * (known.night.score - 70) + 0.6 * (state.fitness - state.fatigue)
    return round(min(98, max(3, 66 + rested)))


def _readiness_row(
    account: SimulatedAccount, day: date, known: Health, score: int, at_s: float, context: str
) -> Row:
    state = account.state(day)
    local = at_s + minutes.span(account, day).offset_s
    factors = {f"{name}FactorPercent": min(99, max(1, score + 5)) for name in _FACTORS}
    words = {f"{name}FactorFeedback": _word(score) for name in _FACTORS}
    return {
        "userProfilePK": USER_ID,
        "calendarDate": str(day),
        "timestamp": iso_gmt(at_s),
        "timestampLocal": iso_gmt(local),
        "deviceId": watch_on(day).serial,
        "level": _level(score),
        "feedbackLong": "NONE",
        "feedbackShort": "NONE",
        "score": score,
        "sleepScore": known.night.score,
        "recoveryTime": max(0, 60 * round(0.6 * (100 - score))),
        "acuteLoad": round(7 * state.fatigue) if state else 0,
        "hrvWeeklyAverage": hrv_status(account, day)["weeklyAvg"],
        **factors,
        **words,
        "validSleep": True,
        "inputContext": context,
        "primaryActivityTracker": True,
        "recoveryTimeChangePhrase": None,
        **{f"{name}FactorFeedbackPhrase": None for name in _FACTORS},
    }


def _level(score: int) -> str:
    return (
        "HIGH" if score >= 75 else "MODERATE" if score >= 50 else "LOW" if score >= 25 else "POOR"
    )


def _word(score: int) -> str:
    return "GOOD" if score >= 70 else "MODERATE" if score >= 40 else "POOR"


# ---- training status -----------------------------------------------------------------------


def _status(context: RequestContext) -> Row:
    account, day = context.world.account, context.day("date")
    state = account.state(day)
    device = watch_on(day)
    devices = [{"deviceId": device.serial, "imageURL": "", "deviceName": device.name,
                "category": 0}]  # fmt: skip
    per_device = {str(device.serial): _status_row(state)} if state else {}
    balance = {str(device.serial): _balance_row(state)} if state else {}
    return {
        "userId": USER_ID,
        "mostRecentVO2Max": {
            "userId": USER_ID,
            "generic": _vo2max_row(state) if state else None,
            "cycling": None,
            "heatAltitudeAcclimation": None,
        },
        "mostRecentTrainingLoadBalance": {
            "userId": USER_ID,
            "metricsTrainingLoadBalanceDTOMap": balance,
            "recordedDevices": devices,
        },
        "mostRecentTrainingStatus": {
            "userId": USER_ID,
            "latestTrainingStatusData": per_device,
            "recordedDevices": devices,
            "showSelector": False,
            "lastPrimarySyncDate": str(day),
        },
        "heatAltitudeAcclimationDTO": None,
    }


def _status_row(state: TrainingDay) -> Row:
    acute, chronic = 7 * state.fatigue, 7 * state.fitness
    ratio = acute / chronic if chronic else 0.0
    number, word = _trend(ratio)
    return {
        "calendarDate": str(state.day),
        "sinceDate": str(state.day - timedelta(days=state.day.weekday())),
        "weeklyTrainingLoad": None,
        "trainingStatus": number,
        "timestamp": 1000 * 86_400 * (state.day.toordinal() - 719_163),
        "deviceId": watch_on(state.day).serial,
        "loadTunnelMin": None,
        "loadTunnelMax": None,
        "loadLevelTrend": None,
        "sport": "RUNNING",
        "subSport": "GENERIC",
        "fitnessTrendSport": "RUNNING",
        "fitnessTrend": 2 if ratio > 1 else 1,
        "trainingStatusFeedbackPhrase": f"{word}_1",
        "trainingPaused": False,
        "acuteTrainingLoadDTO": {
            "acwrPercent": min(99, round(50 * ratio)),
            "acwrStatus": "OPTIMAL" if 0.8 <= ratio <= 1.5 else "LOW" if ratio < 0.8 else "HIGH",
            "acwrStatusFeedback": "FEEDBACK_1",
            "dailyTrainingLoadAcute": round(acute),
            "maxTrainingLoadChronic": 1.5 * round(chronic),
            "minTrainingLoadChronic": 0.8 * round(chronic),
            "dailyTrainingLoadChronic": round(chronic),
            "dailyAcuteChronicWorkloadRatio": round(ratio, 1),
        },
        "primaryTrainingDevice": True,
    }


def _trend(ratio: float) -> tuple[int, str]:
    if ratio < 0.6:
        return 1, "DETRAINING"
    if ratio < 0.9:
        return 5, "RECOVERY"
    return (7, "PRODUCTIVE") if ratio < 1.4 else (8, "STRAINED")


def _balance_row(state: TrainingDay) -> Row:
    month = 30 * state.fitness
    return {
        "calendarDate": str(state.day),
        "deviceId": watch_on(state.day).serial,
        "monthlyLoadAerobicLow": round(0.55 * month, 2),
        "monthlyLoadAerobicHigh": round(0.35 * month, 2),
        "monthlyLoadAnaerobic": round(0.10 * month, 2),
        "monthlyLoadAerobicLowTargetMin": round(0.3 * month),
        "monthlyLoadAerobicLowTargetMax": round(0.6 * month),
        "monthlyLoadAerobicHighTargetMin": round(0.3 * month),
        "monthlyLoadAerobicHighTargetMax": round(0.6 * month),
        "monthlyLoadAnaerobicTargetMin": 0,
        "monthlyLoadAnaerobicTargetMax": round(0.3 * month),
        "trainingBalanceFeedbackPhrase": "BALANCED",
        "primaryTrainingDevice": True,
    }


# ---- VO2max and predictions ----------------------------------------------------------------


def _vo2max_row(state: TrainingDay) -> Row:
    return {
        "calendarDate": str(state.day),
        "vo2MaxPreciseValue": round(state.vo2max, 1),
        "vo2MaxValue": float(round(state.vo2max)),
        "fitnessAge": None,
        "fitnessAgeDescription": None,
        "maxMetCategory": 0,
    }


def _vo2max(context: RequestContext) -> list[Row]:
    """Return the estimates of a range: only days with a run have one."""
    account, range_days = context.world.account, context.range("first", "last", most=367)
    states = (account.state(day) for day in range_days if account.is_over(day))
    return [
        {"userId": USER_ID, "generic": _vo2max_row(state), "cycling": None,
         "heatAltitudeAcclimation": None}
        for state in states if state and state.session
    ]  # fmt: skip


def _predictions_row(state: TrainingDay) -> Row:
    seconds = {
        name: round(length / physiology.race_speed(length, state.vo2max))
        for name, length in _PREDICTED
    }
    return {"userId": USER_ID, "fromCalendarDate": None, "toCalendarDate": None,
            "calendarDate": str(state.day)} | seconds  # fmt: skip


def _latest_predictions(context: RequestContext) -> Row:
    account = context.world.account
    state = account.state(account.until)
    return _predictions_row(state) if state else {}


def _predictions(context: RequestContext) -> list[Row]:
    account = context.world.account
    range_days = context.range("fromCalendarDate", "toCalendarDate", most=367)
    states = [state for day in range_days if (state := account.state(day))]
    if context.path["kind"] == "monthly":
        states = [state for state in states if state.day.day == 1]
    return [_predictions_row(state) for state in states]


# ---- threshold -----------------------------------------------------------------------------


def _threshold(context: RequestContext) -> list[Row]:
    """Return the latest threshold as the service does: two rows, one of them misspelt."""
    account = context.world.account
    state = account.state(account.until)
    if state is None:
        return []
    head = {"userProfilePK": USER_ID, "version": 1, "calendarDate": f"{state.day}T07:30:00.0",
            "sequence": state.day.toordinal()}  # fmt: skip
    return [
        head | {"speed": round(threshold_mps(state) / _TEN_TO_ONE, 6), "hearRate": None,
                "heartRateCycling": None},
        head | {"speed": None, "hearRate": threshold_bpm(state, account.seed),
                "heartRateCycling": None},
    ]  # fmt: skip


def _threshold_range(context: RequestContext) -> list[Row]:
    account, range_days = context.world.account, context.range("first", "last", most=367)
    speed = context.path["kind"] == "Speed"
    rows: list[Row] = []
    for day in range_days:
        state = account.state(day)
        if state and day.day == 1:
            value = (
                threshold_mps(state) / _TEN_TO_ONE if speed else threshold_bpm(state, account.seed)
            )
            rows.append({"from": str(day), "until": str(day), "series": "running",
                          "value": value, "updatedDate": str(day)})  # fmt: skip
    return rows


def _power(context: RequestContext) -> list[Row]:
    account = context.world.account
    return [{"userProfilePk": USER_ID, "calendarDate": str(account.until), "sport": "RUNNING",
             "functionalThresholdPower": None, "weight": None, "powerToWeight": None}]  # fmt: skip


def _no_power(context: RequestContext) -> list[Row]:
    """Return the threshold power of a runner who never had one measured."""
    context.range("first", "last", most=367)
    return []


# ---- records -------------------------------------------------------------------------------

_RECORDS = ((1, 1000.0), (2, 1609.344), (3, 5000.0), (4, 10_000.0), (5, HALF_M), (6, MARATHON_M))
_LONGEST = 7


def _records(context: RequestContext) -> list[Row]:
    """Return the records: fastest from the start of a race, and the longest run."""
    account = context.world.account
    races = [run for run in _races(account) if run.has_file]
    rows: list[Row] = []
    for kind, length in _RECORDS:
        timed = [(time, run) for run in races if (time := _time_over(run.tracks[0], length))]
        if timed:
            best, run = min(timed, key=lambda pair: pair[0])
            rows.append(_record(kind, run, best))
    longest = _longest(account)
    return [*rows, _record(_LONGEST, longest, _metres(longest))] if longest else rows


def _races(account: SimulatedAccount) -> Iterator[DiaryEntry]:
    for state in account.states():
        if state.session and state.session.is_race and account.is_over(state.day):
            runs = (account.activity(number) for number in account.ids_of(state.day))
            yield from (run for run in runs if run and run.session.is_race)


def _time_over(track: RunTrack, length_m: float) -> float | None:
    """Return the seconds for the first `length_m`, None when the run was shorter."""
    distance = track.channels["distance"]
    if distance[-1] < length_m:
        return None
    return float(np.interp(length_m, distance, track.t_s))


def _longest(account: SimulatedAccount) -> DiaryEntry | None:
    past = [state for state in account.states() if state.session and account.is_over(state.day)]
    if not past:
        return None
    state = max(past, key=lambda one: one.session.distance_m if one.session else 0)
    runs = [account.activity(number) for number in account.ids_of(state.day)]
    return max((run for run in runs if run), key=_metres, default=None)


def _metres(run: DiaryEntry) -> float:
    return float(run.tracks[-1].channels["distance"][-1])


def _record(kind: int, run: DiaryEntry, value: float) -> Row:
    begun, local = run.head.started_at, run.head.started_at + run.utc_offset_s
    return {
        "id": 2_000_000_000 + kind,
        "typeId": kind,
        "status": "ACCEPTED",
        "activityId": run.id,
        "activityName": run.name,
        "activityType": "running",
        "activityStartDateTimeInGMT": 1000 * begun,
        "actStartDateTimeInGMTFormatted": iso_gmt(begun),
        "activityStartDateTimeLocal": 1000 * local,
        "activityStartDateTimeLocalFormatted": iso_gmt(local),
        "value": round(value, 3),
        "prStartTimeGmt": 1000 * begun,
        "prStartTimeGmtFormatted": iso_gmt(begun),
        "prStartTimeLocal": None,
        "prStartTimeLocalFormatted": None,
        "prTypeLabelKey": None,
        "poolLengthUnit": None,
    }


_METRICS = "/metrics-service/metrics"
_STATS = "/biometric-service/stats"

ROUTES = [
    get(f"{_METRICS}/trainingreadiness/{{date}}", _readiness),
    get(f"{_METRICS}/trainingreadiness/{{first}}/{{last}}", _readiness_range),
    get(f"{_METRICS}/trainingstatus/aggregated/{{date}}", _status),
    get(f"{_METRICS}/maxmet/daily/{{first}}/{{last}}", _vo2max),
    get(f"{_METRICS}/racepredictions/latest/{{name}}", _latest_predictions),
    get(f"{_METRICS}/racepredictions/{{kind}}/{{name}}", _predictions),
    get("/biometric-service/biometric/latestLactateThreshold", _threshold),
    get("/biometric-service/biometric/powerToWeight/latest/{date}", _power),
    get(f"{_STATS}/functionalThresholdPower/range/{{first}}/{{last}}", _no_power),
    get(f"{_STATS}/lactateThreshold{{kind:str}}/range/{{first}}/{{last}}", _threshold_range),
    get("/personalrecord-service/personalrecord/prs/{name}", _records),
]
