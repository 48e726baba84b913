"""Compare a planned workout with the activities that ran it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from runningcoach.coach.plans.adherence.alignment import AlignedStep, StepAlignment, align
from runningcoach.coach.plans.adherence.boundaries import speed_changes
from runningcoach.coach.plans.adherence.conditions import AirConditions, heat_allowance
from runningcoach.coach.plans.adherence.planned_steps import PlannedStep, plan_steps
from runningcoach.coach.plans.adherence.run_series import RunSeries, RunTimeline, join_runs
from runningcoach.coach.plans.adherence.score import JudgedStep, compliance_pct, day_verdict
from runningcoach.coach.plans.adherence.verdicts import (
    RunStretch,
    StepContext,
    judge_step,
    length_share,
    measure_stretch,
    pace_deviation,
)
from runningcoach.model.adherence import StepAdherence, StepVerdict, WorkoutAdherence
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout import Workout

ABSORB_SPEED = 0.25
"""A stretch before or after an easy step, at much the same speed, is more of it."""
EXTRA_PACE, EXTRA_LENGTH, EXTRA_SPEED = 0.06, 0.5, 0.9
"""A stretch this near to the pace of a repetition, and half as long at least, is one more."""
RECOVERIES = "recoveries"


class _Judged(NamedTuple):
    aligned: AlignedStep
    run: RunStretch | None
    verdict: StepVerdict


def compare(
    workout: Workout,
    runs: Sequence[RunSeries],
    *,
    workout_date: date,
    run_date: date | None = None,
    activity_ids: Sequence[int] = (),
    athlete: AthleteState | None = None,
    air: AirConditions | None = None,
) -> WorkoutAdherence:
    """Return how a workout went, step by step; without runs it was missed.

    `runs` in the order of their start. Dates and ids are taken over; whether the workout was
    moved or swapped is for `matching` to add.
    """
    steps = plan_steps(workout, athlete)
    known = [run for run in runs if len(run.t_s) > 1]
    if not activity_ids and not runs:
        return missed_workout(workout_date, steps)
    if not known or not steps:
        return WorkoutAdherence(
            workout_date=workout_date,
            run_date=run_date,
            activity_ids=list(activity_ids),
            verdict="done",
            steps=[_unmeasured(step) for step in steps],
        )
    course = join_runs(known)
    judged, extra = judge_course(course, steps, heat_allowance(air or AirConditions()))
    scored = [_scored(one) for one in judged]
    return WorkoutAdherence(
        workout_date=workout_date,
        run_date=run_date,
        activity_ids=list(activity_ids),
        compliance_pct=compliance_pct(scored, len(extra)),
        verdict=day_verdict(scored),
        excuse=_excuse(judged),
        steps=_shown(judged, extra),
    )


def missed_workout(workout_date: date, steps: Sequence[PlannedStep]) -> WorkoutAdherence:
    """Return the record of a workout that nobody ran."""
    return WorkoutAdherence(
        workout_date=workout_date,
        compliance_pct=0.0,
        verdict="missed",
        steps=[StepAdherence(step=s.label, verdict="missing", planned=_planned(s)) for s in steps],
    )


def judge_course(
    course: RunTimeline, steps: Sequence[PlannedStep], heat_share: float
) -> tuple[list[_Judged], list[StepAdherence]]:
    """Return each step with its verdict, and repetitions that were not planned."""
    alignment = align(course, steps)
    extra = _extra_repetitions(course, alignment)
    alignment = _absorb(course, alignment)
    stretches = [_stretch(course, aligned) for aligned in alignment.steps]
    context = StepContext(heat_share, _easy_rate(alignment.steps, stretches))
    judged = [
        _Judged(aligned, run, "missing" if run is None else judge_step(aligned.step, run, context))
        for aligned, run in zip(alignment.steps, stretches, strict=True)
    ]
    return judged, extra


def _stretch(course: RunTimeline, aligned: AlignedStep) -> RunStretch | None:
    if aligned.begin is None or aligned.end is None:
        return None
    return measure_stretch(course, aligned.begin, aligned.end, aligned.step)


def _easy_rate(
    aligned: Sequence[AlignedStep], stretches: Sequence[RunStretch | None]
) -> float | None:
    """Return the heart rate of the warm-up and cool-down; None where not known."""
    rates = [
        run.rate_bpm
        for one, run in zip(aligned, stretches, strict=True)
        if run is not None
        and run.rate_bpm is not None
        and one.step.intensity in ("warmup", "cooldown")
    ]
    return min(rates) if rates else None


# ---- what belongs to no step -----------------------------------------------------------------


def _absorb(course: RunTimeline, alignment: StepAlignment) -> StepAlignment:
    """Give stretches of no step to the easy step that they go on from, or lead to."""
    steps = list(alignment.steps)
    rest: list[tuple[int, int]] = []
    for begin, end in alignment.extra:
        for index, aligned in enumerate(steps):
            grown = _grown(course, aligned, begin, end)
            if grown is not None:
                steps[index] = grown
                break
        else:
            rest.append((begin, end))
    return StepAlignment(steps, rest)


def _grown(course: RunTimeline, aligned: AlignedStep, begin: int, end: int) -> AlignedStep | None:
    """Return a step with a stretch beside it added; None where it is not more of the same."""
    if aligned.begin is None or aligned.end is None or not _can_grow(aligned.step):
        return None
    if begin != aligned.end and end != aligned.begin:
        return None
    own = float(course.way_m[aligned.begin : aligned.end].mean())
    other = course.speed_mps[begin:end]
    if abs(float(other.mean()) - own) > ABSORB_SPEED * own or _is_uneven(other):
        return None
    return AlignedStep(aligned.step, min(begin, aligned.begin), max(end, aligned.end))


def _can_grow(step: PlannedStep) -> bool:
    return step.intensity in ("warmup", "cooldown", "main", "other")


def _is_uneven(speed_mps: Any) -> bool:
    return len(speed_mps) > 0 and float(np.std(speed_mps)) > 0.15 * float(np.mean(speed_mps))


def _extra_repetitions(course: RunTimeline, alignment: StepAlignment) -> list[StepAdherence]:
    """Return the repetitions, in stretches of no step, that were run beyond the plan."""
    work = [a.step for a in alignment.steps if a.step.is_work and a.step.is_repeated]
    if not work or any(a.begin is None for a in alignment.steps if a.step in work):
        return []
    pattern, out = work[-1], []
    number = sum(step.label.startswith("rep ") for step in work)
    for begin, end in alignment.extra:
        for first, last in _pieces(course, begin, end):
            run = measure_stretch(course, first, last, pattern)
            if _is_repetition(pattern, run):
                number += 1
                label = f"rep {number}"
                out.append(StepAdherence(step=label, verdict="extra", run=run.as_json()))
    return out


def _pieces(course: RunTimeline, begin: int, end: int) -> list[tuple[int, int]]:
    """Return a stretch cut at its laps, or where speed changes."""
    laps = [int(second) for second in course.lap_s if begin < second < end]
    edges = laps or [begin + s for s in sorted(speed_changes(course.gap_mps[0][begin:end], 15))]
    points = [begin, *sorted(set(edges)), end]
    return [(a, b) for a, b in pairwise(points) if b - a >= 1]


def _is_repetition(step: PlannedStep, run: RunStretch) -> bool:
    share = length_share(step, run)
    return (share is None or share >= EXTRA_LENGTH) and (
        pace_deviation(step, run) <= EXTRA_PACE and run.speed_mps >= EXTRA_SPEED * step.expected_mps
    )


# ---- the record ------------------------------------------------------------------------------


def _scored(judged: _Judged) -> JudgedStep:
    step, run = judged.aligned.step, judged.run
    if run is None:
        return JudgedStep(step, judged.verdict)
    return JudgedStep(step, judged.verdict, length_share(step, run), pace_deviation(step, run))


def _excuse(judged: Sequence[_Judged]) -> str | None:
    names = {"slow_excused": "heat", "done_by_grade": "grade"}
    found = dict.fromkeys(names[one.verdict] for one in judged if one.verdict in names)
    return ", ".join(found) or None


def _shown(judged: Sequence[_Judged], extra: Sequence[StepAdherence]) -> list[StepAdherence]:
    """Return the steps as they are shown: pauses of repeats as one, extra repetitions in place."""
    pauses = [one for one in judged if _is_repeat_pause(one)]
    rows: list[StepAdherence] = []
    last_work = max((i for i, one in enumerate(judged) if one.aligned.step.is_work), default=-1)
    for index, one in enumerate(judged):
        if not _is_repeat_pause(one):
            rows.append(_row(one))
        if index == last_work:
            rows += extra
            rows += [_pauses_row(pauses)] if pauses else []
    return rows


def _is_repeat_pause(judged: _Judged) -> bool:
    return judged.aligned.step.is_repeated and judged.aligned.step.is_pause


def _row(judged: _Judged) -> StepAdherence:
    step, run = judged.aligned.step, judged.run
    shown: dict[str, Any] = {}
    if run is not None:
        shown = run.as_json()
        shown |= {"start_s": judged.aligned.begin, "end_s": judged.aligned.end}
        shown["length_share"] = _rounded(length_share(step, run))
        shown["deviation"] = _rounded(pace_deviation(step, run))
    return StepAdherence(step=step.label, verdict=judged.verdict, planned=_planned(step), run=shown)


def _pauses_row(pauses: Sequence[_Judged]) -> StepAdherence:
    """Return one row for the pauses of a repeat: the verdict of most of those that were run."""
    verdicts: list[StepVerdict] = [one.verdict for one in pauses if one.run is not None]
    counts = Counter(verdicts).most_common(1)
    common = counts[0][0] if counts else pauses[0].verdict
    lengths = [one.run.seconds for one in pauses if one.run is not None]
    run = {"times": len(lengths), "seconds": round(float(np.mean(lengths))) if lengths else None}
    planned = _planned(pauses[0].aligned.step) | {"times": len(pauses)}
    return StepAdherence(step=RECOVERIES, verdict=common, planned=planned, run=run)


def _planned(step: PlannedStep) -> dict[str, Any]:
    target = step.target
    values = {
        "intensity": step.intensity,
        "seconds": step.seconds,
        "meters": step.meters,
        "slow_s_per_km": None if target.slow_mps is None else round(1000 / target.slow_mps),
        "fast_s_per_km": None if target.fast_mps is None else round(1000 / target.fast_mps),
        "low_bpm": target.low_bpm,
        "high_bpm": target.high_bpm,
    }
    return {name: value for name, value in values.items() if value is not None}


def _unmeasured(step: PlannedStep) -> StepAdherence:
    return StepAdherence(step=step.label, verdict="not_measurable", planned=_planned(step))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
