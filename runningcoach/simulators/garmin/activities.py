"""The activity list: one row for each activity."""

from datetime import date
from typing import Any

import numpy as np

from runningcoach.demo.diary import DiaryEntry
from runningcoach.demo.run import RunTrack
from runningcoach.demo.summaries import USER_ID
from runningcoach.demo.totals import activity_totals
from runningcoach.simulators.garmin import who
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.clock import spaced_gmt
from runningcoach.simulators.garmin.zones import seconds_in

type Row = dict[str, Any]

_TYPES = {
    "running": (1, 17), "treadmill_running": (18, 1), "track_running": (8, 1),
    "trail_running": (6, 1), "cycling": (2, 17), "multi_sport": (89, 17),
}  # fmt: skip
_BY_SUB_SPORT = {
    "treadmill": "treadmill_running",
    "track": "track_running",
    "trail": "trail_running",
}
_EVENTS = {"race": (1, 1), "training": (4, 4), "uncategorized": (9, 10)}
_LONGEST_PAGE = 1000

# A run is the same in every account of its seed, so that its row is worked out once.
_rows: dict[tuple[int, str, int], Row] = {}


def _count(context: RequestContext) -> Row:
    return {"totalCount": len(context.world.account.activity_ids())}


def _search(context: RequestContext) -> list[Row]:
    account, query = context.world.account, context.query
    numbers = _between(context)
    if query.get("sortOrder") == "asc":
        numbers.reverse()
    if query.get("activityType"):
        numbers = [one for one in numbers if _is_of(account, one, query["activityType"])]
    start, limit = int(query.get("start", 0)), int(query.get("limit", 20))
    page = numbers[start : start + min(limit, _LONGEST_PAGE)]
    return [item(account, number) | _plan(context, number) for number in page]


def planned(context: RequestContext, number: int) -> int | None:
    """Return the workout of an activity: the one scheduled on its day, if recorded."""
    account = context.world.account
    day = account.day_of(number)
    on_watch = account.ids_of(day)[:1] == [number] and not item(account, number)["manualActivity"]
    return context.world.shelf.on(str(day)) if on_watch else None


def _plan(context: RequestContext, number: int) -> Row:
    workout = planned(context, number)
    return {"workoutId": workout} if workout else {}


def _between(context: RequestContext) -> list[int]:
    """Return the activities of the requested days, newest first; all without a range."""
    account = context.world.account
    first = context.day("startDate") if context.query.get("startDate") else date.min
    last = context.day("endDate") if context.query.get("endDate") else date.max
    return [one for one in account.activity_ids() if first <= account.day_of(one) <= last]


def _is_of(account: SimulatedAccount, number: int, wanted: str) -> bool:
    key = item(account, number)["activityType"]["typeKey"]
    return wanted in key or (wanted == "fitness_equipment" and key == "treadmill_running")


def item(account: SimulatedAccount, number: int) -> Row:
    """Return the row of an activity that is in the account."""
    key = (account.seed, account.language, number)
    if number in account.names or account.is_extra(number):
        return _build_item(account, number)
    if key not in _rows:
        _rows[key] = _build_item(account, number)
    return _rows[key]


def _build_item(account: SimulatedAccount, number: int) -> Row:
    activity, state = account.activity(number), account.state(account.day_of(number))
    if activity is None:
        raise LookupError(number)
    # The watch estimates from pulse and pace: a run without a pulse has no estimate.
    if state is None or activity.head.training_effect is None:
        return row(activity)
    return row(activity) | {"vO2MaxValue": float(round(state.vo2max))}


def row(activity: DiaryEntry) -> Row:
    """Return an activity's row; what was not measured has no key, as in the real list."""
    return {
        "activityId": activity.id,
        "activityName": activity.name,
        **({"description": activity.note} if activity.note else {}),
        **_times(activity),
        "activityType": activity_type(type_key(activity)),
        "eventType": event_type(activity),
        **_sums(activity),
        **_owner(),
        **_effects(activity),
        **_flags(activity),
    }


def type_key(activity: DiaryEntry) -> str:
    """Return Garmin's type of an activity."""
    first, *others = activity.tracks
    return "multi_sport" if others else track_type(first)


