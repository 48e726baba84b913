"""The shape of a workout as bars: widths by time, heights by how hard a part is."""

import pytest

from runningcoach.coach.plans.workout_profile import workout_profile
from runningcoach.model.workout import (
    BandTarget,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)


def part(intensity, seconds, band=None):
    target = {"target": BandTarget(name=band)} if band else {}
    return WorkoutStep(intensity=intensity, end=TimeEnd(seconds=seconds), **target)


def test_bars_are_as_wide_as_their_parts_are_long():
    repeat = WorkoutRepeat(times=2, steps=(part("interval", 300, "T"), part("recovery", 60)))
    workout = Workout(
        type="cruise", title="", steps=(part("warmup", 600, "E"), repeat, part("cooldown", 280))
    )
    bars = workout_profile(workout, None)
    assert [bar.width_pct for bar in bars] == pytest.approx(
        [37.5, 18.75, 3.75, 18.75, 3.75, 17.5]
    )  # of 1600 s
    assert [bar.band for bar in bars] == ["E", "T", "E", "T", "E", "E"]
    warmup, work, rest = bars[0].height_pct, bars[1].height_pct, bars[2].height_pct
    assert rest < warmup < work


def test_work_without_a_target_stands_out():
    """Hills and fartlek name no pace; a flat drawing would say that they are easy."""
    repeat = WorkoutRepeat(times=3, steps=(part("interval", 45), part("recovery", 90)))
    bars = workout_profile(Workout(type="hills", title="", steps=(repeat,)), None)
    assert bars[0].height_pct > 2 * bars[1].height_pct


def test_workout_without_steps_has_no_bars():
    assert workout_profile(Workout(type="cross_training", title="Swim"), None) == []
