"""Workouts in words and colours, and how they went: for each page that shows one."""

import re
from collections.abc import Sequence
from typing import Any

from runningcoach.base import i18n, units
from runningcoach.base.i18n import t
from runningcoach.coach.plans.adherence.planned_steps import band_paces
from runningcoach.coach.plans.text.render import render_steps
from runningcoach.coach.plans.workout_profile import workout_profile
from runningcoach.model.adherence import DayVerdict, StepAdherence, WorkoutAdherence
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    HeartRateTarget,
    HeartRateZoneTarget,
    LapButtonEnd,
    OpenTarget,
    PaceTarget,
    StepEnd,
    StepTarget,
    TimeEnd,
    Workout,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
    WorkoutType,
)
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros

WORKOUTS = macros("workouts")

COLOURS: dict[WorkoutType, str] = {
    "easy": "easy", "recovery": "easy", "run_walk": "easy", "openers": "easy",
    "long": "long", "long_progression": "long", "long_marathon_pace": "long",
    "steady": "tempo", "tempo": "tempo", "cruise": "tempo", "race_pace": "tempo",
    "vo2max": "speed", "repetition": "speed", "hills": "speed", "fartlek": "speed",
    "time_trial": "speed", "race": "race", "cross_training": "other", "other": "other",
}  # fmt: skip
"""The class of colour of each type of workout."""
COLOUR_NAMES = ("easy", "long", "tempo", "speed", "race", "other")
HANGUL = re.compile("[\uac00-\ud7a3]")
NAMED_TYPES = frozenset({"race", "other"})
"""Types whose title the runner gave."""
REPETITION_COLOURS = frozenset({"tempo", "speed"})
VERDICT_LOOKS: dict[DayVerdict, str] = {
    "done": "good", "moved": "good", "swapped": "good", "partly": "warn", "off_target": "warn",
    "missed": "bad", "unplanned": "",
}  # fmt: skip
STEP_LOOKS = {
    "done": "good", "done_by_grade": "good", "done_split": "good", "done_low_confidence": "good",
    "slow_excused": "good", "missing": "bad", "not_measurable": "", "extra": "",
}  # fmt: skip
"""Looks of verdicts on steps; the others are a warning."""


def type_word(workout: Workout) -> str:
    """Return what kind of session a workout is, in the reader's language."""
    return t(f"calendar.types.{workout.type}")


def title(workout: Workout) -> str:
    """Return what a workout is called; made anew where its title is Korean to other readers."""
    if workout.type in NAMED_TYPES or not _is_foreign(workout.title):
        return workout.title or type_word(workout)
    return f"{type_word(workout)} {size(workout)}".rstrip()


def purpose(workout: Workout) -> str:
    """Return what a workout is for, in the reader's language where the planner wrote it."""
    if not _is_foreign(workout.purpose):
        return workout.purpose
    return i18n.words(i18n.language(), "planner")["purpose"].get(workout.type, "")


def _is_foreign(text: str) -> bool:
    return i18n.language() != "ko" and bool(HANGUL.search(text))


def colour(workout: Workout) -> str:
    """Return the class of a workout's colour."""
    return f"type-{COLOURS[workout.type]}"


def size(workout: Workout) -> str:
    """Return the repetitions of a hard workout, as 5 × 1000 m; nothing where it has none."""
    if COLOURS[workout.type] not in REPETITION_COLOURS:
        return ""  # strides at the end of an easy run are not what it is about
    repeat = next((item for item in workout.steps if isinstance(item, WorkoutRepeat)), None)
    work = repeat.steps[0] if repeat else None
    if repeat is None or not isinstance(work, WorkoutStep):
        return ""
    return f"{repeat.times} × {length(work.end)}"


def about(distance_m: float, duration_s: float) -> str:
    """Return how far and how long a workout is about, as 9.6 km · 54 min."""
    far = f"{formatting.km(distance_m, 1)} km" if distance_m else ""
    return _dotted(far, formatting.spell(duration_s) if duration_s else "")


# ---- steps -----------------------------------------------------------------------------------


def steps(workout: Workout, paces: TrainingPaces | None) -> Piece:
    """Return the steps of a workout, one a line, repeats set in; nothing for one without any."""
    rows = [_item(item, paces) for item in workout.steps]
    return WORKOUTS.steps(rows) if rows else ""


def profile(workout: Workout, paces: TrainingPaces | None) -> Piece:
    """Return the shape of a workout as bars; nothing for one without steps."""
    bars = workout_profile(workout, paces)
    return WORKOUTS.profile(bars, type_word(workout)) if bars else ""


