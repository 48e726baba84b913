"""The intraday streams of a day: heart rate, stress, Body Battery; and cold storage."""

from datetime import date
from typing import Any

from runningcoach.demo.health import Health
from runningcoach.demo.summaries import USER_ID
from runningcoach.simulators.garmin import minutes
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.asking import RequestContext, get, route
from runningcoach.simulators.garmin.clock import iso_gmt
from runningcoach.simulators.garmin.days import only_of_runner, resting_of_week, worn

type Row = dict[str, Any]


def _pulse(context: RequestContext) -> Row:
    account, day = context.world.account, context.day("date")
    only_of_runner(context)
    row: Row = {
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
    return row | _beats(context, day, known) if known else row


def _beats(context: RequestContext, day: date, known: Health) -> Row:
    account = context.world.account
    values = minutes.pulse(account, day, known)
    beats = [beat for _, beat in values if beat is not None]
    row: Row = {
        "maxHeartRate": max(beats),
        "minHeartRate": min(beats),
        "restingHeartRate": known.resting_hr_bpm,
        "lastSevenDaysAvgRestingHeartRate": resting_of_week(account, day),
    }
    if context.world.is_cold(day):
        return row
    described = [{"key": "timestamp", "index": 0}, {"key": "heartrate", "index": 1}]
    return row | {"heartRateValues": values, "heartRateValueDescriptors": described}


def _stress(context: RequestContext) -> Row:
    account, day = context.world.account, context.day("date")
    known = worn(account, day)
    measured = None if context.world.is_cold(day) else known
    return {
        "userProfilePK": USER_ID,
        "calendarDate": str(day),
        **minutes.span(account, day).stamps,
        "maxStressLevel": min(99, known.stress + 55) if known else None,
        "avgStressLevel": known.stress if known else None,
        "stressChartValueOffset": 1,
        "stressChartYAxisOrigin": -1,
        **_stress_values(account, day, measured),
    }


def _stress_values(account: SimulatedAccount, day: date, known: Health | None) -> Row:
    """Return the minutes of stress and Body Battery, empty columns when there are none."""
    return {
        "stressValueDescriptorsDTOList": _STRESS_COLUMNS if known else [],
        "stressValuesArray": minutes.stress(account, day, known) if known else [],
        "bodyBatteryValueDescriptorsDTOList": _BATTERY_COLUMNS if known else [],
        "bodyBatteryValuesArray": _battery_values(account, day, known) if known else [],
    }


def _battery_values(account: SimulatedAccount, day: date, known: Health) -> list[list[Any]]:
    return [[at, "MEASURED", level, 3.0] for at, level in minutes.battery(account, day, known)]


_STRESS_COLUMNS = [{"key": "timestamp", "index": 0}, {"key": "stressLevel", "index": 1}]
_BATTERY_COLUMNS = [
    {"bodyBatteryValueDescriptorIndex": at, "bodyBatteryValueDescriptorKey": key}
    for at, key in enumerate(
        ("timestamp", "bodyBatteryStatus", "bodyBatteryLevel", "bodyBatteryVersion")
    )
]


def _battery(context: RequestContext) -> list[Row]:
    account = context.world.account
    range_days = context.range("startDate", "endDate", most=31)
    worn_days = ((day, worn(account, day)) for day in range_days)
    return [_battery_day(account, day, known) for day, known in worn_days if known]


def _battery_day(account: SimulatedAccount, day: date, known: Health) -> Row:
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


def _reload(context: RequestContext) -> Row:
    """Fetch a day out of cold storage: at once, where Garmin takes its time."""
    day = context.day("date")
    status = "SUBMITTED" if context.world.is_cold(day) else "COMPLETE"
    context.world.reloaded.add(day)
    return {
        "userProfilePk": USER_ID,
        "calendarDate": str(day),
        "status": status,
        "source": "USER",
        "ghReloadMetaData": "",
        "createDate": iso_gmt(context.world.clock.now()),
        "deviceList": None,
    }


_PULSE = "/wellness-service/wellness/dailyHeartRate"

ROUTES = [
    get(_PULSE, _pulse),
    get(f"{_PULSE}/{{name:path}}", _pulse),
    get("/wellness-service/wellness/dailyStress/{date}", _stress),
    get("/wellness-service/wellness/bodyBattery/reports/daily", _battery),
    route("POST", "/wellness-service/wellness/epoch/request/{date}", _reload),
]
