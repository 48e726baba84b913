"""Plans, their findings and prices as lines and tables of the terminal."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from runningcoach.base.i18n import t
from runningcoach.model.plan import Plan, PlanDay
from runningcoach.model.plan_edit import EditPrice, PlanFinding
from runningcoach.model.stored_plan import StoredPlan

if TYPE_CHECKING:
    from runningcoach.coach.plans.overview import OverviewWeek
    from runningcoach.store.plans import PlanVersion

HASH_DIGITS = 12
WEEK = timedelta(days=7)
STYLES = {"error": "bold red", "warn": "yellow"}


def version_table(rows: Iterable["PlanVersion"]) -> Table:
    """Return the versions in a list."""
    table = Table("id", *(t(f"cli.plan.{name}") for name in ("version", "state", "title", "span")))
    for row in rows:
        span = f"{row.first_day} – {row.last_day}"
        table.add_row(str(row.id), str(row.version), _state(row), Text(row.title), span)
    return table


def _state(row: "PlanVersion | StoredPlan") -> str:
    return f"{t(f'cli.plan.states.{row.status}')} · {t(f'cli.plan.origins.{row.origin}')}"


def heading(stored: StoredPlan) -> Text:
    """Return what a version is: title, number, state, hash."""
    facts = t(
        "cli.plan.heading",
        id=stored.id,
        version=stored.version,
        state=_state(stored),
        sha256=stored.sha256[:HASH_DIGITS],
    )
    return Text.assemble((stored.plan.title, "bold"), f"\n{facts}")


def week_table(weeks: Iterable["OverviewWeek"]) -> Table:
    """Return the weeks of a plan in figures."""
    columns = ("week", "start", "phase", "km", "minutes", "longest", "load", "form")
    table = Table(*(t(f"cli.plan.{name}") for name in columns))
    for week in weeks:
        table.add_row(
            str(week.number),
            str(week.start),
            t(f"cli.plan.phases.{week.phase}"),
            f"{week.km:.1f}",
            str(week.minutes),
            f"{week.longest_km:.1f}",
            f"{week.load:.0f}",
            "–" if week.tsb is None else f"{week.tsb:+.0f}",
        )
    return table


def session_lines(plan: Plan, today: date, number: int | None) -> Iterator[Text]:
    """Yield the sessions of one week, or of this and the next as far as they are in the plan."""
    if number is not None:
        weeks = plan.weeks[number - 1 : number]
    else:
        first = max(today, plan.weeks[0].start)
        weeks = [w for w in plan.weeks if first - WEEK < w.start <= first + WEEK]
    return (line for week in weeks for day in week.days for line in _day_lines(day))


def _day_lines(day: PlanDay) -> Iterator[Text]:
    from runningcoach.coach.plans.text.render import render_steps

    weekday = t(f"charts.weekdays.{day.date.weekday()}")
    for workout in day.workouts:
        steps = render_steps(workout.steps)
        yield Text.assemble(f"{day.date} {weekday}  ", (workout.title, "bold"), f"  {steps}")


def finding_lines(findings: Iterable[PlanFinding]) -> Iterator[Text]:
    """Yield what the rules found, a line each; or that they found nothing."""
    from runningcoach.coach.plans.validator.finding_words import finding_text, fix_text

    lines = [
        Text.assemble(
            (t(f"cli.plan.severities.{finding.severity}"), STYLES[finding.severity]),
            f"  {finding.code}  {_place(finding)}{finding_text(finding)}",
            f" → {fix_text(finding.fix)}" if finding.fix else "",
        )
        for finding in findings
    ]
    yield from lines or [Text(t("cli.plan.sound"))]


def _place(finding: PlanFinding) -> str:
    if finding.day is not None:
        return f"{finding.day}: "
    return "" if finding.week is None else f"{t('cli.plan.week_number', week=finding.week)}: "


def price_lines(price: EditPrice) -> Iterator[Text]:
    """Yield what edits cost: kilometres by week, load, form and time of race day, findings."""
    for start, km in price.week_km_change.items():
        yield Text(t("cli.plan.price.week", start=start, km=f"{km:+.1f}"))
    yield Text(t("cli.plan.price.load", load=f"{price.load_change:+.0f}"))
    if price.race_tsb_change is not None:
        yield Text(t("cli.plan.price.form", tsb=f"{price.race_tsb_change:+.1f}"))
    if price.gone_findings:
        yield Text(t("cli.plan.price.gone", count=len(price.gone_findings)))
    if price.new_findings:
        yield from finding_lines(price.new_findings)
