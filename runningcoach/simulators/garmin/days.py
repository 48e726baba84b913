"""Days: the summary of a day, and resting pulse, steps and stress by day."""

from collections.abc import Callable
from datetime import date, timedelta
from statistics import mean
from typing import Any

from runningcoach.demo.health import Health
from runningcoach.demo.summaries import USER_ID
from runningcoach.simulators.garmin import minutes, who
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.activities import row
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.clock import iso_gmt
from runningcoach.simulators.garmin.refusals import not_found

type Row = dict[str, Any]

_STEP_GOAL = 8000
_STRIDE_M = 0.82


def worn(account: SimulatedAccount, day: date) -> Health | None:
    """Return the health of a day that the watch was worn on, None of another day."""
    known = account.health(day)
    return known if known and known.is_worn else None


def resting_of_week(account: SimulatedAccount, day: date) -> int:
    """Return the mean resting pulse of the seven days to `day`."""
    week = (worn(account, day - timedelta(days=back)) for back in range(7))
    return round(mean(known.resting_hr_bpm for known in week if known))


# ---- the summary of a day ------------------------------------------------------------------


def _summary(context: RequestContext) -> Row:
    account, day = context.world.account, context.day("calendarDate")
    only_of_runner(context)
    here = minutes.span(account, day)
    summary: Row = {
        **dict.fromkeys(_UNKNOWN),
        "userProfileId": USER_ID,
        "userDailySummaryId": USER_ID,
        "calendarDate": str(day),
        "uuid": f"00000000-0000-4000-8000-{day.toordinal():012d}",
        "rule": {"typeId": 2, "typeKey": "private"},
        "dailyStepGoal": _STEP_GOAL,
        "intensityMinutesGoal": 150,
        "userFloorsAscendedGoal": 10,
        "wellnessStartTimeGmt": iso_gmt(here.begun_s),
        "wellnessStartTimeLocal": iso_gmt(here.begun_s + here.offset_s),
        "wellnessEndTimeGmt": iso_gmt(here.ended_s),
        "wellnessEndTimeLocal": iso_gmt(here.ended_s + here.end_offset_s),
        "durationInMilliseconds": int(1000 * (here.ended_s - here.begun_s)),
        "includesWellnessData": False,
        "includesActivityData": bool(account.ids_of(day)),
        "includesCalorieConsumedData": False,
        "privacyProtected": False,
        "source": "GARMIN",
    }
    known = worn(account, day)
    return summary | _measured(account, day, known) if known else summary


_UNKNOWN = (
    "totalKilocalories", "activeKilocalories", "bmrKilocalories", "wellnessKilocalories",
    "burnedKilocalories", "consumedKilocalories", "remainingKilocalories", "netCalorieGoal",
    "wellnessActiveKilocalories", "netRemainingKilocalories", "wellnessDescription",
    "totalSteps", "totalDistanceMeters", "wellnessDistanceMeters", "highlyActiveSeconds",
    "activeSeconds", "sedentarySeconds", "sleepingSeconds", "moderateIntensityMinutes",
    "vigorousIntensityMinutes", "floorsAscendedInMeters", "floorsDescendedInMeters",
    "floorsAscended", "floorsDescended", "minHeartRate", "maxHeartRate", "restingHeartRate",
    "lastSevenDaysAvgRestingHeartRate", "averageStressLevel", "maxStressLevel",
    "stressDuration", "restStressDuration", "activityStressDuration",
    "uncategorizedStressDuration", "totalStressDuration", "lowStressDuration",
    "mediumStressDuration", "highStressDuration", "stressPercentage", "restStressPercentage",
    "activityStressPercentage", "uncategorizedStressPercentage", "lowStressPercentage",
    "mediumStressPercentage", "highStressPercentage", "stressQualifier",
    "measurableAwakeDuration", "measurableAsleepDuration", "lastSyncTimestampGMT",
    "minAvgHeartRate", "maxAvgHeartRate", "bodyBatteryChargedValue", "bodyBatteryDrainedValue",
    "bodyBatteryHighestValue", "bodyBatteryLowestValue", "bodyBatteryMostRecentValue",
    "bodyBatteryDuringSleep", "bodyBatteryAtWakeTime", "bodyBatteryVersion",
    "abnormalHeartRateAlertsCount", "averageSpo2", "lowestSpo2", "latestSpo2",
    "latestSpo2ReadingTimeGmt", "latestSpo2ReadingTimeLocal",
    "averageMonitoringEnvironmentAltitude", "restingCaloriesFromActivity",
    "avgWakingRespirationValue", "highestRespirationValue", "lowestRespirationValue",
    "latestRespirationValue", "latestRespirationTimeGMT",
)  # fmt: skip


