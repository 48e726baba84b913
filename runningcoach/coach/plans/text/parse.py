"""Read a workout from text: one line, intervals.icu's lines, or a YAML planner's."""

import json
import re
from typing import get_args

from pydantic import ValidationError

from runningcoach.base import i18n
from runningcoach.coach.plans.text.drafts import ItemDraft, TextForm, finish_items
from runningcoach.coach.plans.text.errors import text_error
from runningcoach.coach.plans.text.lines import (
    LinesReader,
    has_dashed_lines,
    is_yaml_plan,
    parse_intervals,
    parse_yaml_plan,
)
from runningcoach.coach.plans.text.one_line import parse_one_line
from runningcoach.coach.plans.text.steps import QUOTED
from runningcoach.coach.plans.text.workout_types import guess_type
from runningcoach.model.workout import (
    LONGEST_PURPOSE,
    LONGEST_TITLE,
    MOST_STEPS_RUN,
    ConvertedWorkout,
    Workout,
    WorkoutType,
    count_steps_run,
)

LONGEST_TEXT = 20_000
WORKOUT_TYPES: tuple[WorkoutType, ...] = get_args(WorkoutType.__value__)

LOOK_ALIKES = str.maketrans(
    "\u2013\u2014\u2212\uff5e~\u301c\u2018\u2019\u2032\u201c\u201d\u2033\uff0b\uff08\uff09\uff0c\uff1a\t\xa0\u3000\r",
    "------'''\"\"\"+(),:    ",
)
"""Dashes, quotation marks and spaces as phones type them, each for the sign that is meant."""

_HEAD = re.compile(
    rf"\s*\[(?P<type>\w+)(?P<treadmill>\s*,\s*treadmill)?\]"
    rf"\s*(?P<title>{QUOTED.pattern})?\s*(?P<purpose>{QUOTED.pattern})?\s*:"
)


def parse_workout(
    text: str, title: str | None = None, workout_type: WorkoutType | None = None
) -> ConvertedWorkout:
    """Return the workout that a text describes, with warnings in the current language.

    A head such as `[long] "Sunday": ` names type and title; without it `title` and
    `workout_type` do, or they are guessed. Raises WorkoutTextError, with line and column.
    """
    if len(text) > LONGEST_TEXT:
        raise text_error("too_much", text, 1, 1)
    text = text.replace("\r\n", "\n").translate(LOOK_ALIKES)
    head = _HEAD.match(text)
    if head:
        return _headed(text, head)
    items, keys, reader, form = _parse_body(text)
    steps = finish_items(items, form)
    title = (title or reader.title or text.strip().split("\n")[0])[:LONGEST_TITLE]
    if count_steps_run(steps) > MOST_STEPS_RUN:
        raise text_error("too_many_rounds", text, 1, 1)
    workout = Workout(type=workout_type or guess_type(steps, title), title=title, steps=steps)
    return ConvertedWorkout(workout=workout, warnings=_sentences(keys, reader.ignored_lines))


def _parse_body(text: str) -> tuple[list[ItemDraft], list[str], LinesReader, TextForm]:
    if is_yaml_plan(text):
        reader, form = parse_yaml_plan(text), "yaml"
    elif has_dashed_lines(text):
        reader, form = parse_intervals(text), "intervals"
    else:
        reader = LinesReader()
        reader.items, reader.warnings = parse_one_line(text)
        return reader.items, reader.warnings, reader, "one_line"
    if not reader.items:
        raise text_error("empty", text, 1, 1)
    return reader.items, reader.warnings, reader, form


def _sentences(keys: list[str], ignored_lines: list[int]) -> list[str]:
    sentences = [i18n.t(f"workouts.warnings.{key}") for key in dict.fromkeys(keys)]
    return sentences + [i18n.t("workouts.warnings.line_ignored", line=n) for n in ignored_lines]


def _headed(text: str, head: re.Match[str]) -> ConvertedWorkout:
    """Return the workout of a text with a head; such a one may have no steps."""
    if head["type"] not in WORKOUT_TYPES:
        raise text_error("unknown_type", head[0], 1, 1)
    items, keys = parse_one_line(text, head.end()) if text[head.end() :].strip() else ([], [])
    title, purpose = (_unquoted(head[part]) for part in ("title", "purpose"))
    if len(title) > LONGEST_TITLE or len(purpose) > LONGEST_PURPOSE:
        raise text_error("too_much", title, 1, 1)
    steps = finish_items(items, "one_line")
    if count_steps_run(steps) > MOST_STEPS_RUN:
        raise text_error("too_many_rounds", text, 1, 1)
    try:
        workout = Workout.model_validate(
            {
                "type": head["type"],
                "title": title,
                "purpose": purpose,
                "is_treadmill": bool(head["treadmill"]),
                "steps": steps,
            }
        )
    except ValidationError:
        raise text_error("brackets", head[0], 1, 1) from None
    return ConvertedWorkout(workout=workout, warnings=_sentences(keys, []))


def _unquoted(text: str | None) -> str:
    if text is None:
        return ""
    try:
        return str(json.loads(text))
    except ValueError:
        raise text_error("brackets", text, 1, 1) from None