def track_type(track: RunTrack) -> str:
    """Return Garmin's type of one leg."""
    if track.sport == "cycling":
        return "cycling"
    return _BY_SUB_SPORT.get(track.sub_sport, "running")


def activity_type(key: str) -> Row:
    """Return the type as Garmin spells it out."""
    number, parent = _TYPES[key]
    return {
        "typeId": number,
        "typeKey": key,
        "parentTypeId": parent,
        "isHidden": False,
        "restricted": False,
        "trimmable": True,
    }


def event_type(activity: DiaryEntry) -> Row:
    """Return what the activity was for."""
    kind = "training" if activity.session.laps_by_step else "uncategorized"
    kind = "race" if activity.session.is_race else kind
    number, order = _EVENTS[kind]
    return {"typeId": number, "typeKey": kind, "sortOrder": order}


def elapsed_s(activity: DiaryEntry) -> float:
    """Return how long it took, pauses and changes of shoes included."""
    return sum(track.elapsed_s for track in activity.tracks) + len(activity.tracks) - 1


def _times(activity: DiaryEntry) -> Row:
    begun = activity.head.started_at
    return {
        "startTimeLocal": spaced_gmt(begun + activity.utc_offset_s),
        "startTimeGMT": spaced_gmt(begun),
        "endTimeGMT": spaced_gmt(begun + elapsed_s(activity)),
        "beginTimestamp": 1000 * begun,
        "timeZoneId": 128,
    }


def totals(activity: DiaryEntry, track: RunTrack) -> dict[str, float]:
    """Return a leg's totals by the names of the FIT profile; the unmeasured left out."""
    columns = activity_totals(track, activity.head.watch, activity.head.mass_kg)
    return {name: float(column[0]) for name, column in columns.items() if np.isfinite(column[0])}


_MEASURED = (
    ("total_ascent", "elevationGain", 1.0),
    ("total_descent", "elevationLoss", 1.0),
    ("avg_heart_rate", "averageHR", 1.0),
    ("max_heart_rate", "maxHR", 1.0),
    ("avg_power", "avgPower", 1.0),
    ("max_power", "maxPower", 1.0),
    ("avg_vertical_oscillation", "avgVerticalOscillation", 0.1),
    ("avg_stance_time", "avgGroundContactTime", 1.0),
    ("avg_step_length", "avgStrideLength", 0.1),
    ("avg_vertical_ratio", "avgVerticalRatio", 1.0),
    ("total_calories", "calories", 1.0),
)


def _sums(activity: DiaryEntry) -> Row:
    track = activity.tracks[-1]
    legs = [totals(activity, leg) for leg in activity.tracks]
    sums = legs[-1]
    distance = sum(leg["total_distance"] for leg in legs)
    timer = sum(leg["total_timer_time"] for leg in legs)
    sums_: Row = {
        "distance": round(distance, 2),
        "duration": timer,
        "elapsedDuration": elapsed_s(activity),
        "movingDuration": timer,
        "averageSpeed": distance / timer,
        "maxSpeed": sums["enhanced_max_speed"],
        "lapCount": sum(len(leg.laps) for leg in activity.tracks),
    }
    sums_ |= {key: round(sums[name] * by, 2) for name, key, by in _MEASURED if name in sums}
    return sums_ | _cadence(sums, track) | _place(track) | _extremes(track) | _in_zones(activity)


def _cadence(sums: dict[str, float], track: RunTrack) -> Row:
    if track.sport == "cycling":
        return {"averageBikingCadenceInRevPerMinute": round(sums["avg_cadence"], 1)}
    mean = 2 * (sums["avg_cadence"] + sums["avg_fractional_cadence"])
    top = 2 * (sums["max_cadence"] + sums["max_fractional_cadence"])
    return {
        "averageRunningCadenceInStepsPerMinute": round(mean, 2),
        "maxRunningCadenceInStepsPerMinute": round(top, 2),
        "maxDoubleCadence": round(top, 2),
        "steps": int(2 * sums["total_cycles"]),
    }


