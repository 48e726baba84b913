"""Tools on single activities: lists, one in detail, two side by side, the runner's notes."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from runningcoach.base import periods
from runningcoach.coach.talk.tools.foreign_text import foreign_field
from runningcoach.coach.talk.tools.result_fields import (
    day_fields,
    km,
    known,
    minutes,
    pace_fields,
    rounded,
    time_fields,
)
from runningcoach.coach.talk.tools.run_list import RunRow, load_rows, row_fields
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_arguments import Day, RowNumber
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext, ToolRefusal
from runningcoach.derive.laps import lap_speed_mps
from runningcoach.metrics import sports
from runningcoach.model.activity import ActivityMetrics
from runningcoach.store import activities, fitness

DEFAULT_DAYS, COMPARED_DAYS, NOTE_DAYS = 14, 365, 180
MOST_LISTED, MOST_LAPS, MOST_NOTES = 30, 24, 5
LONGEST_NOTE = 500
MEASURES = ("efficiency_factor", "decoupling_pct", "effective_vo2max", "training_effect")
"""What is shown of an activity's measures, with their digits."""
DIGITS = {"efficiency_factor": 2, "decoupling_pct": 1, "effective_vo2max": 1, "training_effect": 1}


class ActivitiesArguments(ToolArguments):
    """Which activities are listed."""

    first: Day | None = Field(default=None, description="YYYY-MM-DD; 14 days ago if null")
    last: Day | None = Field(default=None, description="YYYY-MM-DD; today if null")
    kind: Annotated[str, Field(max_length=30)] | None = Field(
        default=None, description="long, race, easy, tempo ...; all if null"
    )
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] | None = Field(
        default=None, description="12 if null"
    )


class ActivityArguments(ToolArguments):
    """Which activity is shown: by its id, else the longest of a day, else the latest."""

    activity_id: RowNumber | None = Field(default=None, description="From an earlier result")
    day: Day | None = Field(default=None, description="YYYY-MM-DD")


class ActivityCompareArguments(ToolArguments):
    """Which two activities are set side by side."""

    activity_id: RowNumber | None = Field(
        default=None, description="The later one; the latest of the kind if null"
    )
    other_id: RowNumber | None = Field(
        default=None, description="The earlier one; the one of the same kind before it if null"
    )
    kind: Literal["any", "long", "race", "hard"] | None = Field(
        default=None, description="Which kind where no id is given"
    )


class ActivityNoteArguments(ToolArguments):
    """Of which activity the note is shown."""

    activity_id: RowNumber | None = Field(
        default=None, description="From an earlier result; the latest notes if null"
    )


def activities_tool(context: ToolContext, arguments: ActivitiesArguments) -> Fields:
    """Return activities, newest first."""
    last = arguments.last or context.today
    first = arguments.first or periods.span_start(last, DEFAULT_DAYS)
    if first > last:
        raise ToolRefusal("`first` is after `last`")
    rows = load_rows(context.conn, context.user.id, max(first, last - timedelta(days=730)), last)
    wanted = [row for row in rows if arguments.kind in (None, row.kind)]
    shown = wanted[: arguments.limit or 12]
    return known(
        {
            "period": {"first": first.isoformat(), "last": last.isoformat()},
            "count": len(wanted),
            "kinds": sorted({row.kind for row in rows}),
            "left_out": len(wanted) - len(shown) or None,
            "activities": [row_fields(row) for row in shown],
            "missing": {} if rows else {"activities": "nothing is recorded on these days"},
        }
    )


def activity_tool(context: ToolContext, arguments: ActivityArguments) -> Fields:
    """Return one activity with its measures and laps."""
    row = _find(context, arguments.activity_id, arguments.day)
    measures = fitness.metrics_of(context.conn, context.user.id, row.activity.id)
    laps = activities.laps(context.conn, context.user.id, row.activity.id)
    return known(
        {
            **row_fields(row),
            **_detail_fields(row, measures),
            "laps": [
                known(
                    {
                        "lap": lap.lap_index + 1,
                        "distance_km": km(lap.distance_m),
                        **time_fields(lap.elapsed_s),
                        **_lap_pace(row, lap_speed_mps(lap)),
                        "average_hr_bpm": rounded(lap.average_hr_bpm),
                    }
                )
                for lap in laps[:MOST_LAPS]
            ],
            "laps_left_out": max(len(laps) - MOST_LAPS, 0) or None,
            "missing": _reasons(measures),
        }
    )


def _lap_pace(row: RunRow, speed_mps: float | None) -> Fields:
    return pace_fields(speed_mps) if row.activity.sport in sports.PACE_SPORTS else {}


