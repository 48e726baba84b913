"""Which activity ran which workout: ids, markers, shapes, parts, moved and swapped days."""

from datetime import date, datetime

import numpy as np
import pytest

from runningcoach.coach.plans.adherence.matching import (
    RunForMatching,
    WorkoutForMatching,
    match_activities,
    speed_quantiles,
)
from tests.coach.plans.made_runs import EASY, Part, cruise, cruise_parts, series, step, workout


def day(number):
    return date(2027, 1, number)


def easy(meters=8000):
    return workout(step("main", meters=meters, pace=EASY), kind="easy")


def planned(name, number, plan, **more):
    return WorkoutForMatching(name, day(number), plan, **more)


def run(name, number, *parts, hour=7, minute=0, **more):
    recorded = series(*parts)
    return RunForMatching(
        id=name,
        start_local=datetime.fromisoformat(f"2027-01-{number:02}T{hour:02}:{minute:02}"),
        duration_s=len(recorded.t_s),
        distance_m=float(recorded.distance_m[-1]),
        speeds_mps=speed_quantiles(recorded.speed_mps),
        **more,
    )


def easy_run(name, number, meters=8000, **more):
    return run(name, number, Part(round(meters / 2.75), 2.75), **more)


def pairs(matches):
    return {match.session_id: match.activity_ids for match in matches.sessions}


def test_watch_names_the_workout_whatever_the_run_looked_like():
    sessions = [planned("w1", 12, cruise()), planned("w2", 13, easy())]
    runs = [easy_run("a", 13, workout_id="w1"), easy_run("b", 12)]
    assert pairs(match_activities(sessions, runs)) == {"w1": ("a",), "w2": ("b",)}


def test_marker_in_the_notes_names_the_workout():
    sessions = [planned("w1", 12, easy(), marker="rc:7/2027-01-12#ab")]
    runs = [easy_run("a", 12), easy_run("b", 12, hour=19, text="run rc:7/2027-01-12#ab")]
    matches = match_activities(sessions, runs)
    assert pairs(matches) == {"w1": ("b",)}
    assert matches.unplanned == ["a"]


def test_days_that_were_swapped_are_found_by_shape():
    sessions = [planned("hard", 12, cruise()), planned("easy", 13, easy(5000))]
    runs = [easy_run("a", 12, 5000), run("b", 13, *cruise_parts())]
    matches = match_activities(sessions, runs)
    assert pairs(matches) == {"hard": ("b",), "easy": ("a",)}
    assert [match.is_swapped for match in matches.sessions] == [True, True]
    assert [match.days_moved for match in matches.sessions] == [1, -1]


def test_run_a_day_late_is_moved_not_swapped():
    matches = match_activities([planned("w", 12, easy())], [easy_run("a", 13)])
    [match] = matches.sessions
    assert (match.activity_ids, match.days_moved, match.is_swapped) == (("a",), 1, False)


def test_other_run_on_a_rest_day_is_not_the_missed_workout():
    matches = match_activities([planned("w", 12, cruise())], [easy_run("a", 13, 4000)])
    assert pairs(matches) == {"w": ()}
    assert matches.unplanned == ["a"]


def test_much_shorter_run_of_the_day_is_the_workout_cut_short():
    assert pairs(match_activities([planned("w", 12, easy(16000))], [easy_run("a", 12, 5000)])) == {
        "w": ("a",)
    }


@pytest.mark.parametrize("workout_id", [None, "w"])
def test_warmup_and_cooldown_of_their_own_belong_to_the_session(workout_id):
    parts = cruise_parts()
    runs = [
        run("a", 12, parts[0]),
        run("b", 12, *parts[1:-1], minute=20, workout_id=workout_id),
        run("c", 12, parts[-1], minute=55),
    ]
    matches = match_activities([planned("w", 12, cruise())], runs)
    assert pairs(matches) == {"w": ("a", "b", "c")}


def test_second_run_of_the_day_is_unplanned():
    runs = [run("a", 12, *cruise_parts()), easy_run("b", 12, 6000, hour=18)]
    matches = match_activities([planned("w", 12, cruise())], runs)
    assert pairs(matches) == {"w": ("a",)}
    assert matches.unplanned == ["b"]


def test_run_after_midnight_is_that_of_the_day_before():
    matches = match_activities([planned("w", 12, easy())], [easy_run("a", 13, hour=0, minute=20)])
    [match] = matches.sessions
    assert (match.activity_ids, match.days_moved) == (("a",), 0)


@pytest.mark.parametrize("sport", ["walking", "other"])
def test_other_sports_run_no_workout(sport):
    matches = match_activities([planned("w", 12, easy())], [easy_run("a", 12, sport=sport)])
    assert pairs(matches) == {"w": ()}


def test_cross_training_is_any_sport_but_running():
    plan = workout(kind="cross_training")
    ride = easy_run("a", 12, sport="other")
    matches = match_activities([planned("w", 12, plan)], [easy_run("b", 12), ride])
    assert pairs(matches) == {"w": ("a",)}


def test_run_without_series_is_matched_by_day_and_length():
    bare = RunForMatching("a", datetime.fromisoformat("2027-01-12T07:00"), 2900, 8000)
    assert pairs(match_activities([planned("w", 12, easy())], [bare])) == {"w": ("a",)}


def test_speed_quantiles_leave_out_what_is_missing():
    assert list(speed_quantiles(np.array([np.nan, 3.0, 3.0]))) == [3.0] * 20
    assert len(speed_quantiles(np.array([np.nan]))) == 0