def only_of_runner(context: RequestContext) -> None:
    """Refuse to speak of anybody else."""
    if context.path.get("name") not in (None, "", who.DISPLAY_NAME):
        raise not_found(context.path["name"])


def _measured(account: SimulatedAccount, day: date, known: Health) -> Row:
    beats = [beat for _, beat in minutes.pulse(account, day, known) if beat is not None]
    morning: Row = {
        "includesWellnessData": True,
        "minHeartRate": min(beats),
        "maxHeartRate": max(beats),
        "minAvgHeartRate": min(beats),
        "maxAvgHeartRate": max(beats),
        "restingHeartRate": known.resting_hr_bpm,
        "lastSevenDaysAvgRestingHeartRate": resting_of_week(account, day),
        "sleepingSeconds": known.night.sleep_s,
        "bodyBatteryHighestValue": known.battery_high,
        "bodyBatteryAtWakeTime": known.battery_high,
        "bodyBatteryVersion": 3.0,
        "bodyBatteryMostRecentValue": known.battery_high,
        **_breath(account, day),
    }
    return morning | _evening(account, day, known) if account.is_over(day) else morning


def _breath(account: SimulatedAccount, day: date) -> Row:
    """Return oxygen and breath, as of waking."""
    _, woke = minutes.asleep(account, day)
    local = woke + minutes.span(account, day).offset_s
    return {
        "averageSpo2": 95.0,
        "lowestSpo2": 86,
        "latestSpo2": 96,
        "latestSpo2ReadingTimeGmt": iso_gmt(woke),
        "latestSpo2ReadingTimeLocal": iso_gmt(local),
        "avgWakingRespirationValue": 14.0,
        "highestRespirationValue": 21.0,
        "lowestRespirationValue": 9.0,
        "latestRespirationValue": 14.0,
        "latestRespirationTimeGMT": iso_gmt(woke),
    }


def _evening(account: SimulatedAccount, day: date, known: Health) -> Row:
    """Return what is known of a day when it is over."""
    return {
        **_energy(known),
        **_moved(account, day, known),
        **_stress_shares(_stress_times(known)),
        "totalSteps": known.steps,
        "totalDistanceMeters": round(known.steps * _STRIDE_M),
        "wellnessDistanceMeters": round(known.steps * _STRIDE_M),
        "bodyBatteryLowestValue": known.battery_low,
        "bodyBatteryMostRecentValue": known.battery_low,
        "bodyBatteryChargedValue": known.battery_high - known.battery_low - 8,
        "bodyBatteryDrainedValue": known.battery_high - known.battery_low,
        "stressQualifier": "BALANCED" if known.stress < 45 else "STRESSFUL",
        **_stress_times(known),
    }


def _energy(known: Health) -> Row:
    bmr, active = 1640.0, round(40.0 + 0.045 * known.steps, 1)
    return {
        "bmrKilocalories": bmr,
        "activeKilocalories": active,
        "wellnessActiveKilocalories": active,
        "totalKilocalories": bmr + active,
        "wellnessKilocalories": bmr + active,
        "remainingKilocalories": bmr + active,
        "netCalorieGoal": 0,
        "netRemainingKilocalories": active,
    }