def _detail_fields(row: RunRow, measures: ActivityMetrics | None) -> Fields:
    activity = row.activity
    gap = activity.gap_mps if activity.sport in sports.PACE_SPORTS else None
    values = {} if measures is None else {
        name: rounded(getattr(measures, name), DIGITS[name]) for name in MEASURES
    }  # fmt: skip
    zones = measures.hr_zone_s if measures else None
    return {
        "max_hr_bpm": rounded(activity.max_hr_bpm),
        **pace_fields(gap, "grade_adjusted_pace"),
        "ascent_m": rounded(sports.decided_climb_m(activity.ascent_m, activity.elevation_gain_m)),
        "cadence_spm": rounded(activity.average_cadence_spm),
        "air_temperature_c": rounded(activity.air_temperature_c, 1),
        "hr_zones_1_to_5_min": [minutes(s) for s in zones] if zones else None,
        **values,
    }


def _reasons(measures: ActivityMetrics | None) -> dict[str, str]:
    if measures is None:
        return {"measures": "this activity is not computed yet"}
    return {name: measures.reasons[name] for name in MEASURES if name in measures.reasons}


def _find(context: ToolContext, activity_id: int | None, day: date | None) -> RunRow:
    """Return an activity by its id, of a day, or the latest."""
    if activity_id is not None:
        found = activities.get(context.conn, context.user.id, activity_id)
        rows = _rows_of_day(context, found.local_date) if found else []
        rows = [row for row in rows if row.activity.id == activity_id]
    elif day is not None:
        rows = sorted(_rows_of_day(context, day), key=lambda r: -(r.activity.distance_m or 0.0))
    else:
        first = context.today - timedelta(days=COMPARED_DAYS)
        rows = load_rows(context.conn, context.user.id, first, context.today)
    if not rows:
        raise ToolRefusal("there is no such activity; `activities` lists those there are")
    return rows[0]


def _rows_of_day(context: ToolContext, day: date) -> list[RunRow]:
    return load_rows(context.conn, context.user.id, day, day)


def activity_compare(context: ToolContext, arguments: ActivityCompareArguments) -> Fields:
    """Return two activities side by side, and what differs: the later less the earlier."""
    first = context.today - timedelta(days=COMPARED_DAYS)
    rows = load_rows(context.conn, context.user.id, first, context.today)
    later = _later(context, rows, arguments)
    earlier = _earlier(context, rows, later, arguments)
    if earlier is None:
        missing = f"there is no earlier activity of the kind {later.kind} in a year"
        return {"later": row_fields(later), "missing": {"earlier": missing}}
    return {
        "later": row_fields(later),
        "earlier": row_fields(earlier),
        "later_less_earlier": _difference(later, earlier),
        "missing": {},
    }


def _later(
    context: ToolContext, rows: Sequence[RunRow], arguments: ActivityCompareArguments
) -> RunRow:
    if arguments.activity_id is not None:
        return _find(context, arguments.activity_id, None)
    for row in rows:
        if row.activity.sport == sports.RUNNING and arguments.kind in (None, "any", row.kind):
            return row
    raise ToolRefusal("there is no run of this kind in a year")


def _earlier(
    context: ToolContext,
    rows: Sequence[RunRow],
    later: RunRow,
    arguments: ActivityCompareArguments,
) -> RunRow | None:
    if arguments.other_id is not None:
        return _find(context, arguments.other_id, None)
    before = [row for row in rows if row.activity.started_at < later.activity.started_at]
    return next((row for row in before if row.kind == later.kind), None)


def _difference(later: RunRow, earlier: RunRow) -> Fields:
    ours, theirs = row_fields(later), row_fields(earlier)
    names = {
        "distance_km": 2, "time_s": 0, "pace_s_per_km": 0, "average_hr_bpm": 0, "hard_min": 0,
        "load": 0, "rpe": 1,
    }  # fmt: skip
    return {
        name: rounded(ours[name] - theirs[name], digits)
        for name, digits in names.items()
        if name in ours and name in theirs
    }


def activity_note(context: ToolContext, arguments: ActivityNoteArguments) -> Fields:
    """Return what the runner, or another program, wrote about activities."""
    if arguments.activity_id is not None:
        rows = [_find(context, arguments.activity_id, None)]
    else:
        first = periods.span_start(context.today, NOTE_DAYS)
        rows = load_rows(context.conn, context.user.id, first, context.today)
    noted = [row for row in rows if row.activity.notes]
    return {
        "notes": [
            {
                "id": row.activity.id,
                **day_fields(row.activity.local_date),
                "kind": row.kind,
                "note": foreign_field(row.activity.notes, LONGEST_NOTE),
            }
            for row in noted[:MOST_NOTES]
        ],
        "missing": {} if noted else {"notes": "there is no note"},
    }
