"""The page on the text form of workouts: every example of it is read as it says."""

import re

import pytest

from runningcoach.coach.plans.text.errors import WorkoutTextError
from runningcoach.coach.plans.text.parse import WORKOUT_TYPES, parse_workout
from runningcoach.coach.plans.text.render import render_steps
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "reference" / "workout-text.md").read_text(encoding="utf-8")
READ, REFUSED = PAGE.split("## What is refused")
CODE = re.compile(r"`([^`]+)`")
BLOCK = re.compile(r"```workout\n(.*?)```\n\nreads as `([^`]+)`", re.DOTALL)
LENGTHS = "5km", "800m", "4828m", "90min", "2min30s", "lap", "until <120bpm", "300kcal"


def rows(text):
    """Return the cells of the tables' rows, without heads."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


EXAMPLES = [
    (written, CODE.findall(cells[1])[0], cells[2:])
    for cells in rows(READ)
    if CODE.findall(cells[1])
    for written in CODE.findall(cells[0])
]


@pytest.mark.parametrize(("written", "expected", "others"), EXAMPLES)
def test_example_is_read_as_the_page_says(written, expected, others):
    workout = parse_workout(written).workout
    assert render_steps(workout.steps) == expected
    if others and others[0].strip(" |") in WORKOUT_TYPES:
        assert workout.type == others[0].strip(" |")


def test_page_has_examples_of_every_kind():
    assert len(EXAMPLES) > 50
    assert {expected for _, expected, _ in EXAMPLES} >= set(LENGTHS)
    assert sum(bool(re.search("[가-힣]", written)) for written, _, _ in EXAMPLES) > 10


def test_examples_without_a_reading_are_read():
    for cells in rows(READ):
        for written in CODE.findall(cells[0]):
            assert parse_workout(written).workout.steps


@pytest.mark.parametrize(("text", "expected"), BLOCK.findall(READ))
def test_block_is_read_as_the_page_says(text, expected):
    assert render_steps(parse_workout(text).workout.steps) == expected


@pytest.mark.parametrize("cells", rows(REFUSED))
def test_refused_example_is_refused_at_the_place_that_the_page_says(cells):
    with pytest.raises(WorkoutTextError) as refusal:
        parse_workout(CODE.findall(cells[0])[0])
    line, column = refusal.value.blanks["line"], refusal.value.blanks["column"]
    assert f"{line}:{column}" == cells[1]


def test_page_names_every_type():
    for workout_type in WORKOUT_TYPES:
        assert re.search(rf"\b{workout_type}\b", PAGE)
