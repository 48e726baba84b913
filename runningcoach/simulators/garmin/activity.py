"""One activity: summary, laps, second by second, zones, weather."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from runningcoach.demo.diary import DiaryEntry
from runningcoach.demo.run import RunTrack
from runningcoach.demo.summaries import USER_ID
from runningcoach.demo.totals import totals
from runningcoach.demo.weather import air_temperature_c
from runningcoach.simulators.garmin import who
from runningcoach.simulators.garmin.activities import (
    Row,
    activity_type,
    elapsed_s,
    event_type,
    planned,
    pulse,
    row,
    track_type,
    type_key,
)
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.clock import iso_gmt
from runningcoach.simulators.garmin.refusals import not_found
from runningcoach.simulators.garmin.zones import FLOORS_BPM, seconds_in

_FORMATS = {"fit": 7, "gpx": 2}

# Channel of a track, Garmin's name of it, its unit.
_DETAILS = (
    ("heart_rate", "directHeartRate", "bpm"),
    ("enhanced_speed", "directSpeed", "mps"),
    ("distance", "sumDistance", "meter"),
    ("enhanced_altitude", "directElevation", "meter"),
    ("position_lat", "directLatitude", "dd"),
    ("position_long", "directLongitude", "dd"),
    ("cadence", "directDoubleCadence", "stepsPerMinute"),
    ("power", "directPower", "watt"),
)


def find_activity(context: RequestContext) -> DiaryEntry:
    """Return the activity of the path, a leg of a multisport one included."""
    number = context.number("id")
    whole = context.world.account.activity(number)
    activity = whole or _leg(context, number)
    if activity is None:
        raise not_found(number)
    return activity


def _leg(context: RequestContext, number: int) -> DiaryEntry | None:
    parent = context.world.account.activity(number // 10 * 10)
    legs = parent.tracks if parent and len(parent.tracks) > 1 else ()
    at = number % 10 - 2
    if parent is None or at not in range(len(legs)):
        return None
    return replace(parent, id=number, tracks=legs[at : at + 1], has_file=False)


def _summary(context: RequestContext) -> Row:
    activity = find_activity(context)
    listed = row(activity)
    return {
        "activityId": activity.id,
        "activityUUID": {"uuid": f"00000000-0000-4000-8000-{activity.id:012d}"},
        "activityName": activity.name,
        **({"description": activity.note} if activity.note else {}),
        "userProfileId": USER_ID,
        "isMultiSportParent": len(activity.tracks) > 1,
        "activityTypeDTO": activity_type(type_key(activity)),
        "eventTypeDTO": event_type(activity),
        "accessControlRuleDTO": {"typeId": 2, "typeKey": "private"},
        "timeZoneUnitDTO": _zone(activity),
        "metadataDTO": _metadata(context, activity),
        "summaryDTO": _sums(activity, listed),
        "locationName": None,
        "splitSummaries": [],
    }


def _zone(activity: DiaryEntry) -> Row:
    name = str(activity.started_at.tzinfo)
    return {"unitId": 128, "unitKey": name, "factor": 0.0, "timeZone": name}


def _metadata(context: RequestContext, activity: DiaryEntry) -> Row:
    number, key = _file_format(context, activity)
    last, *others = reversed(activity.tracks)
    children = range(len(activity.tracks)) if others else ()
    uploaded = iso_gmt(activity.head.started_at + elapsed_s(activity) + 60)
    measured = {
        "hasPolyline": "position_lat" in last.channels,
        "hasChartData": activity.has_file,
        "hasHrTimeInZones": bool(np.isfinite(pulse(activity)).any()),
        "hasPowerTimeInZones": False,
    }
    return {
        "isOriginal": True,
        "deviceApplicationInstallationId": 1003399,
        "agentApplicationInstallationId": None,
        "agentString": None,
        "fileFormat": {"formatId": number, "formatKey": key},
        "associatedCourseId": None,
        "lastUpdateDate": uploaded,
        "uploadedDate": uploaded,
        "videoUrl": None,
        **measured,
        "userInfoDto": _user(),
        "childIds": [activity.id + 2 + at for at in children],
        "childActivityTypes": [track_type(activity.tracks[at]) for at in children],
        "sensors": None,
        "activityImages": [],
        "manufacturer": "GARMIN",
        "diveNumber": None,
        "lapCount": sum(len(track.laps) for track in activity.tracks),
        "associatedWorkoutId": _workout(context, activity),
        "isAtpActivity": None,
        "deviceMetaDataDTO": _device(activity),
        **dict.fromkeys(_NOTHING),
        **dict.fromkeys(_NOT, False),
        "hasSplits": bool(activity.session.laps_by_step),
        "manualActivity": not activity.has_file,
    }


_NOTHING = (
    "eBikeMaxAssistModes", "eBikeBatteryUsage", "eBikeBatteryRemaining",
    "eBikeAssistModeInfoDTOList", "calendarEventInfo", "groupRideUUID",
)  # fmt: skip
_NOT = (
    "hasIntensityIntervals", "hasRunPowerWindData", "hasHeatMap", "personalRecord",
    "elevationCorrected", "autoCalcCalories", "favorite", "runPowerWindDataEnabled", "trimmed",
    "gcj02",
)  # fmt: skip


def _user() -> Row:
    return {
        "userProfilePk": USER_ID,
        "displayname": who.DISPLAY_NAME,
        "fullname": who.FULL_NAME,
        "profileImageUrlLarge": None,
        "profileImageUrlMedium": None,
        "profileImageUrlSmall": None,
        "userPro": False,
    }


def _device(activity: DiaryEntry) -> Row:
    watch = activity.head.watch
    return {
        "deviceId": str(watch.serial),
        "deviceTypePk": 37_000 + watch.product % 1000,
        "deviceVersionPk": 1003399,
    }


def _file_format(context: RequestContext, activity: DiaryEntry) -> tuple[int | None, str | None]:
    if activity.id in context.world.account.gpx:
        return _FORMATS["gpx"], "gpx"
    return (_FORMATS["fit"], "fit") if activity.has_file else (None, None)


# What the summary calls otherwise than the list.
_RENAMED = {
    "averageRunningCadenceInStepsPerMinute": "averageRunCadence",
    "maxRunningCadenceInStepsPerMinute": "maxRunCadence",
    "avgPower": "averagePower",
    "avgGroundContactTime": "groundContactTime",
    "avgStrideLength": "strideLength",
    "avgVerticalOscillation": "verticalOscillation",
    "avgVerticalRatio": "verticalRatio",
    "aerobicTrainingEffect": "trainingEffect",
}
_SAME = (
    "distance", "duration", "movingDuration", "elapsedDuration", "elevationGain", "elevationLoss",
    "averageSpeed", "maxSpeed", "calories", "averageHR", "maxHR", "maxPower", "minTemperature",
    "maxTemperature", "minElevation", "maxElevation", "startLatitude", "startLongitude",
    "endLatitude", "endLongitude", "anaerobicTrainingEffect", "activityTrainingLoad",
    "trainingEffectLabel", "moderateIntensityMinutes", "vigorousIntensityMinutes", "steps",
)  # fmt: skip


def _sums(activity: DiaryEntry, listed: Row) -> Row:
    begun = activity.head.started_at
    sums: Row = {
        "startTimeLocal": iso_gmt(begun + activity.utc_offset_s),
        "startTimeGMT": iso_gmt(begun),
    }
    sums |= {name: listed[name] for name in _SAME if name in listed}
    sums |= {new: listed[name] for name, new in _RENAMED.items() if name in listed}
    return sums | _felt(activity) | _stored_effects(activity)


def _felt(activity: DiaryEntry) -> Row:
    """Return what the runner put in after the run; nothing where he did not."""
    if activity.rpe is None:
        return {}
    return {"directWorkoutFeel": _feel(activity.rpe), "directWorkoutRpe": activity.rpe}


def _stored_effects(activity: DiaryEntry) -> Row:
    """Return how well a workout was kept to; a run without steps has nothing to keep to."""
    if not activity.session.laps_by_step:
        return {}
    return {"directWorkoutComplianceScore": 78 + activity.id % 21}


def _feel(rpe: int) -> int:
    """Return how strong the runner felt (0 very weak to 100 very strong): less after hard runs."""
    return 75 if rpe <= 30 else 50 if rpe <= 70 else 25


# ---- laps ----------------------------------------------------------------------------------

_LAP_FIELDS = (
    ("total_distance", "distance"), ("total_timer_time", "duration"),
    ("total_timer_time", "movingDuration"), ("total_elapsed_time", "elapsedDuration"),
    ("total_ascent", "elevationGain"), ("total_descent", "elevationLoss"),
    ("enhanced_avg_speed", "averageSpeed"), ("enhanced_max_speed", "maxSpeed"),
    ("total_calories", "calories"), ("avg_heart_rate", "averageHR"),
    ("max_heart_rate", "maxHR"), ("avg_power", "averagePower"), ("max_power", "maxPower"),
    ("avg_vertical_oscillation", "verticalOscillation"),
    ("avg_stance_time", "groundContactTime"), ("avg_vertical_ratio", "verticalRatio"),
)  # fmt: skip
_SCALES = {"verticalOscillation": 0.1}


def _laps(activity: DiaryEntry) -> Iterator[Row]:
    begun = float(activity.head.started_at)
    for track in activity.tracks:
        yield from _track_laps(activity, track, begun)
        begun += track.elapsed_s + 1


def _track_laps(activity: DiaryEntry, track: RunTrack, begun: float) -> Iterator[Row]:
    firsts = np.array([lap.first for lap in track.laps])
    lasts = np.array([lap.last for lap in track.laps])
    columns = totals(track, firsts, lasts, activity.head.watch, activity.head.mass_kg)
    for number, lap in enumerate(track.laps):
        values = {name: float(column[number]) for name, column in columns.items()}
        yield {
            "startTimeGMT": iso_gmt(begun + float(track.t_s[lap.first])),
            **_lap_values(values),
            "averageRunCadence": 2 * (values["avg_cadence"] + values["avg_fractional_cadence"]),
            "lapIndex": number + 1,
            "intensityType": lap.intensity.upper(),
        }


def _lap_values(values: dict[str, float]) -> Row:
    return {
        key: round(values[name] * _SCALES.get(key, 1.0), 3)
        for name, key in _LAP_FIELDS
        if np.isfinite(values.get(name, np.nan))
    }


def _splits(context: RequestContext) -> Row:
    activity = find_activity(context)
    return {"activityId": activity.id, "lapDTOs": list(_laps(activity)), "eventDTOs": []}


_SPLIT_TYPES = {
    "WARMUP": "INTERVAL_WARMUP", "COOLDOWN": "INTERVAL_COOLDOWN",
    "RECOVERY": "INTERVAL_RECOVERY", "REST": "INTERVAL_REST",
}  # fmt: skip


def _typed_splits(context: RequestContext) -> Row:
    activity = find_activity(context)
    splits: list[Row] = []
    for lap in _laps(activity):
        kind = _SPLIT_TYPES.get(lap["intensityType"], "INTERVAL_ACTIVE")
        named = {name: value for name, value in lap.items() if name != "intensityType"}
        splits.append(named | {"type": kind, "messageIndex": lap["lapIndex"] - 1})
    return {"activityId": activity.id, "activityUUID": None, "splits": splits}


# ---- second by second ----------------------------------------------------------------------


def _details(context: RequestContext) -> Row:
    activity = find_activity(context)
    track = activity.tracks[-1]
    most = int(context.query.get("maxChartSize", 2000))
    rows = np.arange(0, len(track.t_s), max(1, -(-len(track.t_s) // most)))
    columns = list(_columns(activity, track, rows))
    return {
        "activityId": activity.id,
        "measurementCount": len(columns),
        "metricsCount": len(rows),
        "totalMetricsCount": len(track.t_s),
        "metricDescriptors": [
            {"metricsIndex": at, "key": key, "unit": {"id": at, "key": unit, "factor": 1.0}}
            for at, (key, unit, _) in enumerate(columns)
        ],
        "activityDetailMetrics": [
            {"metrics": list(values)} for values in zip(*(c for *_, c in columns), strict=True)
        ],
        "geoPolylineDTO": None,
        "heartRateDTOs": [],
        "pendingData": False,
        "detailsAvailable": activity.has_file,
    }


def _columns(
    activity: DiaryEntry, track: RunTrack, rows: Any
) -> Iterator[tuple[str, str, list[Any]]]:
    stamps = 1000 * (activity.head.started_at + track.t_s[rows])
    yield "directTimestamp", "gmt", stamps.tolist()
    for channel, key, unit in _DETAILS:
        if channel in track.channels:
            values = np.round(track.channels[channel][rows], 6)
            yield key, unit, [float(one) if np.isfinite(one) else None for one in values]


def _zones(context: RequestContext) -> list[Row]:
    seconds = seconds_in(pulse(find_activity(context)))
    return [
        {"zoneNumber": number, "zoneLowBoundary": floor, "secsInZone": value}
        for number, (floor, value) in enumerate(zip(FLOORS_BPM, seconds, strict=True), 1)
    ]


def _weather(context: RequestContext) -> Row:
    """Return the weather in the units of the service: degrees Fahrenheit, miles an hour."""
    activity = find_activity(context)
    at = datetime.combine(activity.day, activity.started_at.timetz().replace(tzinfo=None))
    abroad = activity.session.place == "lisbon"
    fahrenheit = round(air_temperature_c(context.world.account.seed, at, abroad=abroad) * 1.8 + 32)
    return {
        "issueDate": iso_gmt(activity.head.started_at),
        "temp": fahrenheit,
        "apparentTemp": fahrenheit,
        "dewPoint": fahrenheit - 11,
        "relativeHumidity": 55 + activity.id % 30,
        "windDirection": 270,
        "windDirectionCompassPoint": "W",
        "windSpeed": 4 + activity.id % 9,
        "windGust": None,
        "latitude": 37.5,
        "longitude": 127.0,
        "weatherStationDTO": {"id": "RKSS", "name": "Made-up Station", "timezone": None},
        "weatherTypeDTO": {"weatherTypePk": None, "desc": "Fair", "image": None},
    }


def _planned(context: RequestContext) -> list[Row]:
    """Return the workout that was carried out, in a list."""
    workout = _workout(context, find_activity(context))
    return [context.world.shelf.workouts[workout]] if workout else []


def _workout(context: RequestContext, activity: DiaryEntry) -> int | None:
    is_whole = context.world.account.activity(activity.id) is not None
    return planned(context, activity.id) if is_whole else None


_ONE = "/activity-service/activity/{id:int}"

ROUTES = [
    get(_ONE, _summary),
    get(f"{_ONE}/details", _details),
    get(f"{_ONE}/splits", _splits),
    get(f"{_ONE}/laps", _splits),
    get(f"{_ONE}/typedsplits", _typed_splits),
    get(f"{_ONE}/hrTimeInZones", _zones),
    get(f"{_ONE}/weather", _weather),
    get(f"{_ONE}/workouts", _planned),
]