def _moved(account: SimulatedAccount, day: date, known: Health) -> Row:
    """Return how the day was spent, and how hard the minutes of its runs were."""
    walking, floors = known.steps // 2, known.steps / 1600
    runs = [row(run) for run in minutes.activities(account, day)]
    awake = 86_400 - known.night.sleep_s
    return {
        "highlyActiveSeconds": walking // 4,
        "activeSeconds": walking,
        "sedentarySeconds": max(0, awake - walking - walking // 4),
        "moderateIntensityMinutes": sum(one.get("moderateIntensityMinutes", 0) for one in runs),
        "vigorousIntensityMinutes": sum(one.get("vigorousIntensityMinutes", 0) for one in runs),
        "floorsAscended": floors,
        "floorsDescended": floors,
        "floorsAscendedInMeters": 3.048 * floors,
        "floorsDescendedInMeters": 3.048 * floors,
        "measurableAwakeDuration": awake,
        "measurableAsleepDuration": known.night.sleep_s,
    }


def _stress_shares(times: Row) -> Row:
    names = ("stress", "restStress", "activityStress", "lowStress", "mediumStress", "highStress")
    whole = times["totalStressDuration"]
    shares = {f"{name}Percentage": round(100 * times[f"{name}Duration"] / whole, 2)
              for name in names}  # fmt: skip
    return shares | {"uncategorizedStressPercentage": 0.0, "uncategorizedStressDuration": 0}


def _stress_times(known: Health) -> Row:
    """Return the seconds of the day at each level of stress."""
    total = 79_200
    high, medium = total * max(0, known.stress - 25) // 400, total * known.stress // 400
    low, active = total * known.stress // 150, 3600
    return {
        "averageStressLevel": known.stress,
        "maxStressLevel": min(99, known.stress + 55),
        "totalStressDuration": total,
        "highStressDuration": high,
        "mediumStressDuration": medium,
        "lowStressDuration": low,
        "stressDuration": high + medium + low,
        "activityStressDuration": active,
        "restStressDuration": total - high - medium - low - active,
    }


def _summaries(context: RequestContext) -> Row:
    """Return the days of a range in the words of the second version; over 90 it breaks down."""
    account = context.world.account
    range_days = context.range("startDate", "endDate", most=90, status=500)
    worn_days = ((day, worn(account, day)) for day in range_days)
    return {"data": [_brief(account, day, known) for day, known in worn_days if known]}


def _brief(account: SimulatedAccount, day: date, known: Health) -> Row:
    brief: Row = {
        "calendarDate": str(day),
        "source": "DEVICE",
        "heartRate": {
            "restingValue": known.resting_hr_bpm,
            "minValue": known.resting_hr_bpm - 3,
            "maxValue": max(
                (beat for _, beat in minutes.pulse(account, day, known) if beat), default=None
            ),
        },
    }
    if not account.is_over(day):
        return brief
    movement = {"steps": known.steps, "distanceMeters": round(known.steps * _STRIDE_M)}
    levels = {"averageValue": known.stress, "maxValue": min(99, known.stress + 55)}
    return brief | {"movement": movement, "stress": levels}


# ---- ranges --------------------------------------------------------------------------------


def _resting(context: RequestContext) -> Row:
    account = context.world.account
    range_days = context.range("fromDate", "untilDate", most=367)
    return {
        "userProfileId": USER_ID,
        "statisticsStartDate": str(range_days[0]),
        "statisticsEndDate": str(range_days[-1]),
        "allMetrics": {
            "metricsMap": {
                "WELLNESS_RESTING_HEART_RATE": [_beat(account, day) for day in range_days]
            }
        },
        "groupedMetrics": None,
    }


def _beat(account: SimulatedAccount, day: date) -> Row:
    known = worn(account, day)
    return {"value": float(known.resting_hr_bpm) if known else None, "calendarDate": str(day)}


def _series(say: Callable[[Health], Row]) -> Callable[[RequestContext], list[Row]]:
    """Return the answer with `say` of every past day of a range with a watch."""

    def answer(context: RequestContext) -> list[Row]:
        account = context.world.account
        range_days = context.range("first", "last", most=28)
        worn_days = ((day, worn(account, day)) for day in range_days if account.is_over(day))
        return [{"calendarDate": str(day)} | say(known) for day, known in worn_days if known]

    return answer


def _steps(known: Health) -> Row:
    walked = round(known.steps * _STRIDE_M)
    return {"totalSteps": known.steps, "totalDistance": walked, "stepGoal": _STEP_GOAL}


def _stress_day(known: Health) -> Row:
    times = _stress_times(known)
    names = ("highStress", "lowStress", "restStress", "mediumStress")
    values = {f"{name}Duration": times[f"{name}Duration"] for name in names}
    return {"values": values | {"overallStressLevel": known.stress}}


_SUMMARY = "/usersummary-service/usersummary/daily"

ROUTES = [
    get(_SUMMARY, _summary),
    get(f"{_SUMMARY}/{{name:path}}", _summary),
    get("/usersummary-service/v2/dailysummaries", _summaries),
    get("/userstats-service/wellness/daily/{name}", _resting),
    get("/usersummary-service/stats/steps/daily/{first}/{last}", _series(_steps)),
    get("/usersummary-service/stats/stress/daily/{first}/{last}", _series(_stress_day)),
]
