"""What would follow from an edit of the plan, a week of so many kilometres, or a longer run.

Everything is computed as if; nothing is stored.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from runningcoach.base import i18n, periods
from runningcoach.base.units import percent
from runningcoach.coach.plans import limits, versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.talk.tools.result_fields import dated, known, rounded
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_arguments import Day
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext, ToolRefusal
from runningcoach.coach.talk.tools.training_totals import longest_of_month
from runningcoach.derive.comparisons import percent_change
from runningcoach.model.plan_edit import (
    EditPrice,
    MakeEasy,
    MoveWorkout,
    PlanEdit,
    PlanFinding,
    ReplaceWorkout,
    ScaleWeek,
    ScaleWorkout,
    SwapDays,
)
from runningcoach.model.plan_request import AthleteState
from runningcoach.store import fitness, plans

DAYS_A_WEEK = 7
NOTHING_STORED = "nothing was changed: this is only what would follow; a change has to be proposed"


class WhatIfArguments(ToolArguments):
    """What is supposed, and its parts: those that a kind does not need are null."""

    kind: Literal[
        "run_km", "week_km", "move", "swap", "scale_day", "scale_week", "make_easy", "rest",
        "replace",
    ] = Field(description="A longer run, a next week, or an edit of the plan")  # fmt: skip
    distance_km: Annotated[float, Field(gt=0, le=300)] | None = Field(
        default=None, description="For run_km and week_km"
    )
    day: Day | None = Field(default=None, description="The day, or Monday of the week, YYYY-MM-DD")
    other_day: Day | None = Field(default=None, description="Where to, for move and swap")
    share_pct: Annotated[float, Field(ge=20, le=150)] | None = Field(
        default=None, description="For scale_day and scale_week: 80 is a fifth less"
    )
    text: Annotated[str, Field(max_length=300)] | None = Field(
        default=None, description="For replace: a workout such as 2km E + 4x(1km T, 60s) + 2km E"
    )


def what_if(context: ToolContext, arguments: WhatIfArguments) -> Fields:
    """Return what would follow; nothing is stored."""
    if arguments.kind == "run_km":
        fields = _longer_run(context, _needed(arguments.distance_km, "distance_km"))
    elif arguments.kind == "week_km":
        fields = _week(context, _needed(arguments.distance_km, "distance_km"))
    else:
        fields = _edit(context, _plan_edit(arguments))
    return {"supposed": arguments.kind, **fields, "nothing_stored": NOTHING_STORED}


def _needed[Value](value: Value | None, name: str) -> Value:
    if value is None:
        raise ToolRefusal(f"this kind needs `{name}`")
    return value


def _longer_run(context: ToolContext, distance_km: float) -> Fields:
    """Compare a run with the longest of 30 days."""
    longest = longest_of_month(context)
    if not longest:
        return {"missing": {"longest_of_30_days_km": "no run of the last 30 days"}}
    reference = longest["longest_of_30_days_km"]
    more = percent_change(distance_km, reference)
    return {
        "distance_km": rounded(distance_km, 1),
        **longest,
        "longer_by_pct": rounded(more),
        "is_more_than_a_tenth_longer": distance_km > longest["a_tenth_more_km"],
        "missing": {},
    }


def _week(context: ToolContext, distance_km: float) -> Fields:
    """Compare a next week with those before it, and project form to its end."""
    athlete = load_athlete(context.conn, context.user.id, context.today)
    recent = athlete.weekly_km[-limits.RAMP_REFERENCE_WEEKS :]
    best = max(recent, default=0.0)
    monday = periods.week_start(context.today) + timedelta(days=DAYS_A_WEEK)
    missing: dict[str, str] = {} if recent else {"weeks": "no whole week of running is known"}
    if athlete.load_per_km is None:
        missing["form"] = "too few easy runs to know the load of a kilometre"
    return known(
        {
            "week_start": monday.isoformat(),
            "distance_km": rounded(distance_km, 1),
            "whole_weeks_before_km": [rounded(week, 1) for week in recent],
            "more_than_best_of_them_pct": rounded(percent_change(distance_km, best)),
            "more_than_last_of_them_pct": rounded(
                percent_change(distance_km, recent[-1]) if recent else None
            ),
            "rule": f"a warning above {percent(limits.RAMP_WARN_SHARE - 1):.0f} % and "
            f"{limits.RAMP_WARN_KM:g} km over the best of four weeks",
            **_form_after(context, athlete, monday, distance_km),
            "missing": missing,
        }
    )


def _form_after(
    context: ToolContext, athlete: AthleteState, monday: date, distance_km: float
) -> Fields:
    """Project fitness and form over a week that spreads its load over its days."""
    from runningcoach.derive.projection import FORGOTTEN_DAYS, project

    if athlete.load_per_km is None:
        return {}
    preferences = fitness.get_profile(context.conn, context.user.id).preferences
    first = periods.span_start(context.today, FORGOTTEN_DAYS)
    days = fitness.daily(context.conn, context.user.id, first, context.today)
    load = athlete.load_per_km * distance_km / DAYS_A_WEEK
    end = monday + timedelta(days=DAYS_A_WEEK - 1)
    last = project(days, preferences, context.today, end, [load]).days[-1]
    return {
        "form_at_its_end": {
            "date": last.date.isoformat(),
            "ctl": rounded(last.ctl, 1),
            "atl": rounded(last.atl, 1),
            "tsb": rounded(last.tsb, 1),
        }
    }


def _edit(context: ToolContext, edit: PlanEdit) -> Fields:
    """Return what an edit of the proposed plan, else of the current one, would cost."""
    base = plans.get_proposed(context.conn, context.user.id) or plans.get_current(
        context.conn, context.user.id
    )
    if base is None:
        raise ToolRefusal("there is no plan to edit; one can be proposed")
    price = versions.price_edits(context.conn, context.user.id, base.id, [edit], context.today)
    return {"plan": base.status, **price_fields(price, context.language), "missing": {}}


def price_fields(price: EditPrice, language: str) -> Fields:
    """Return what an edit costs: rules that are broken or mended, and how figures change."""
    return known(
        {
            "new_problems": [_finding(finding, language) for finding in price.new_findings],
            "solved_problems": [_finding(finding, language) for finding in price.gone_findings],
            "blocks_approval": any(f.severity == "error" for f in price.new_findings),
            "changed_weeks": [
                {"week_start": day.isoformat(), "change_km": rounded(change, 1)}
                for day, change in price.week_km_change.items()
            ],
            "load_change": rounded(price.load_change),
            "race_day_form_change": rounded(price.race_tsb_change, 1),
            "race_time_change_s": rounded(price.race_time_low_change_s),
        }
    )


def _finding(finding: PlanFinding, language: str) -> Fields:
    from runningcoach.coach.plans.validator.finding_words import finding_text

    with i18n.speaking(language):
        words = finding_text(finding)
    day = dated(finding.day) if finding.day else None
    return known({"code": finding.code, "severity": finding.severity, "day": day, "words": words})


def _plan_edit(arguments: WhatIfArguments) -> PlanEdit:
    """Return the edit that is supposed; refuse where a part of it is absent."""
    day = _needed(arguments.day, "day")
    make: dict[str, Callable[[], PlanEdit]] = {
        "move": lambda: MoveWorkout(from_date=day, to_date=_other(arguments)),
        "swap": lambda: SwapDays(first_date=day, second_date=_other(arguments)),
        "scale_day": lambda: ScaleWorkout(date=day, share=_share(arguments)),
        "scale_week": lambda: ScaleWeek(start=periods.week_start(day), share=_share(arguments)),
        "make_easy": lambda: MakeEasy(date=day),
        "rest": lambda: ReplaceWorkout(date=day, text=""),
        "replace": lambda: ReplaceWorkout(date=day, text=_needed(arguments.text, "text")),
    }
    return make[arguments.kind]()


def _other(arguments: WhatIfArguments) -> date:
    return _needed(arguments.other_day, "other_day")


def _share(arguments: WhatIfArguments) -> float:
    return _needed(arguments.share_pct, "share_pct") / percent(1)
