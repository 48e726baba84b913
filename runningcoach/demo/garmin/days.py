"""Days: the summary of a day, and pulse, stress, steps and Body Battery by day and by minute."""

from collections.abc import Callable
from datetime import date, timedelta
from statistics import mean
from typing import Any

from runningcoach.demo.garmin import minutes, who
from runningcoach.demo.garmin.account import Account
from runningcoach.demo.garmin.activities import row
from runningcoach.demo.garmin.asking import Ask, get, not_found, route
from runningcoach.demo.garmin.clock import iso_gmt
from runningcoach.demo.health import Health
from runningcoach.demo.summaries import USER_ID

type Row = dict[str, Any]

_STEP_GOAL = 8000
_STRIDE_M = 0.82


def worn(account: Account, day: date) -> Health | None:
    """Return the health of a day that the watch was worn on, None of another day."""
    known = account.health(day)
    return known if known and known.is_worn else None


def resting_of_week(account: Account, day: date) -> int:
    """Return the mean resting pulse of the seven days to `day`."""
    week = (worn(account, day - timedelta(days=back)) for back in range(7))
    return round(mean(known.resting_hr_bpm for known in week if known))


# ---- the summary of a day ------------------------------------------------------------------


def _summary(ask: Ask) -> Row:
    account, day = ask.world.account, ask.day("calendarDate")
    _is_runner(ask)
    here = minutes.span(account, day)
    found: Row = {
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
    return found | _measured(account, day, known) if known else found


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


def _is_runner(ask: Ask) -> None:
    """Refuse to speak of anybody else."""
    if ask.path.get("name") not in (None, "", who.DISPLAY_NAME):
        raise not_found(ask.path["name"])


def _measured(account: Account, day: date, known: Health) -> Row:
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


def _breath(account: Account, day: date) -> Row:
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


def _evening(account: Account, day: date, known: Health) -> Row:
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


def _moved(account: Account, day: date, known: Health) -> Row:
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


def _summaries(ask: Ask) -> Row:
    """Return the days of a range in the words of the second version; over 90 it breaks down."""
    account = ask.world.account
    asked = ask.range("startDate", "endDate", most=90, status=500)
    found = ((day, worn(account, day)) for day in asked)
    return {"data": [_brief(account, day, known) for day, known in found if known]}


def _brief(account: Account, day: date, known: Health) -> Row:
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


def _resting(ask: Ask) -> Row:
    account = ask.world.account
    asked = ask.range("fromDate", "untilDate", most=367)
    return {
        "userProfileId": USER_ID,
        "statisticsStartDate": str(asked[0]),
        "statisticsEndDate": str(asked[-1]),
        "allMetrics": {
            "metricsMap": {"WELLNESS_RESTING_HEART_RATE": [_beat(account, day) for day in asked]}
        },
        "groupedMetrics": None,
    }


def _beat(account: Account, day: date) -> Row:
    known = worn(account, day)
    return {"value": float(known.resting_hr_bpm) if known else None, "calendarDate": str(day)}


def _series(say: Callable[[Health], Row]) -> Callable[[Ask], list[Row]]:
    """Return the answer that says `say` of every past day of a range with a watch."""

    def answer(ask: Ask) -> list[Row]:
        account = ask.world.account
        asked = ask.range("first", "last", most=28)
        found = ((day, worn(account, day)) for day in asked if account.is_over(day))
        return [{"calendarDate": str(day)} | say(known) for day, known in found if known]

    return answer


def _steps(known: Health) -> Row:
    walked = round(known.steps * _STRIDE_M)
    return {"totalSteps": known.steps, "totalDistance": walked, "stepGoal": _STEP_GOAL}


def _stress_day(known: Health) -> Row:
    times = _stress_times(known)
    names = ("highStress", "lowStress", "restStress", "mediumStress")
    values = {f"{name}Duration": times[f"{name}Duration"] for name in names}
    return {"values": values | {"overallStressLevel": known.stress}}


# ---- minutes -------------------------------------------------------------------------------


def _pulse(ask: Ask) -> Row:
    account, day = ask.world.account, ask.day("date")
    _is_runner(ask)
    found: Row = {
        "userProfilePK": USER_ID,
        "calendarDate": str(day),
        **minutes.span(account, day).stamps,
        "maxHeartRate": None,
        "minHeartRate": None,
        "restingHeartRate": None,
        "lastSevenDaysAvgRestingHeartRate": None,
        "heartRateValueDescriptors": None,
        "heartRateValues": None,
    }
    known = worn(account, day)
    return found | _beats(ask, day, known) if known else found


def _beats(ask: Ask, day: date, known: Health) -> Row:
    account = ask.world.account
    values = minutes.pulse(account, day, known)
    beats = [beat for _, beat in values if beat is not None]
    found: Row = {
        "maxHeartRate": max(beats),
        "minHeartRate": min(beats),
        "restingHeartRate": known.resting_hr_bpm,
        "lastSevenDaysAvgRestingHeartRate": resting_of_week(account, day),
    }
    if ask.world.is_cold(day):
        return found
    described = [{"key": "timestamp", "index": 0}, {"key": "heartrate", "index": 1}]
    return found | {"heartRateValues": values, "heartRateValueDescriptors": described}


def _stress(ask: Ask) -> Row:
    account, day = ask.world.account, ask.day("date")
    known = worn(account, day)
    shown = None if ask.world.is_cold(day) else known
    return {
        "userProfilePK": USER_ID,
        "calendarDate": str(day),
        **minutes.span(account, day).stamps,
        "maxStressLevel": min(99, known.stress + 55) if known else None,
        "avgStressLevel": known.stress if known else None,
        "stressChartValueOffset": 1,
        "stressChartYAxisOrigin": -1,
        **_stress_values(account, day, shown),
    }


def _stress_values(account: Account, day: date, known: Health | None) -> Row:
    """Return the minutes of stress and Body Battery, empty columns when there are none."""
    return {
        "stressValueDescriptorsDTOList": _STRESS_COLUMNS if known else [],
        "stressValuesArray": minutes.stress(account, day, known) if known else [],
        "bodyBatteryValueDescriptorsDTOList": _BATTERY_COLUMNS if known else [],
        "bodyBatteryValuesArray": _battery_values(account, day, known) if known else [],
    }


def _battery_values(account: Account, day: date, known: Health) -> list[list[Any]]:
    return [[at, "MEASURED", level, 3.0] for at, level in minutes.battery(account, day, known)]


_STRESS_COLUMNS = [{"key": "timestamp", "index": 0}, {"key": "stressLevel", "index": 1}]
_BATTERY_COLUMNS = [
    {"bodyBatteryValueDescriptorIndex": at, "bodyBatteryValueDescriptorKey": key}
    for at, key in enumerate(
        ("timestamp", "bodyBatteryStatus", "bodyBatteryLevel", "bodyBatteryVersion")
    )
]


def _battery(ask: Ask) -> list[Row]:
    account = ask.world.account
    asked = ask.range("startDate", "endDate", most=31)
    found = ((day, worn(account, day)) for day in asked)
    return [_battery_day(account, day, known) for day, known in found if known]


def _battery_day(account: Account, day: date, known: Health) -> Row:
    values = minutes.battery(account, day, known)
    corners = [values[0], max(values, key=lambda pair: pair[1]), values[-1]]
    begun, ended = minutes.asleep(account, day)
    return {
        "date": str(day),
        "charged": known.battery_high - known.battery_low - 8,
        "drained": known.battery_high - known.battery_low,
        **minutes.span(account, day).stamps,
        "bodyBatteryValuesArray": [list(corner) for corner in corners],
        "bodyBatteryValueDescriptorDTOList": [
            {"bodyBatteryValueDescriptorIndex": at, "bodyBatteryValueDescriptorKey": key}
            for at, key in enumerate(("timestamp", "bodyBatteryLevel"))
        ],
        "bodyBatteryActivityEvent": [
            {
                "eventType": "SLEEP",
                "eventStartTimeGmt": iso_gmt(begun),
                "timezoneOffset": 1000 * minutes.span(account, day).offset_s,
                "durationInMilliseconds": int(1000 * (ended - begun)),
                "bodyBatteryImpact": known.battery_high - known.battery_low - 8,
                "feedbackType": "NONE",
                "shortFeedback": "NONE",
            }
        ],
    }


def _reload(ask: Ask) -> Row:
    """Fetch a day out of cold storage: at once, where Garmin takes its time."""
    day = ask.day("date")
    status = "SUBMITTED" if ask.world.is_cold(day) else "COMPLETE"
    ask.world.reloaded.add(day)
    return {
        "userProfilePk": USER_ID,
        "calendarDate": str(day),
        "status": status,
        "source": "USER",
        "ghReloadMetaData": "",
        "createDate": iso_gmt(ask.world.clock.now()),
        "deviceList": None,
    }


_SUMMARY = "/usersummary-service/usersummary/daily"
_PULSE = "/wellness-service/wellness/dailyHeartRate"

ROUTES = [
    get(_SUMMARY, _summary),
    get(f"{_SUMMARY}/{{name:path}}", _summary),
    get("/usersummary-service/v2/dailysummaries", _summaries),
    get("/userstats-service/wellness/daily/{name}", _resting),
    get("/usersummary-service/stats/steps/daily/{first}/{last}", _series(_steps)),
    get("/usersummary-service/stats/stress/daily/{first}/{last}", _series(_stress_day)),
    get(_PULSE, _pulse),
    get(f"{_PULSE}/{{name:path}}", _pulse),
    get("/wellness-service/wellness/dailyStress/{date}", _stress),
    get("/wellness-service/wellness/bodyBattery/reports/daily", _battery),
    route("POST", "/wellness-service/wellness/epoch/request/{date}", _reload),
]
