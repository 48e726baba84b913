"""The library of workouts and the calendar: stored, expanded as the live server does."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from runningcoach.demo.summaries import USER_ID
from runningcoach.simulators.garmin import who
from runningcoach.simulators.garmin.clock import iso_gmt
from runningcoach.simulators.garmin.refusals import RefusedAnswer

type Json = dict[str, Any]

_SPORTS = {1: "running", 2: "cycling", 3: "other", 4: "swimming", 5: "strength_training",
           6: "cardio_training", 7: "yoga", 8: "pilates", 9: "hiit"}  # fmt: skip
_STEPS = {1: "warmup", 2: "cooldown", 3: "interval", 4: "recovery", 5: "rest", 6: "repeat",
          7: "other", 8: "main"}  # fmt: skip
_ENDS = {1: "lap.button", 2: "time", 3: "distance", 4: "calories", 5: "power", 6: "heart.rate",
         7: "iterations", 8: "fixed.rest", 9: "fixed.repetition", 10: "reps"}  # fmt: skip
_TARGETS = {1: "no.target", 2: "power.zone", 3: "cadence", 4: "heart.rate.zone", 5: "speed.zone",
            6: "pace.zone"}  # fmt: skip
_LONGEST_NAME = 256


@dataclass(slots=True)
class WorkoutStore:
    """The workouts of the account and the days that they are put on."""

    workouts: dict[int, Json] = field(default_factory=dict)
    planned: dict[int, Json] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1_300_000_001))
    _step_ids: Iterator[int] = field(default_factory=lambda: itertools.count(12_500_000_001))

    def put(self, sent: Json, now_s: float, number: int | None = None) -> Json:
        """Take a workout in, or in the place of `number`; return it as it is kept."""
        old = self.workouts.get(number or 0, {})
        number = number or next(self._ids)
        stamp = iso_gmt(now_s)
        dates = {"updatedDate": stamp, "createdDate": old.get("createdDate", stamp)}
        self.workouts[number] = _expand(sent, self._step_ids) | {"workoutId": number} | dates
        return self.workouts[number]

    def schedule(self, number: int, day: str) -> Json:
        """Put a workout on a day; twice the same makes two."""
        entry = next(self._ids)
        self.planned[entry] = {"workoutScheduleId": entry, "workoutId": number, "date": day}
        return self.planned[entry]

    def drop(self, number: int) -> None:
        """Take a workout off the shelf, and off the calendar with it."""
        del self.workouts[number]
        self.planned = {
            entry: row for entry, row in self.planned.items() if row["workoutId"] != number
        }

    def listed(self) -> list[Json]:
        """Return the workouts, oldest first."""
        return list(self.workouts.values())

    def on(self, day: str) -> int | None:
        """Return the workout that stands on a day, None when there is none."""
        return next((row["workoutId"] for row in self.planned.values() if row["date"] == day), None)

    def dates(self) -> list[Json]:
        """Return what is planned, by date."""
        rows = sorted(
            self.planned.values(), key=lambda row: (row["date"], row["workoutScheduleId"])
        )
        return [
            {"scheduleId": row["workoutScheduleId"], "workoutId": row["workoutId"],
             "date": row["date"]}
            for row in rows
        ]  # fmt: skip


# ---- expanding -----------------------------------------------------------------------------

_STEP_NOTHING = (
    "childStepId", "description", "endConditionValue", "preferredEndConditionUnit",
    "endConditionCompare", "targetValueOne", "targetValueTwo", "targetValueUnit", "zoneNumber",
    "secondaryTargetType", "secondaryTargetValueOne", "secondaryTargetValueTwo",
    "secondaryTargetValueUnit", "secondaryZoneNumber", "endConditionZone", "category",
    "exerciseName", "workoutProvider", "providerExerciseSourceId", "weightValue", "weightUnit",
)  # fmt: skip
_NUMBERS = (
    "endConditionValue", "targetValueOne", "targetValueTwo", "secondaryTargetValueOne",
    "secondaryTargetValueTwo", "weightValue",
)  # fmt: skip
_WORKOUT_NOTHING = (
    "description", "subSportType", "trainingPlanId", "sharedWithUsers", "poolLength",
    "poolLengthUnit", "locale", "workoutProvider", "workoutSourceId", "uploadTimestamp",
    "atpPlanId", "consumer", "consumerName", "consumerImageURL", "consumerWebsiteURL",
    "workoutNameI18nKey", "descriptionI18nKey", "avgTrainingSpeed", "estimateType",
    "workoutThumbnailUrl", "isSessionTransitionEnabled",
)  # fmt: skip
_SEGMENT_NOTHING = (
    "poolLengthUnit", "poolLength", "avgTrainingSpeed", "estimatedDurationInSecs",
    "estimatedDistanceInMeters", "estimatedDistanceUnit", "estimateType", "description",
)  # fmt: skip


def _expand(sent: Json, step_ids: Iterator[int]) -> Json:
    """Return a workout with everything that the server puts in by itself."""
    name = _shorten(str(sent.get("workoutName") or ""))
    if not name or not sent.get("workoutSegments"):
        raise RefusedAnswer(400, "workoutName and workoutSegments are required")
    known = {key: sent[key] for key in _WORKOUT_NOTHING if key in sent}
    orders = itertools.count(1)
    return {
        "workoutId": None,
        "ownerId": USER_ID,
        "workoutName": name,
        **dict.fromkeys(_WORKOUT_NOTHING),
        **known,
        "sportType": _typed(sent.get("sportType"), "sportType", _SPORTS),
        "author": _author(),
        "estimatedDurationInSecs": int(sent.get("estimatedDurationInSecs") or 0),
        "estimatedDistanceInMeters": float(sent.get("estimatedDistanceInMeters") or 0),
        "workoutSegments": [
            _segment(segment, orders, step_ids) for segment in sent["workoutSegments"]
        ],
        "estimatedDistanceUnit": {"unitId": None, "unitKey": None, "factor": None},
        "shared": False,
    }


def _shorten(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}..."


def _author() -> Json:
    return {
        "userProfilePk": USER_ID,
        "displayName": who.DISPLAY_NAME,
        "fullName": who.FULL_NAME,
        "profileImgNameLarge": None,
        "profileImgNameMedium": None,
        "profileImgNameSmall": None,
        "userPro": False,
        "vivokidUser": False,
    }


def _typed(sent: Json | None, name: str, keys: dict[int, str]) -> Json:
    """Return a type with the key that belongs to its id: the key that was sent counts nothing."""
    number = int((sent or {}).get(f"{name}Id", 0))
    if number not in keys:
        raise RefusedAnswer(400, f"Unknown {name}: {number}")
    return {f"{name}Id": number, f"{name}Key": keys[number], "displayOrder": number}


def _segment(sent: Json, orders: Iterator[int], step_ids: Iterator[int]) -> Json:
    known = {key: sent[key] for key in _SEGMENT_NOTHING if key in sent}
    groups = itertools.count(1)
    steps = sent.get("workoutSteps") or []
    return {
        "segmentOrder": sent.get("segmentOrder", 1),
        "sportType": _typed(sent.get("sportType"), "sportType", _SPORTS),
        **dict.fromkeys(_SEGMENT_NOTHING),
        **known,
        "workoutSteps": [_step(step, orders, step_ids, groups, None) for step in steps],
    }


def _step(
    sent: Json, orders: Iterator[int], step_ids: Iterator[int], groups: Iterator[int],
    group: int | None,
) -> Json:  # fmt: skip
    head: Json = {
        "type": sent.get("type"),
        "stepId": next(step_ids),
        "stepOrder": next(orders),
        "stepType": _typed(sent.get("stepType"), "stepType", _STEPS),
    }
    if sent.get("type") == "RepeatGroupDTO":
        mine = next(groups)
        steps = [_step(one, orders, step_ids, groups, mine) for one in sent["workoutSteps"]]
        return head | _repeat(sent, mine) | {"workoutSteps": steps}
    if sent.get("type") == "ExecutableStepDTO":
        return head | _executable(sent) | {"childStepId": group}
    raise RefusedAnswer(400, f"Unknown step type: {sent.get('type')}")


def _repeat(sent: Json, group: int) -> Json:
    times = int(sent.get("numberOfIterations") or sent.get("endConditionValue") or 1)
    return {
        "childStepId": group,
        "numberOfIterations": times,
        "endConditionValue": float(times),
        "preferredEndConditionUnit": None,
        "endConditionCompare": None,
        "endCondition": _end({"conditionTypeId": 7}),
        "skipLastRestStep": sent.get("skipLastRestStep"),
        "smartRepeat": bool(sent.get("smartRepeat")),
    }


def _end(sent: Json | None) -> Json:
    typed = _typed(sent, "conditionType", _ENDS)
    return typed | {"displayable": typed["conditionTypeKey"] != "iterations"}


def _executable(sent: Json) -> Json:
    known = {key: sent[key] for key in _STEP_NOTHING if sent.get(key) is not None}
    known |= {key: float(known[key]) for key in _NUMBERS if key in known}
    target = sent.get("targetType") or {"workoutTargetTypeId": 1}
    if "secondaryTargetType" in known:
        second = _typed(known["secondaryTargetType"], "workoutTargetType", _TARGETS)
        known["secondaryTargetType"] = second
    empty = {"Id": 0, "Key": None}
    return {
        **dict.fromkeys(_STEP_NOTHING),
        **known,
        "endCondition": _end(sent.get("endCondition")),
        "targetType": _typed(target, "workoutTargetType", _TARGETS),
        "strokeType": {f"strokeType{end}": value for end, value in empty.items()}
        | {"displayOrder": 0},
        "equipmentType": {f"equipmentType{end}": value for end, value in empty.items()}
        | {"displayOrder": 0},
    }