def _item(item: WorkoutItem, paces: TrainingPaces | None) -> dict[str, Any]:
    if isinstance(item, WorkoutRepeat):
        inner = [_item(step, paces) for step in item.steps]
        return {"times": item.times, "rows": inner}
    return {
        "times": 0,
        "name": t(f"calendar.steps.{item.intensity}"),
        "intensity": item.intensity,
        "length": length(item.end),
        "target": target(item.target, paces),
        "note": item.note or "",
    }


def length(end: StepEnd) -> str:
    """Return how long a step is."""
    match end:
        case TimeEnd(seconds=seconds):
            return formatting.short_spell(seconds)
        case DistanceEnd(meters=meters):
            return formatting.step_distance(meters)
        case LapButtonEnd():
            return t("calendar.until_lap")
        case _:
            return render_steps((WorkoutStep(intensity="main", end=end),))


def target(aim: StepTarget, paces: TrainingPaces | None) -> str:
    """Return what a step aims at; nothing for an open one."""
    match aim:
        case OpenTarget():
            return ""
        case PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast):
            return pace_range(fast, slow)
        case BandTarget(name=name):
            known = pace_range(*reversed(band_paces(paces)[name])) if paces else ""
            return " ".join(filter(None, (t(f"calendar.bands.{name}"), known)))
        case HeartRateZoneTarget(zone=zone):
            return t("calendar.hr_zone", zone=zone)
        case HeartRateTarget(low=low, high=high):
            return f"{low}–{high} bpm"
        case _:
            step = WorkoutStep(intensity="main", end=LapButtonEnd(), target=aim)
            return render_steps((step,)).removeprefix("lap ")


def pace_range(fast_s_per_km: float, slow_s_per_km: float) -> str:
    """Return a range of pace, the faster first."""
    ends = dict.fromkeys((units.clock(fast_s_per_km), units.clock(slow_s_per_km)))
    return f"{'–'.join(ends)} /km"


# ---- how it went -----------------------------------------------------------------------------


def verdict_badge(went: WorkoutAdherence) -> Piece:
    """Return how a workout went as a label, with its score."""
    words = t(f"adherence.day.{went.verdict}")
    if went.compliance_pct is not None and went.verdict != "missed":
        words += f" · {went.compliance_pct:.0f}"
    return page.badge(words, VERDICT_LOOKS[went.verdict])


def step_table(rows: Sequence[StepAdherence]) -> Piece:
    """Return each step as it was planned and run, with its verdict."""
    head = [t(f"calendar.columns.{name}") for name in ("step", "planned", "run", "verdict")]
    return page.table(head, [_step_row(row) for row in rows], name="steps-run")


def _step_row(row: StepAdherence) -> list[Piece]:
    return [
        _step_name(row.step),
        _dotted(_run_length(row.planned), _planned_target(row.planned)),
        _dotted(_run_length(row.run, row.planned), *_run_effort(row.run)) or formatting.NOTHING,
        page.badge(
            t(f"adherence.verdict.{row.verdict}"), STEP_LOOKS.get(row.verdict, "warn")
        ),
    ]  # fmt: skip


def _step_name(label: str) -> str:
    """Return the word for a label of the comparison, such as "rep 3"."""
    name, _, number = label.partition(" ")
    return f"{t(f'calendar.steps.{name}')} {number}".rstrip()


def _run_length(part: dict[str, Any], planned: dict[str, Any] | None = None) -> str:
    """Return a length in the measure of the plan: metres, else time; and how many times."""
    planned_m, meters = (planned or part).get("meters"), part.get("meters")
    seconds = part.get("seconds")
    text = formatting.step_distance(meters, planned_m) if planned_m and meters else ""
    if not text and seconds is not None:
        text = formatting.short_spell(seconds)
    times = part.get("times")
    return f"{times} × {text}" if times and text else text


def _planned_target(planned: dict[str, Any]) -> str:
    if "fast_s_per_km" in planned and "slow_s_per_km" in planned:
        return pace_range(planned["fast_s_per_km"], planned["slow_s_per_km"])
    ends = [planned.get("low_bpm"), planned.get("high_bpm")]
    return "–".join(f"{end:.0f}" for end in ends if end is not None) + " bpm" if any(ends) else ""


def _run_effort(run: dict[str, Any]) -> list[str]:
    pace, bpm = run.get("pace_s_per_km"), run.get("heart_rate_bpm")
    return [f"{units.clock(pace)} /km" if pace else "", f"{bpm} bpm" if bpm else ""]


def _dotted(*words: str) -> str:
    return " · ".join(filter(None, words))
