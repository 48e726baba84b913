"""Data of the runner as lines for a model: loaded once a message, then only shortened.

Every figure is one that the tools, the store or derive return, with its unit beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from runningcoach.base import periods
from runningcoach.base.units import percent
from runningcoach.coach.talk.tools import body, performance, person, plan_tools
from runningcoach.coach.talk.tools.foreign_text import clean, reads_as_order
from runningcoach.coach.talk.tools.result_fields import (
    dated,
    hours,
    km,
    known,
    mean,
    rounded,
)
from runningcoach.coach.talk.tools.result_size import fit, write
from runningcoach.coach.talk.tools.run_list import RunRow, load_rows, row_fields
from runningcoach.coach.talk.tools.tool_context import ToolContext
from runningcoach.model.fitness import Baseline, RecoveryDay, Summary
from runningcoach.model.health import HealthDay
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.store import adherence, fitness, health

WEEKS, DETAILED_WEEKS, WELLNESS_DAYS, ADHERENCE_WEEKS = 12, 6, 14, 4
WEEK = timedelta(days=7)
PLAN_WEEKS = 2
LONGEST_NOTE, MOST_NOTES = 80, 12
MOST_LAYOFFS = 4
PLAN_TOKENS, PROFILE_TOKENS = 1_300, 1_000


class WeekLines(NamedTuple):
    """The activities of a week from its Monday, one line each, newest first."""

    monday: date
    lines: tuple[str, ...]


class RunnerData(NamedTuple):
    """All that is said of the runner; what the privacy level holds back is empty."""

    athlete: str
    history: str
    weeks: str
    runs: tuple[WeekLines, ...]
    wellness: tuple[str, ...]
    plan: str
    notes: tuple[dict[str, Any], ...]


def load_runner_data(context: ToolContext) -> RunnerData:
    """Return what is known of the runner as of today."""
    state = person.load_state(context)
    plans = plan_tools.stored_plans(context)
    mornings = _load_mornings(context)
    rows = _load_rows(context)
    return RunnerData(
        athlete=_athlete(context, state, plans),
        history=_history(context, state.history),
        weeks=_weeks(context, mornings),
        runs=_by_week(rows),
        wellness=tuple(mornings.lines(context.today)),
        plan=_plan(context, plans, state.athlete.paces),
        notes=tuple(_notes(rows)) if context.allows("health") else (),
    )


# ---- the runner ------------------------------------------------------------------------------


def _athlete(context: ToolContext, state: person.RunnerState, plans: Sequence[StoredPlan]) -> str:
    current = next((stored for stored in plans if stored.status == "current"), None)
    fields = {
        "today": dated(context.today),
        "language": context.language,
        "shared": context.privacy_level,
        "athlete": person.athlete_fields(context, state),
        "goal": person.goal_fields(context, state.predictions, current),
        "zones": person.zone_fields(context, state),
    }
    return fit(fields, PROFILE_TOKENS)


def _history(context: ToolContext, history: Baseline | None) -> str:
    if history is None:
        return "No run is recorded yet."
    bests = performance.best_stretches(context)
    block = history.best_block_starts_on
    fields = {
        "begins": history.first_run.isoformat(),
        "years": [
            f"{row.year}: {km(row.distance_m, 0)} km, {row.runs} runs"
            for row in reversed(history.years)
        ],
        "bests": [_best_text(best, context) for best in bests],
        "best_12_weeks": f"{km(history.best_block_week_m, 1)} km a week from {block}"
        if block
        else None,
        "longest_run_km": km(history.longest_run_m, 1),
        "highest_ctl": f"{rounded(history.ctl_max, 1)} on {history.ctl_max_on}",
        "longest_layoffs": [
            f"{layoff.days} days from {layoff.starts_on}"
            for layoff in sorted(history.layoffs, key=lambda one: -one.days)[:MOST_LAYOFFS]
        ],
        "injuries": "not recorded; ask",
    }
    return write(known(fields))


def _best_text(best: performance.BestStretch, context: ToolContext) -> str:
    fields = performance.stretch_fields(best, context)
    when = fields.get("date", fields.get("year"))
    return f"{fields['distance']} {fields['time']} {when} {fields['kind']}"


# ---- weeks -----------------------------------------------------------------------------------


class _Mornings(NamedTuple):
    """What the body told on the days of the weeks that are shown."""

    days: Sequence[HealthDay]
    recovery: Sequence[RecoveryDay]

    def lines(self, today: date) -> list[str]:
        """Return the last mornings as lines, newest first."""
        first = periods.span_start(today, WELLNESS_DAYS)
        usual = {row.date: row for row in self.recovery}
        recent = [day for day in self.days if first <= day.date <= today]
        return [_morning_line(day, usual.get(day.date)) for day in reversed(recent)]

    def means(self, monday: date) -> str:
        """Return the means of a week, or nothing."""
        days = [day for day in self.days if monday <= day.date < monday + WEEK]
        parts = (
            ("HRV", rounded(_mean(day.hrv_ms for day in days)), "ms"),
            ("RHR", rounded(_mean(day.resting_hr_bpm for day in days)), "bpm"),
            ("sleep", hours(_mean(day.sleep_s for day in days)), "h"),
        )
        return _joined(parts)


def _load_mornings(context: ToolContext) -> _Mornings:
    if not context.allows("health"):
        return _Mornings((), ())
    first = periods.week_start(context.today) - (WEEKS - 1) * WEEK
    return _Mornings(
        health.days(context.conn, context.user.id, first, context.today),
        fitness.recovery(context.conn, context.user.id, first, context.today),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    return mean([value for value in values if value is not None])


def _joined(parts: Iterable[tuple[str, object, str]]) -> str:
    """Return names, values and units on a line; what is not known is left out."""
    return ", ".join(
        " ".join(filter(None, (name, str(value), unit)))
        for name, value, unit in parts
        if value is not None
    )


def _morning_line(day: HealthDay, usual: RecoveryDay | None) -> str:
    fields = body.health_fields(day)
    parts = [
        ("RHR", fields.get("resting_hr_bpm"), "bpm"),
        ("HRV", fields.get("hrv_ms"), "ms"),
        ("sleep", fields.get("sleep_h"), "h"),
        ("score", fields.get("sleep_score"), ""),
    ]
    if usual:
        parts.append(("readiness", rounded(usual.readiness), usual.readiness_band or ""))
    return f"{dated(day.date)}: {_joined(parts)}"


def _weeks(context: ToolContext, mornings: _Mornings) -> str:
    running = periods.week_start(context.today)
    first = running - (WEEKS - 1) * WEEK
    rows = fitness.summaries(context.conn, context.user.id, "week", first, running)
    lines = [_week_line(row, context.today, mornings) for row in reversed(rows)]
    return "\n".join(lines) or "No week is known."


def _week_line(row: Summary, today: date, mornings: _Mornings) -> str:
    end = row.starts_on + timedelta(days=6)
    hard = None if row.high_share is None else rounded(percent(row.high_share))
    parts = (
        ("", km(row.distance_m, 1), "km"),
        ("", hours(row.moving_s), "h"),
        ("", row.runs, "runs"),
        ("longest", km(row.longest_run_m, 1), "km"),
        ("hard", hard, "%"),
        ("load", rounded(row.load), ""),
        ("CTL", rounded(row.ctl_end, 1), ""),
        ("ATL", rounded(row.atl_end, 1), ""),
        ("TSB", rounded(row.tsb_end, 1), ""),
    )
    state = " (running, partial)" if end >= today else ""
    told = ", ".join(filter(None, (_joined(parts), mornings.means(row.starts_on))))
    return f"{row.starts_on} to {end}{state}: {told}"


# ---- single activities -----------------------------------------------------------------------


def _load_rows(context: ToolContext) -> list[RunRow]:
    if not context.allows("training"):
        return []
    first = periods.week_start(context.today) - (DETAILED_WEEKS - 1) * WEEK
    return load_rows(context.conn, context.user.id, first, context.today)


def _by_week(rows: Iterable[RunRow]) -> tuple[WeekLines, ...]:
    weeks: dict[date, list[str]] = defaultdict(list)
    for row in rows:
        weeks[periods.week_start(row.activity.local_date)].append(_run_line(row))
    return tuple(WeekLines(monday, tuple(lines)) for monday, lines in weeks.items())


def _run_line(row: RunRow) -> str:
    activity, fields = row.activity, row_fields(row)
    parts = (
        ("", fields.get("distance_km"), "km"),
        ("", fields.get("time"), ""),
        ("", fields.get("pace"), ""),
        ("HR", fields.get("average_hr_bpm"), "bpm"),
        ("hard", fields.get("hard_min"), "min"),
        ("EF", rounded(activity.efficiency_factor, 2), ""),
        ("decoupling", rounded(activity.decoupling_pct, 1), "%"),
        ("TE", rounded(activity.device_training_effect, 1), ""),
        ("RPE", fields.get("rpe"), ""),
        ("load", fields.get("load"), ""),
    )
    return f"{dated(activity.local_date)} #{activity.id} {row.kind}: {_joined(parts)}"


def _notes(rows: Iterable[RunRow]) -> list[dict[str, Any]]:
    """Return notes, cut; one that reads like an order is named, not repeated."""
    noted = [row.activity for row in rows if row.activity.notes][:MOST_NOTES]
    return [
        {"date": activity.local_date.isoformat(), "note": _note_text(activity.notes)}
        for activity in noted
    ]


def _note_text(text: str | None) -> str:
    whole = clean(text, 10 * LONGEST_NOTE)
    if reads_as_order(whole):
        return "(left out: it reads like an order to a program)"
    return clean(whole, LONGEST_NOTE)


# ---- the plan --------------------------------------------------------------------------------


def _plan(context: ToolContext, plans: Sequence[StoredPlan], paces: TrainingPaces | None) -> str:
    monday = periods.week_start(context.today)
    span = (monday, monday + PLAN_WEEKS * WEEK - timedelta(days=1))
    found = plan_tools.plan_fields(context, plans, span, paces)
    first = periods.week_start(context.today) - ADHERENCE_WEEKS * WEEK
    went = adherence.list_between(context.conn, context.user.id, first, context.today)
    counts = {
        "first": first.isoformat(),
        "last": context.today.isoformat(),
        **plan_tools.verdict_counts(went),
    }
    fields = {key: found[key] for key in ("plans", "approval", "missing")}
    return fit({**fields, "adherence": known(counts)}, PLAN_TOKENS)
