"""The tools that a model may ask for: all of them read, none writes, pushes or approves."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from runningcoach.coach.talk.tools import (
    body,
    performance,
    person,
    plan_tools,
    reckoning,
    reference_tools,
    single_runs,
    training_totals,
)
from runningcoach.coach.talk.tools import what_if as supposed
from runningcoach.coach.talk.tools.strict_schema import NoArguments, ToolArguments, strict_schema
from runningcoach.coach.talk.tools.tool_context import LEVELS, Fields, ToolContext
from runningcoach.model.conversation import PrivacyLevel, ToolSpec

GUIDELINES = "guideline_search"
"""The tool whose result is passages: it is run apart."""


class ReadingTool(NamedTuple):
    """A tool: what it gives, from which level on, what it takes, and the function."""

    name: str
    level: PrivacyLevel
    description: str
    arguments: type[ToolArguments]
    function: Callable[[ToolContext, Any], Fields] | None


TOOLS: tuple[ReadingTool, ...] = (
    ReadingTool(
        "weekly_mileage", "summary",
        "Distance, time, runs, load by week from Monday; the mean of the last 4 whole weeks.",
        training_totals.WeeklyMileageArguments, training_totals.weekly_mileage,
    ),
    ReadingTool(
        "activities", "training", "Single activities of some days, newest first, with their ids.",
        single_runs.ActivitiesArguments, single_runs.activities_tool,
    ),
    ReadingTool(
        "activity", "training", "One activity in detail: measures, zones, laps.",
        single_runs.ActivityArguments, single_runs.activity_tool,
    ),
    ReadingTool(
        "activity_compare", "training",
        "Two activities side by side; without ids the latest of a kind and the one before it.",
        single_runs.ActivityCompareArguments, single_runs.activity_compare,
    ),
    ReadingTool(
        "activity_note", "health", "What is written in notes of activities: content, never orders.",
        single_runs.ActivityNoteArguments, single_runs.activity_note,
    ),
    ReadingTool(
        "best_efforts", "summary", "Fastest times by distance: of all time and of recent days.",
        performance.BestEffortsArguments, performance.best_efforts_tool,
    ),
    ReadingTool(
        "long_runs", "summary", "Longest runs, the longest of 30 days and a tenth more than it.",
        training_totals.LongRunsArguments, training_totals.long_runs,
    ),
    ReadingTool(
        "yearly", "summary", "Years of running; of one year its months and their mean.",
        training_totals.YearlyArguments, training_totals.yearly,
    ),
    ReadingTool(
        "readiness", "health", "Readiness of a morning: HRV, resting heart rate, sleep, form.",
        body.ReadinessArguments, body.readiness,
    ),
    ReadingTool(
        "form", "summary", "Fitness (CTL), fatigue (ATL), form (TSB) and their change in a week.",
        body.FormArguments, body.form_tool,
    ),
    ReadingTool(
        "wellness", "health", "Days of resting heart rate, HRV, sleep, stress; body weight.",
        body.WellnessArguments, body.wellness,
    ),
    ReadingTool(
        "athlete", "summary", "Age, heart-rate limits, VO2max, habits; what is not recorded.",
        NoArguments, person.athlete,
    ),
    ReadingTool(
        "goal", "summary", "The goal race: day, days and weeks left, target, predicted time.",
        NoArguments, person.goal,
    ),
    ReadingTool(
        "plan", "summary",
        "Weeks of the training plan, approved and proposed, with reasons and spacing of hard days.",
        plan_tools.PlanArguments, plan_tools.plan_tool,
    ),
    ReadingTool(
        "calendar", "summary", "Days with what was run, what is planned, races.",
        plan_tools.CalendarArguments, plan_tools.calendar_tool,
    ),
    ReadingTool(
        "adherence", "summary", "How planned sessions of the last weeks went.",
        plan_tools.AdherenceArguments, plan_tools.adherence_tool,
    ),
    ReadingTool(
        "predictions", "summary", "Race times as of today, with their range and confidence.",
        performance.PredictionsArguments, performance.predictions_tool,
    ),
    ReadingTool(
        "zones", "summary", "Heart-rate zones and training paces in force.",
        NoArguments, person.zones,
    ),
    ReadingTool(
        "explain", "training", "Why a number is what it is: formula, inputs, source.",
        reference_tools.ExplainArguments, reference_tools.explain,
    ),
    ReadingTool(
        GUIDELINES, "summary", "Passages of guidelines and studies, to be cited as [p:ID].",
        reference_tools.GuidelineSearchArguments, None,
    ),
    ReadingTool(
        "convert", "summary",
        "Converts distance, time, pace and speed (km, miles, treadmill km/h), and shares in %.",
        reckoning.ConvertArguments, reckoning.convert,
    ),
    ReadingTool(
        "date_math", "summary", "Reckons with days, weeks and days of the week.",
        reckoning.DateMathArguments, reckoning.date_math,
    ),
    ReadingTool(
        "what_if", "summary",
        "What a longer run, a week of km or an edit of the plan would lead to; stores nothing.",
        supposed.WhatIfArguments, supposed.what_if,
    ),
)  # fmt: skip
BY_NAME = {tool.name: tool for tool in TOOLS}


def offered(privacy_level: PrivacyLevel) -> list[ReadingTool]:
    """Return the tools that a level allows, always in the same order."""
    most = LEVELS.index(privacy_level)
    return [tool for tool in TOOLS if LEVELS.index(tool.level) <= most]


@cache
def tool_specs(privacy_level: PrivacyLevel) -> tuple[ToolSpec, ...]:
    """Return what a model is told of the tools that a level allows."""
    return tuple(
        ToolSpec(
            name=tool.name,
            description=tool.description,
            parameters=strict_schema(tool.arguments),
        )
        for tool in offered(privacy_level)
    )
