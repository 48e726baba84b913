"""Step verdicts and the score on made runs: each way in which a run differs from its plan."""

from datetime import date

import pytest

from runningcoach.coach.plans.adherence.comparison import compare
from runningcoach.coach.plans.adherence.conditions import AirConditions, heat_allowance
from runningcoach.model.plan_request import AthleteState
from tests.coach.plans.made_runs import (
    EASY,
    THRESHOLD,
    Part,
    cruise,
    cruise_parts,
    repeat,
    series,
    step,
    workout,
)

DAY = date(2027, 1, 12)
REPS = [f"rep {n}" for n in range(1, 6)]


def went(plan, *runs, **more):
    return compare(plan, runs, workout_date=DAY, run_date=DAY, activity_ids=[1], **more)


def verdicts(adherence):
    return {row.step: row.verdict for row in adherence.steps}


@pytest.mark.parametrize("lap", [True, False], ids=["laps", "no laps"])
def test_all_done(lap):
    result = went(cruise(), series(*cruise_parts(lap=lap)))
    assert set(verdicts(result).values()) == {"done"}
    assert result.compliance_pct == 100
    assert result.verdict == "done"


@pytest.mark.parametrize("lap", [True, False], ids=["laps", "no laps"])
@pytest.mark.parametrize("run_reps", [1, 2, 3, 4])
def test_repetitions_left_out_are_missing_though_the_distance_is_right(lap, run_reps):
    parts = cruise_parts(run_reps, lap=lap)
    missing_m = (5 - run_reps) * 1144
    parts[-1] = Part(370 + round(missing_m / 2.7), 2.7, 138, lap=lap)
    result = went(cruise(), series(*parts))
    by_step = verdicts(result)
    assert [by_step[r] for r in REPS] == ["done"] * run_reps + ["missing"] * (5 - run_reps)
    assert by_step["warmup"] == "done"
    assert by_step["cooldown"] == "long"
    assert result.verdict == "partly"
    # weights: 648 + 5 * 60 + 370 easy seconds, 5 * 271 s of work twice
    assert result.compliance_pct == pytest.approx(100 - (5 - run_reps) * 602 / 40.3, abs=2)


@pytest.mark.parametrize("lap", [True, False], ids=["laps", "no laps"])
def test_one_repetition_more_is_extra(lap):
    result = went(cruise(), series(*cruise_parts(6, lap=lap)))
    by_step = verdicts(result)
    assert by_step.pop("rep 6") == "extra"
    assert set(by_step.values()) == {"done"}
    assert result.compliance_pct == 95


def test_last_repetition_stopped_early_is_short():
    parts = cruise_parts()
    parts[-3] = Part(160, 1000 / 270, 168, lap=True)
    by_step = verdicts(went(cruise(), series(*parts)))
    assert by_step["rep 5"] == "short"
    assert [by_step[r] for r in REPS[:4]] == ["done"] * 4


def test_each_repetition_is_judged_not_their_mean():
    parts = cruise_parts()
    parts[1] = Part(250, 4.0, 172, lap=True)
    parts[9] = Part(295, 1000 / 295, 170, lap=True)
    by_step = verdicts(went(cruise(), series(*parts)))
    assert (by_step["rep 1"], by_step["rep 3"], by_step["rep 5"]) == ("fast", "done", "slow")


def test_uneven_tempo_with_the_right_mean_is_not_done():
    plan = workout(step("interval", seconds=1200, pace=THRESHOLD), kind="tempo")
    run = series(Part(600, 4.2, 172), Part(600, 3.2, 165))
    assert verdicts(went(plan, run))["interval"] in ("fast", "slow")


def test_lap_button_pressed_late_moves_no_step():
    result = went(cruise(), series(*cruise_parts(), late_s=12))
    assert set(verdicts(result).values()) == {"done"}


def test_laps_pressed_twice_in_a_repetition_are_one_repetition():
    parts = cruise_parts()
    half = Part(135, 1000 / 270, 168, lap=True)
    parts[3:4] = [half, half]
    assert set(verdicts(went(cruise(), series(*parts))).values()) == {"done"}


def test_warmup_left_out_is_missing_and_the_rest_is_done():
    by_step = verdicts(went(cruise(), series(*cruise_parts()[1:])))
    assert by_step.pop("warmup") == "missing"
    assert set(by_step.values()) == {"done"}


def test_pause_of_the_watch_is_no_running_time():
    parts = cruise_parts()
    parts[2] = Part(60, 2.4, 140, lap=True, pause_s=180)
    assert set(verdicts(went(cruise(), series(*parts))).values()) == {"done"}


def test_two_and_three_files_are_one_run():
    parts = cruise_parts()
    result = went(cruise(), series(parts[0]), series(*parts[1:-1]), series(parts[-1]))
    assert set(verdicts(result).values()) == {"done"}


def test_jump_of_position_is_no_distance():
    plan = workout(step("main", meters=8000, pace=EASY), kind="easy")
    run = series(Part(2400, 8000 / 2400 * 0.84), jump_m=900)
    row = went(plan, run).steps[0]
    assert row.verdict == "short"
    assert row.run["meters"] == pytest.approx(6720, rel=0.02)