def _place(track: RunTrack) -> Row:
    if "position_lat" not in track.channels:
        return {"hasPolyline": False}
    lat, long = (track.channels[f"position_{axis}"] for axis in ("lat", "long"))
    known = np.flatnonzero(np.isfinite(lat))
    first, last = known[0], known[-1]
    return {
        "hasPolyline": True,
        "startLatitude": round(float(lat[first]), 6),
        "startLongitude": round(float(long[first]), 6),
        "endLatitude": round(float(lat[last]), 6),
        "endLongitude": round(float(long[last]), 6),
    }


def _extremes(track: RunTrack) -> Row:
    extremes: Row = {}
    for channel, name in (("temperature", "Temperature"), ("enhanced_altitude", "Elevation")):
        if channel in track.channels:
            values = track.channels[channel]
            extremes[f"min{name}"] = round(float(np.nanmin(values)), 1)
            extremes[f"max{name}"] = round(float(np.nanmax(values)), 1)
    return extremes


def pulse(activity: DiaryEntry) -> Any:
    """Return the heart rate of the whole activity, second by second."""
    return np.concatenate([track.channels["heart_rate"] for track in activity.tracks])


def _in_zones(activity: DiaryEntry) -> Row:
    seconds = seconds_in(pulse(activity))
    if not sum(seconds):
        return {}
    return {f"hrTimeInZone_{number}": value for number, value in enumerate(seconds, 1)} | {
        "moderateIntensityMinutes": round((seconds[1] + seconds[2]) / 60),
        "vigorousIntensityMinutes": round((seconds[3] + seconds[4]) / 60),
    }


def _owner() -> Row:
    return {
        "ownerId": USER_ID,
        "ownerDisplayName": who.DISPLAY_NAME,
        "ownerFullName": who.FULL_NAME,
        "ownerProfileImageUrlSmall": None,
        "ownerProfileImageUrlMedium": None,
        "ownerProfileImageUrlLarge": None,
        "userRoles": ["SCOPE_CONNECT_READ", "SCOPE_CONNECT_WRITE"],
        "privacy": {"typeId": 2, "typeKey": "private"},
        "userPro": False,
    }


def _effects(activity: DiaryEntry) -> Row:
    head = activity.head
    known = {
        "aerobicTrainingEffect": head.training_effect,
        "anaerobicTrainingEffect": head.anaerobic_effect,
        "activityTrainingLoad": head.training_load,
        "trainingEffectLabel": _label(head.training_effect),
    }
    return {name: value for name, value in known.items() if value is not None}


def _label(effect: float | None) -> str | None:
    if effect is None:
        return None
    return "RECOVERY" if effect < 2 else "AEROBIC_BASE" if effect < 3.5 else "TEMPO"


def _flags(activity: DiaryEntry) -> Row:
    multi = len(activity.tracks) > 1
    return {
        "deviceId": activity.head.watch.serial,
        "manufacturer": "GARMIN",
        "sportTypeId": 1,
        "locationName": None,
        "hasImages": False,
        "hasVideo": False,
        "hasSplits": bool(activity.session.laps_by_step),
        "hasHeatMap": False,
        "summarizedDiveInfo": {"summarizedDiveGases": []},
        "splitSummaries": [],
        "parent": multi,
        "manualActivity": not activity.has_file,
        **dict.fromkeys(_NEVER, False),
    }


_NEVER = (
    "qualifyingDive", "decoDive", "autoCalcCalories", "elevationCorrected", "atpActivity",
    "favorite", "purposeful", "pr",
)  # fmt: skip


def _loads(context: RequestContext) -> list[Row]:
    """Return the load and the effect of each activity of some days, oldest first."""
    account = context.world.account
    return [_load(item(account, number)) for number in reversed(_between(context))]


def _load(listed: Row) -> Row:
    scores = ("aerobicTrainingEffect", "activityTrainingLoad")
    return {
        "activityId": listed["activityId"],
        **{name: listed[name] for name in scores if name in listed},
        "parentId": None,
        "workoutType": None,
        "adaptiveCoachingWorkoutStatus": None,
        "multisportSet": None,
        "startLocal": listed["startTimeLocal"].replace(" ", "T"),
        "activityType": listed["activityType"]["typeKey"],
        "workoutGroupEnumerator": 1,
    }


ROUTES = [
    get("/activitylist-service/activities/count", _count),
    get("/activitylist-service/activities/search/activities", _search),
    get("/fitnessstats-service/activity/all", _loads),
]
