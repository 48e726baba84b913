"""Workouts of the corpus: text, Garmin's JSON and FIT files, read as their README says."""

import json
from pathlib import Path

import pytest

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.targets import resolve_workout
from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.coach.plans.text.render import render_workout
from runningcoach.fit.workout_reader import read_workout
from runningcoach.fit.workout_writer import write_workout
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout_steps import flatten
from runningcoach.sources.garmin.workout_reader import workout_from_garmin
from runningcoach.sources.garmin.workout_writer import workout_to_garmin
from tests.coach.plans.test_targets import KNOWN

PACE_KEYS = ("slow_s_per_km", "fast_s_per_km")
FITS = ("exact", "exact_after_resolving_bands", "flatten", "approximate", "not_supported")


@pytest.fixture(scope="session")
def folder(coach_corpus) -> Path:
    return coach_corpus / "workouts"


@pytest.fixture(scope="session")
def corpus(folder):
    return json.loads((folder / "workouts.json").read_text(encoding="utf-8"))


def listed(corpus, *fits):
    found = [w for w in corpus["workouts"] if w["expected"]["fits_plan_schema_v1"] in fits]
    assert found
    return found


def read(item, folder):
    """Return what an item is converted to; raises RunningCoachError."""
    if item["format"] == "fit_workout":
        return read_workout(folder / item["file"])
    if item["format"] == "garmin_json":
        return workout_from_garmin(item["source"])
    return parse_workout(item["source"])


def steps_of(workout):
    """Return the steps as JSON, without the empty keys of an end."""
    return [plain(step) for step in workout.model_dump(mode="json", by_alias=True)["steps"]]


def plain(item):
    if item["kind"] == "repeat":
        return item | {"steps": [plain(step) for step in item["steps"]]}
    return item | {"end": {key: value for key, value in item["end"].items() if value is not None}}


def is_close(actual, expected, key=""):
    """Return whether two steps are equal, paces within 1 s/km."""
    if isinstance(expected, dict):
        same_keys = isinstance(actual, dict) and actual.keys() == expected.keys()
        return same_keys and all(is_close(actual[k], expected[k], k) for k in expected)
    if isinstance(expected, list):
        same_length = isinstance(actual, list) and len(actual) == len(expected)
        return same_length and all(map(is_close, actual, expected))
    return abs(actual - expected) <= 1 if key in PACE_KEYS else actual == expected


def structure(item):
    """Return what part a step plays, how it ends and what kind of target it has."""
    if item["kind"] == "repeat":
        return item["times"], [structure(step) for step in item["steps"]]
    return item["intensity"], item["end"], item["target"]["kind"].removesuffix("_zone")


def test_every_item_says_how_it_is_judged(corpus):
    assert len(listed(corpus, *FITS)) == len(corpus["workouts"]) > 30


def test_exact_items_are_read_as_expected(corpus, folder):
    wrong = {}
    for item in listed(corpus, "exact", "exact_after_resolving_bands", "flatten"):
        workout, expected = read(item, folder).workout, item["expected"]
        if not is_close(steps_of(workout), expected["steps"]):
            wrong[item["id"]] = steps_of(workout)
        if expected["name"] is not None and workout.title != expected["name"]:
            wrong[item["id"]] = workout.title
    assert wrong == {}


def test_losses_of_other_items_are_told(corpus, folder):
    silent = [
        item["id"]
        for item in listed(corpus, "flatten", "approximate")
        if item["expected"]["warnings"] and not read(item, folder).warnings
    ]
    assert silent == []


def test_approximate_items_have_the_structure(corpus, folder):
    for item in listed(corpus, "approximate"):
        converted = read(item, folder)
        expected = [structure(step) for step in item["expected"]["steps"]]
        assert [structure(step) for step in steps_of(converted.workout)] == expected, item["id"]


def test_unsupported_items_are_refused_or_read_with_a_warning(corpus, folder):
    for item in listed(corpus, "not_supported"):
        converted, refusal = read_or_refusal(item, folder)
        if converted is None:
            assert refusal.what("ko") != refusal.what("en")
            assert refusal.remedy("ko")
        else:  # power, and ends by heart rate: kept for reading
            assert converted.warnings, item["id"]
            assert steps_of(converted.workout) == item["expected"]["steps"]


def read_or_refusal(item, folder):
    try:
        return read(item, folder), None
    except RunningCoachError as error:
        return None, error


def test_exact_items_survive_garmin(corpus, folder):
    for item in listed(corpus, "exact", "flatten"):
        steps = resolve_workout(read(item, folder).workout, KNOWN).workout
        body = json.loads(json.dumps(workout_to_garmin(steps)))
        assert workout_from_garmin(body).workout.steps == steps.steps, item["id"]


def test_exact_items_are_run_the_same_from_a_fit_file(corpus, folder):
    for item in listed(corpus, "exact", "flatten"):
        workout = resolve_workout(read(item, folder).workout, KNOWN).workout
        back = read_workout(write_workout(workout, 1.8e9)).workout
        expected = [without_main(step) for step in flatten(workout.steps)]
        assert list(flatten(back.steps)) == expected, item["id"]


def without_main(step):
    """Return a step as FIT can hold it."""
    return step.model_copy(update={"intensity": "interval"}) if step.intensity == "main" else step


def test_exact_items_survive_text(corpus, folder):
    for item in listed(corpus, "exact", "exact_after_resolving_bands", "flatten", "approximate"):
        workout = read(item, folder).workout
        assert parse_workout(render_workout(workout)).workout == workout, item["id"]


def test_bands_are_refused_by_garmin_until_they_are_resolved(corpus, folder):
    for item in listed(corpus, "exact_after_resolving_bands"):
        workout = read(item, folder).workout
        with pytest.raises(RunningCoachError):
            workout_to_garmin(workout)
        resolved = resolve_workout(workout, KNOWN).workout
        assert workout_from_garmin(workout_to_garmin(resolved)).workout.steps == resolved.steps


def test_shares_are_resolved_for_the_reference_athlete(corpus, folder):
    reference = corpus["reference_athlete"]
    athlete = AthleteState(
        today=KNOWN.today, paces=KNOWN.paces, hrmax_bpm=reference["max_hr"],
        lthr_bpm=reference["lthr"],
    )  # fmt: skip
    assert sum(KNOWN.paces.threshold) / 2 == reference["threshold_pace_s_per_km"]
    targets = {
        item["id"]: [
            step["target"]
            for one in steps_of(resolve_workout(read(item, folder).workout, athlete).workout)
            for step in one.get("steps", [one])
        ]
        for item in listed(corpus, "approximate")
        if item["expected"]["resolved_for_reference_athlete"]
    }
    assert targets["intervals_text_01"][1] == {
        "kind": "pace", "slow_s_per_km": 284, "fast_s_per_km": 270,
    }  # fmt: skip
    assert targets["intervals_text_05"][0] == {"kind": "hr_bpm", "low": 114, "high": 133}
    work, jog = targets["intervals_text_21"]
    assert (work["low"] < 163 < work["high"], jog["low"] < 120 < jog["high"]) == (True, True)