def test_lost_distance_is_filled_from_speed_with_low_confidence():
    plan = workout(step("main", meters=8000, pace=EASY), kind="easy")
    run = series(Part(1200, 2.857), Part(300, 2.857, lost=True), Part(1300, 2.857))
    row = went(plan, run).steps[0]
    assert row.verdict == "done_low_confidence"
    assert row.run["meters"] == pytest.approx(8000, rel=0.02)
    assert row.run["recorded_meters"] == pytest.approx(7143, rel=0.02)


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(1.0, "done"), (0.92, "done_low_confidence"), (1.08, "done_low_confidence"), (0.7, "slow")],
)
def test_treadmill_pace_is_uncertain_but_not_without_limit(factor, verdict):
    plan = workout(
        step("warmup", seconds=600, pace=EASY),
        step("interval", seconds=1500, pace=(280, 270)),
        step("cooldown", seconds=600),
    )
    parts = [Part(600, 2.72, 130), Part(1500, 3.64, 165), Part(600, 2.6, 140)]
    run = series(*(Part(p.seconds, p.speed, p.bpm, lap=True) for p in parts), indoor=True,
                 factor=factor)  # fmt: skip
    assert verdicts(went(plan, run))["interval"] == verdict


def tempo_run(speed, grade_pct=0.0):
    plan = workout(
        step("warmup", seconds=900, pace=EASY), step("interval", seconds=1200, pace=THRESHOLD)
    )
    parts = Part(900, 2.74, 135, lap=True), Part(1200, speed, 168, grade_pct, lap=True)
    return plan, series(*parts)


@pytest.mark.parametrize(
    ("speed", "grade_pct", "verdict"),
    [
        (3.1, 3.5, "done_by_grade"),
        (2.6, 3.5, "slow"),
        (4.0, -3.0, "done_by_grade"),
        (4.0, 0.0, "fast"),
        (3.1, 0.0, "slow"),
    ],
)
def test_slope_excuses_what_it_costs_and_no_more(speed, grade_pct, verdict):
    plan, run = tempo_run(speed, grade_pct)
    result = went(plan, run)
    assert verdicts(result)["interval"] == verdict
    assert result.excuse == ("grade" if verdict == "done_by_grade" else None)


@pytest.mark.parametrize(
    ("temperature_c", "pace", "verdict"),
    [(31, 290, "slow_excused"), (31, 320, "slow"), (10, 290, "slow"), (None, 290, "slow"),
     (31, 271, "done"), (31, 250, "fast")],
)  # fmt: skip
def test_heat_excuses_what_hadley_allows(temperature_c, pace, verdict):
    plan, run = tempo_run(1000 / pace)
    result = went(plan, run, air=AirConditions(temperature_c))
    assert verdicts(result)["interval"] == verdict
    assert result.excuse == ("heat" if verdict == "slow_excused" else None)


def test_heat_allowance_follows_the_dew_point():
    # Hadley: 86 F + 50 F = 136: up to 3 %; 86 F + 77 F = 163: up to 8 %; 212 is off the table
    assert heat_allowance(AirConditions(30, 10)) == pytest.approx(0.03)
    assert heat_allowance(AirConditions(30, 25)) == pytest.approx(0.08)
    assert heat_allowance(AirConditions(50, 50)) == pytest.approx(0.10)
    assert heat_allowance(AirConditions(10, 5)) == 0


@pytest.mark.parametrize(("bpm", "verdict"), [(140, "done"), (120, "slow"), (160, "fast")])
def test_heart_rate_target(bpm, verdict):
    target = {"kind": "hr_bpm", "low": 135, "high": 150}
    plan = workout(step("main", seconds=2400, target=target), kind="easy")
    assert verdicts(went(plan, series(Part(2400, 2.8, bpm))))["main"] == verdict


def test_heart_rate_zone_is_the_athletes():
    plan = workout(step("main", seconds=2400, target={"kind": "hr_zone", "zone": 2}), kind="easy")
    athlete = AthleteState(today=DAY, hr_zone_edges_bpm=(95, 114, 133, 152, 171))
    run = series(Part(2400, 2.8, 125))
    assert verdicts(went(plan, run, athlete=athlete))["main"] == "done"
    assert verdicts(went(plan, run))["main"] == "done_low_confidence"


def test_run_walk_is_aligned_without_laps():
    plan = workout(
        repeat(8, step("interval", seconds=120), step("recovery", seconds=60)), kind="run_walk"
    )
    run = series(*([Part(120, 2.5, 150), Part(60, 1.4, 120)] * 8))
    assert set(verdicts(went(plan, run)).values()) == {"done"}


def test_easy_run_instead_of_repetitions_hides_nothing():
    result = went(cruise(), series(Part(3100, 2.75, 140)))
    by_step = verdicts(result)
    assert {by_step[r] for r in REPS} <= {"missing", "slow", "short"}
    assert result.compliance_pct < 50
    assert result.verdict == "partly"


def test_nobody_ran():
    result = compare(cruise(), [], workout_date=DAY)
    assert result.verdict == "missed"
    assert result.compliance_pct == 0
    assert set(verdicts(result).values()) == {"missing"}


def test_activity_without_samples_is_not_measurable():
    result = went(cruise())
    assert set(verdicts(result).values()) == {"not_measurable"}
    assert result.compliance_pct is None
