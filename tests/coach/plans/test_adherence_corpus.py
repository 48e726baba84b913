"""Adherence against the corpus of planned and run workouts; the column of truth is never read."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runningcoach.model.adherence import WorkoutAdherence
from tests.coach.plans.adherence_cases import load, solve

WORDS = {
    "done": {"done", "done_split"},
    "done, longer": {"long", "done"},
    "longer": {"long"},
    "done_split": {"done_split", "done"},
}
"""What the corpus's words are in ours: a step over two files is done, wherever the file ended."""
DAYS = {
    "off target": "off_target",
    "done, adjusted for heat": "done",
    "done with extra": "done",
    "unplanned run on a rest day": "unplanned",
}
LEAST_SHARE = 0.9


@pytest.fixture(scope="module")
def solved(coach_corpus: Path) -> list[tuple[dict[str, Any], Any, dict[str, WorkoutAdherence]]]:
    """Every case with its matches and what was made of its workouts."""
    folder = coach_corpus / "adherence"
    return [(case, *solve(folder, case)) for case in load(folder)]


def is_moved(went: WorkoutAdherence, words: str) -> bool:
    """Whether a workout was done, so many days later as "done, moved +1 day" tells."""
    days = int(words.split("moved")[1].split("day")[0])
    steps = {step.verdict for step in went.steps}
    return went.run_date - went.workout_date == timedelta(days=days) and steps == {"done"}


def right_steps(case: dict[str, Any], workouts: dict[str, WorkoutAdherence]) -> list[bool]:
    """Return for each expected step whether its verdict is ours."""
    steps = {step.step: step.verdict for went in workouts.values() for step in went.steps}
    out = []
    for step in case["expected"]["steps"]:
        if step["step"] in workouts:
            went = workouts[step["step"]]
            out.append(
                is_moved(went, step["verdict"])
                if "moved" in step["verdict"]
                else went.verdict == step["verdict"]
            )
        else:
            verdict = step["verdict"]
            out.append(steps.get(step["step"]) in WORDS.get(verdict, {verdict}))
    return out


def test_activities_are_matched_exactly(solved):
    for case, matches, _ in solved:
        expected = case["expected"]["match"]
        assert {a: matches.session_of(a) for a in expected} == expected, case["id"]


def test_nine_of_ten_step_verdicts_are_right(solved):
    right = {case["id"]: right_steps(case, workouts) for case, _, workouts in solved}
    verdicts = [one for steps in right.values() for one in steps]
    assert verdicts
    assert sum(verdicts) / len(verdicts) >= LEAST_SHARE, right


def test_compliance_lies_in_the_range(solved):
    for case, _, workouts in solved:
        between = case["expected"]["compliance_between"]
        for went in workouts.values():
            if between is None:
                assert went.compliance_pct is None, case["id"]
            else:
                assert between[0] <= went.compliance_pct <= between[1], case["id"]


def test_excuses_are_named(solved):
    for case, _, workouts in solved:
        excuses = {went.excuse for went in workouts.values()} - {None}
        expected = case["expected"]["excuse"]
        assert excuses == ({expected} if expected else set()), case["id"]


def test_verdicts_of_days(solved):
    for case, matches, workouts in solved:
        expected = case["expected"]["day_verdict"]
        days = {went.verdict for went in workouts.values()}
        if not days and matches.unplanned:
            days = {"unplanned"}
        assert days == {DAYS.get(expected, expected)}, case["id"]
