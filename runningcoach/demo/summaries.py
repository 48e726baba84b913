"""The account's own words on activities and days: rows of the export's JSON files.

The shapes are those of a real Garmin account export; docs/reference/demo.md lists them.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from runningcoach.base import i18n
from runningcoach.demo import body, diary, season
from runningcoach.demo.diary import DiaryEntry
from runningcoach.demo.health import Health
from runningcoach.demo.run import RunTrack
from runningcoach.demo.shoes import ShoePair
from runningcoach.demo.totals import activity_totals

USER_ID = 74_205_118

_EVENT_RACE, _EVENT_TRAINING, _EVENT_OTHER = 1, 4, 9
_TYPES = {"treadmill": "treadmill_running", "track": "track_running", "trail": "trail_running"}

type Row = dict[str, Any]


def activity_rows(activity: DiaryEntry) -> list[Row]:
    """Return the rows of one activity: itself, and its legs when it has several."""
    main = _activity_row(activity, activity.tracks[-1], float(activity.head.started_at))
    if len(activity.tracks) == 1:
        return [main]
    kind = {"activityType": "multi_sport", "sportType": "MULTI_SPORT"}
    parent = main | kind | _sums(activity.tracks)
    return [parent, *_legs(activity)]


def _legs(activity: DiaryEntry) -> Iterator[Row]:
    begun = float(activity.head.started_at)
    for number, track in enumerate(activity.tracks):
        row = _activity_row(activity, track, begun)
        yield row | {"activityId": activity.id + 2 + number, "parentId": activity.id}
        begun += track.elapsed_s + 1


def _sums(tracks: tuple[RunTrack, ...]) -> Row:
    return {
        "duration": 1000.0 * sum(track.timer_s for track in tracks),
        "elapsedDuration": 1000.0 * sum(track.elapsed_s for track in tracks),
        "distance": round(100 * sum(float(track.channels["distance"][-1]) for track in tracks), 1),
    }


def _activity_row(activity: DiaryEntry, track: RunTrack, begun_s: float) -> Row:
    begun = 1000.0 * begun_s
    row: Row = {
        "activityId": activity.id,
        "name": activity.name,
        "activityType": _activity_type(track),
        "sportType": track.sport.upper(),
        "userProfileId": USER_ID,
        "eventTypeId": _event_type(activity),
        "beginTimestamp": begun,
        "startTimeGmt": begun,
        "startTimeLocal": begun + 1000.0 * activity.utc_offset_s,
        "duration": 1000.0 * track.timer_s,
        "elapsedDuration": 1000.0 * track.elapsed_s,
        "movingDuration": 1000.0 * track.timer_s,
        "lapCount": len(track.laps),
        "deviceId": activity.head.watch.serial,
        "manualActivity": not activity.has_file,
        **_totals(activity, track),
    }
    known = {
        "description": activity.note,
        "workoutRpe": activity.rpe,
        "aerobicTrainingEffect": activity.head.training_effect,
        "anaerobicTrainingEffect": activity.head.anaerobic_effect,
        "activityTrainingLoad": activity.head.training_load,
    }
    return row | {name: value for name, value in known.items() if value is not None}


def _activity_type(track: RunTrack) -> str:
    return "cycling" if track.sport == "cycling" else _TYPES.get(track.sub_sport, "running")


def _event_type(activity: DiaryEntry) -> int:
    if activity.session.is_race:
        return _EVENT_RACE
    return _EVENT_TRAINING if activity.session.laps_by_step else _EVENT_OTHER


def _totals(activity: DiaryEntry, track: RunTrack) -> Row:
    """Return the numbers of the row, in the export's odd units: cm, m/s by ten, kJ."""
    columns = activity_totals(track, activity.head.watch, activity.head.mass_kg)
    sums = {name: float(column[0]) for name, column in columns.items()}
    steps = 2 * (sums["avg_cadence"] + sums["avg_fractional_cadence"])
    row: Row = {
        "distance": round(100 * sums["total_distance"], 1),
        "avgSpeed": round(sums["enhanced_avg_speed"] / 10, 4),
        "calories": round(sums["total_calories"] * 4.184, 1),
        "avgDoubleCadence": round(steps, 1),
    }
    for name, key, scale in (
        ("total_ascent", "elevationGain", 100),
        ("total_descent", "elevationLoss", 100),
        ("avg_heart_rate", "avgHr", 1),
        ("max_heart_rate", "maxHr", 1),
        ("avg_power", "avgPower", 1),
    ):
        if name in sums and np.isfinite(sums[name]):
            row[key] = float(round(sums[name] * scale))
    if "position_lat" in track.channels:
        row["startLatitude"] = round(float(track.channels["position_lat"][0]), 6)
        row["startLongitude"] = round(float(track.channels["position_long"][0]), 6)
    return row


