"""Targets resolved by an athlete's numbers; the expected ones are computed by hand."""

from datetime import date

import pytest
from hypothesis import given, settings

from runningcoach.base import i18n
from runningcoach.coach.plans.targets import WorkoutUnresolvable, resolve_workout
from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.model.plan_request import AthleteState, TrainingPaces
from runningcoach.model.workout import (
    DistanceEnd,
    HeartRateEnd,
    HeartRateTarget,
    HeartRateZoneTarget,
    OpenTarget,
    PaceTarget,
    PaceZoneTarget,
    PowerTarget,
    Workout,
    WorkoutStep,
)
from tests.coach.plans.generated_workouts import workouts

PACES = TrainingPaces(
    pace_index=45.0, source="by hand", easy=(380, 330), marathon=(305, 293),
    threshold=(275, 265), interval=(252, 242), repetition=(235, 225),
)  # fmt: skip
"""Threshold 4:30/km in the middle."""
KNOWN = AthleteState(
    today=date(2026, 12, 1), paces=PACES, hrmax_bpm=190, lthr_bpm=172,
    hr_zone_edges_bpm=(95, 114, 133, 152, 171),
)  # fmt: skip
UNKNOWN = AthleteState(today=date(2026, 12, 1))


def pace(slow, fast):
    return PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast)


def bpm(low, high):
    return HeartRateTarget(low=low, high=high)


def resolved(text, athlete=KNOWN):
    return resolve_workout(parse_workout(text).workout, athlete)


def only_step(text, athlete=KNOWN):
    [step] = resolved(text, athlete).workout.steps
    return step


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("10km E", pace(380, 330)),
        ("10km M", pace(305, 293)),
        ("5km T", pace(275, 265)),
        ("1km I", pace(252, 242)),
        ("200m R", pace(235, 225)),
        ("- 10m 95-100% Pace", pace(284, 270)),  # 270 / 0.95 = 284.2
        ("- 10m 90% Pace", pace(306, 294)),  # 270 / 0.9 = 300, and 2 % to either side
        ("- 10m 60-70% HR", bpm(114, 133)),  # of 190
        ("- 10m 95% LTHR", bpm(160, 167)),  # 163.4 of 172, and 2 % to either side: 160.1, 166.7
        ("- 10m ramp 60-80% Pace", pace(450, 338)),  # 270 / 0.6 and 270 / 0.8
        ("- 10m ramp 80-60% Pace", pace(450, 338)),
        ("10min ramp E -> T", pace(380, 265)),
        ("10min ramp 120bpm -> 150bpm", bpm(120, 150)),
        ("10min ramp Z1 -> Z2", bpm(95, 133)),
        ("10min ramp Z4 -> Z5", bpm(152, 190)),
        ("10min ramp Z2 -> 150bpm", bpm(114, 150)),
        ("10min ramp 200W -> 300W", PowerTarget(low=200, high=300)),
        ("10min ramp Z2 -> Z2", HeartRateZoneTarget(zone=2)),
    ],
)
def test_target_becomes_what_a_watch_takes(text, target):
    assert only_step(text).target == target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("10km E", HeartRateZoneTarget(zone=2)),
        ("10km M", HeartRateZoneTarget(zone=3)),
        ("5km T", HeartRateZoneTarget(zone=4)),
        ("1km I", HeartRateZoneTarget(zone=5)),
        ("200m R", OpenTarget()),
    ],
)
def test_band_becomes_a_zone_with_a_warning_where_no_pace_is_known(text, target):
    converted = resolved(text, UNKNOWN)
    assert converted.workout.steps[0].target == target
    assert len(converted.warnings) == 1


@pytest.mark.parametrize(
    ("text", "athlete", "reason"),
    [
        ("- 10m 90% Pace", UNKNOWN, "no_paces"),
        ("- 10m 70% HR", UNKNOWN, "no_hrmax"),
        ("- 10m 95% LTHR", UNKNOWN, "no_lthr"),
        ("10min ramp Z1 -> Z2", UNKNOWN, "no_zones"),
        ("10min ramp Z1 -> E", KNOWN, "mixed_ramp"),
        ("10min ramp Z1 Power -> Z2 Power", KNOWN, "mixed_ramp"),
        ("10min Z2-3 Pace", KNOWN, "pace_zones"),
        ("- 10m 20% Pace", KNOWN, "out_of_range"),  # 22:30/km
        ("- 10m 140% HR", KNOWN, "out_of_range"),  # 266 bpm
        ("1km E + 3x(2x(400m 90% Pace, 1min), 3min)", UNKNOWN, "no_paces"),
    ],
)
def test_target_that_cannot_be_known_is_refused(text, athlete, reason):
    with pytest.raises(WorkoutUnresolvable) as refusal:
        resolved(text, athlete)
    assert refusal.value.blanks["reason"] == f"workouts.unresolvable.{reason}.what"
    assert refusal.value.what("ko") != refusal.value.what("en")
    assert refusal.value.remedy("en")


def test_direction_of_a_ramp_stands_in_the_note():
    assert only_step('10min ramp 60-80% Pace "smooth"').note == "7:30 → 5:38 smooth"
    assert only_step("10min ramp Z2 -> Z1").note == "Z2 → Z1"
    long_note = "x" * 195
    assert only_step(f'10min ramp 60-80% Pace "{long_note}"').note == long_note


def test_end_at_a_share_of_maximum_becomes_beats():
    step = only_step("until <60% HR")
    assert step.end == HeartRateEnd(kind="hr_below", bpm=114)
    assert only_step("until <60% HR", UNKNOWN).end == HeartRateEnd(kind="hr_below", pct_of_max=60)


def test_what_a_watch_takes_already_stays_as_it_is():
    text = "2km @6:00 + 3x(1km 150-160bpm, 2min Z1) skip last + 1km Z3 Pace + 5min 250W + lap"
    workout = parse_workout(text).workout
    converted = resolve_workout(workout, UNKNOWN)
    assert (converted.workout, converted.warnings) == (workout, [])


def test_head_of_a_workout_stays_as_it_is():
    target = PaceZoneTarget(low=2, high=2)
    step = WorkoutStep(intensity="main", end=DistanceEnd(meters=5_000), target=target)
    workout = Workout(
        type="easy", title="Monday", purpose="Base.", is_treadmill=True, steps=(step,)
    )  # fmt: skip
    assert resolve_workout(workout, KNOWN).workout == workout


def test_each_change_is_told_once_in_the_language_of_the_reader():
    text = "10min ramp 60-80% Pace + 20min 90% Pace + 10min ramp 80-60% Pace + 5min 85% Pace"
    with i18n.speaking("en"):
        converted = resolved(text)
    assert [warning.split(" ")[:2] for warning in converted.warnings] == [
        ["A", "ramp"], ["A", "single"],
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(workouts())
def test_resolving_twice_changes_nothing_more(workout):
    try:
        once = resolve_workout(workout, KNOWN)
    except WorkoutUnresolvable:
        return
    again = resolve_workout(once.workout, KNOWN)
    assert (again.workout, again.warnings) == (once.workout, [])
