"""Heart rates in beats: how hard they are for one athlete, in the figures and in the rules."""

from datetime import date, timedelta

import pytest

from runningcoach.coach.plans.heart_rates import with_relative_heart_rates
from runningcoach.coach.plans.plan_measures import measure_plan
from runningcoach.coach.plans.simulation import workout_load
from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.coach.plans.validator import validate
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_edit import SetTarget
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.model.workout import HeartRateShareTarget, HeartRateZoneTarget

MONDAY = date(2027, 1, 4)
ATHLETE = AthleteState(today=MONDAY, weekly_km=(40.0,) * 12, longest_30d_km=16.0, lthr_bpm=170)
BY_MAXIMUM = ATHLETE.model_copy(update={"lthr_bpm": None, "hrmax_bpm": 190})
UNKNOWN = ATHLETE.model_copy(update={"lthr_bpm": None})


def plan_of(text, workout_type):
    workout = parse_workout(text, workout_type=workout_type).workout
    days = [PlanDay(date=MONDAY + timedelta(days=n)) for n in range(7)]
    days[2] = days[2].model_copy(update={"workouts": (workout,)})
    request = PlanRequest(goal="fit", start=MONDAY, weeks=1, available_weekdays=(2,), long_day=2)
    week = PlanWeek(start=MONDAY, phase="base", days=tuple(days))
    return Plan(title="One week", request=request, weeks=(week,))


def hard_minutes(text, workout_type, athlete):
    [week] = measure_plan(plan_of(text, workout_type), athlete)
    return week.hard_s / 60


@pytest.mark.parametrize(
    ("beats", "minutes"),
    [("130-150bpm", 0), ("150-160bpm", 0), ("165-175bpm", 20), ("178-185bpm", 20)],
)
def test_beats_at_threshold_and_above_count_as_hard(beats, minutes):
    text = f"10min Z1 + 20min {beats} + 10min Z1"
    assert hard_minutes(text, "tempo", ATHLETE) == minutes


def test_beats_are_judged_by_maximum_where_no_threshold_is_known():
    assert hard_minutes("20min 165-175bpm", "tempo", BY_MAXIMUM) == 20  # 87 to 92 % of 190
    assert hard_minutes("20min 140-150bpm", "tempo", BY_MAXIMUM) == 0
    assert hard_minutes("20min 165-175bpm", "tempo", UNKNOWN) == 0


def test_ramp_of_beats_counts_as_what_it_leads_to():
    text = "20min ramp 130bpm -> 175bpm"
    assert hard_minutes(text, "tempo", ATHLETE) == 20


def pace_findings(text, workout_type, athlete=ATHLETE):
    findings = validate(plan_of(text, workout_type), athlete)
    return [finding for finding in findings if finding.code == "V13"]


def test_easy_run_with_beats_at_threshold_is_too_hard_and_mended():
    [finding] = pace_findings("40min 165-175bpm", "easy")
    assert (finding.key, finding.severity) == ("too_hard", "error")
    assert isinstance(finding.fix, SetTarget)
    assert finding.fix.target == HeartRateZoneTarget(zone=2)


def test_easy_run_with_easy_beats_or_percentages_is_fine():
    assert pace_findings("40min 130-150bpm", "easy") == []
    assert pace_findings("- 40m 65-75% HR", "easy") == []
    assert pace_findings("40min 165-175bpm", "easy", UNKNOWN) == []
    assert [f.key for f in pace_findings("- 40m 95-100% LTHR", "easy")] == ["too_hard"]


def test_harder_beats_are_more_load():
    easy, hard = (
        parse_workout(text).workout for text in ("40min 130-150bpm", "40min 165-175bpm")
    )  # fmt: skip
    assert workout_load(hard, ATHLETE) > 1.3 * workout_load(easy, ATHLETE)
    assert workout_load(hard, UNKNOWN) == workout_load(easy, UNKNOWN)


def test_share_is_a_whole_percentage_of_threshold():
    workout = parse_workout("3x(10min 153-162bpm, 3min Z1)").workout
    work, jog = with_relative_heart_rates(workout, ATHLETE).steps[0].steps
    assert work.target == HeartRateShareTarget(of="lthr", low=90, high=95)  # 153 / 170, 162 / 170
    assert jog.target == HeartRateZoneTarget(zone=1)
    assert with_relative_heart_rates(workout, UNKNOWN) is workout