def gear(worn: Mapping[ShoePair, list[int]], language: str) -> list[Row]:
    """Return the shoes, and the activities that each pair was worn in."""
    pairs = [
        {
            "gearPk": pair.key,
            "displayName": i18n.t(f"demo.shoes.{pair.kind}", language, number=pair.number),
            "gearTypeName": "Shoes",
            "dateBegin": f"{pair.first_day}T00:00:00.0",
        }
        for pair in worn
    ]
    uses = {
        str(pair.key): [{"gearPk": pair.key, "activityId": number} for number in numbers]
        for pair, numbers in worn.items()
    }
    return [{"gearDTOS": pairs, "gearActivityDTOs": uses}]


def sleep_row(health: Health, seed: int) -> Row:
    """Return the night that ended on the morning of its day."""
    row: Row = {"calendarDate": str(health.day), "retro": False}
    if not health.slept_with_watch:
        return row | {"sleepWindowConfirmationType": "UNCONFIRMED"}
    night = health.night
    asleep = _bedtime(health, seed)
    return row | {
        "sleepWindowConfirmationType": "ENHANCED_CONFIRMED_FINAL",
        "sleepStartTimestampGMT": _gmt(asleep),
        "sleepEndTimestampGMT": _gmt(asleep + timedelta(seconds=night.sleep_s + night.awake_s)),
        "deepSleepSeconds": night.deep_s,
        "lightSleepSeconds": night.sleep_s - night.deep_s - night.rem_s,
        "remSleepSeconds": night.rem_s,
        "awakeSleepSeconds": night.awake_s,
        "unmeasurableSeconds": 0,
        "avgSleepStress": float(_sleep_stress(health)),
        "sleepScores": {"overallScore": night.score},
    }


def _sleep_stress(health: Health) -> int:
    return max(8, health.stress - 9)


def _bedtime(health: Health, seed: int) -> datetime:
    """Return when the runner fell asleep, on the clock of the place where he woke up."""
    midnight = datetime.combine(health.day, datetime.min.time(), diary.zone(seed, health.day))
    hours = health.night.bedtime_h - 24
    return midnight.astimezone(UTC) + timedelta(seconds=int(3600 * hours))


def _gmt(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0")


def hrv_row(night: Health) -> Row:
    """Return the health status of a morning: overnight HRV and pulse."""
    return {
        "calendarDate": str(night.day),
        "userProfilePk": USER_ID,
        "metrics": [
            {"type": "HRV", "value": float(night.hrv_ms)},
            {"type": "HR", "value": float(night.resting_hr_bpm + 3)},
        ],
    }


def day_row(day: Health, seed: int, *, is_over: bool) -> Row:
    """Return the summary of a day; one that has just begun knows its morning only."""
    midnight = datetime.combine(day.day, datetime.min.time(), diary.zone(seed, day.day))
    row: Row = {
        "userProfilePK": USER_ID,
        "calendarDate": str(day.day),
        "wellnessStartTimeGmt": _gmt(midnight),
        "dailyStepGoal": 8000,
    }
    if not day.is_worn:
        return row
    row |= {
        "restingHeartRate": day.resting_hr_bpm,
        "currentDayRestingHeartRate": day.resting_hr_bpm,
        "minHeartRate": day.resting_hr_bpm - 3,
    }
    if not is_over:
        return row | {"bodyBattery": _battery(day, ("HIGHEST",))}
    return row | {
        "wellnessEndTimeGmt": _gmt(midnight + timedelta(days=1)),
        "totalSteps": day.steps,
        "totalDistanceMeters": round(day.steps * 0.82),
        "allDayStress": _all_day_stress(day),
        "bodyBattery": _battery(day, ("HIGHEST", "LOWEST")),
    }


def _all_day_stress(day: Health) -> Row:
    levels = {"TOTAL": day.stress, "AWAKE": day.stress + 7, "ASLEEP": _sleep_stress(day)}
    return {
        "calendarDate": str(day.day),
        "aggregatorList": [
            {"type": kind, "averageStressLevel": level} for kind, level in levels.items()
        ],
    }


def _battery(day: Health, known: tuple[str, ...]) -> Row:
    values = {"HIGHEST": day.battery_high, "LOWEST": day.battery_low}
    return {
        "calendarDate": str(day.day),
        "bodyBatteryStatList": [
            {"bodyBatteryStatType": name, "statsValue": values[name]} for name in known
        ],
    }


def weight_row(day: date, weight_kg: float) -> Row:
    """Return one weighing, in grams, before breakfast."""
    return {
        "metaData": {"userProfilePK": USER_ID, "calendarDate": f"{day}T06:40:00.0"},
        "weight": {"weight": round(1000 * weight_kg, 1), "sourceType": "INDEX_SCALE"},
    }


def profile() -> Row:
    """Return who the runner says he is."""
    return {
        "userName": "runningcoach-demo",
        "gender": "MALE",
        "birthDate": str(body.BIRTH_DATE),
        "userProfilePk": USER_ID,
        "runningSince": str(season.CAREER_START),
    }
