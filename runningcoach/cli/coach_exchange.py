"""`runningcoach coach plan`, `paste-out`, `paste-in`: plans by a model, or by another chat."""

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg import Connection
from pydantic import ValidationError
from rich.console import Console

from runningcoach.base import i18n, periods
from runningcoach.base.settings import settings
from runningcoach.cli import plan_words
from runningcoach.cli.opened import opened
from runningcoach.cli.problems import BadPlanRequest
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.model.conversation import (
    ExportSize,
    ModelPlanOutcome,
    PastedPlan,
    PrivacyLevel,
)
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import GoalKind, PlanRequest
from runningcoach.model.user import User

console = Console()
t = i18n.t

Username = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose plan; the owner's when not given.")
]
Language = Annotated[str | None, typer.Option(help="ko or en; yours when not given.")]


def plan(
    wishes: Annotated[str, typer.Argument(help="What you wish of the plan, in quotes.")] = "",
    goal: Annotated[GoalKind | None, typer.Option(help="As usual when not given.")] = None,
    race: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    days: Annotated[str | None, typer.Option(help="Days for running, as tue,thu,sat.")] = None,
    weeks: Annotated[int | None, typer.Option(help="How many, where there is no race.")] = None,
    user: Username = None,
) -> None:
    """Let your model write a plan, which is checked and proposed; this may take minutes."""
    from runningcoach.coach.talk.model_plans.make import make_model_plan

    with opened(settings(), user) as (conn, runner):
        changes = {"goal": goal, "race_date": race and race.date(), "weeks": weeks}
        request = _request(conn, runner, days, changes)
        made = make_model_plan(
            lambda: nullcontext(conn), runner, settings().home, request, wishes
        )  # fmt: skip
    _show_outcome(made)


def paste_out(
    size: Annotated[ExportSize, typer.Option(help="How much it tells.")] = "normal",
    language: Language = None,
    privacy: Annotated[
        PrivacyLevel | None, typer.Option(help="What it may hold; as in your settings.")
    ] = None,
    advice: Annotated[bool, typer.Option("--advice", help="Ask for advice, not a plan.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Into a file.")] = None,
    user: Username = None,
) -> None:
    """Write a text about you to paste into any chat; nothing is sent."""
    from runningcoach.coach.talk.exchange.export_text import export_text

    with opened(settings(), user) as (conn, runner):
        exported = export_text(
            conn,
            runner,
            size=size,
            language=language,
            with_schema=not advice,
            privacy_level=privacy,
        )
    if output is None:
        typer.echo(exported.text, nl=False)
    else:
        output.write_text(exported.text, encoding="utf-8")
        _say("written", tokens=exported.tokens)


def paste_in(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A file; - is standard input.")],
    user: Username = None,
) -> None:
    """Read what the other chat answered; ends with 1 where no plan came of it."""
    from runningcoach.coach.talk.exchange.pasted_plans import read_bytes, take_pasted_plan

    text = read_bytes(file.read())
    with opened(settings(), user) as (conn, runner):
        taken = take_pasted_plan(conn, runner, text)
        stored = versions.get_plan(conn, runner.id, taken.plan_id) if taken.plan_id else None
    _show_lines(taken)
    if stored is None:
        raise typer.Exit(1)
    console.print(plan_words.heading(stored), highlight=False)
    _show_findings(taken.findings)


def add_commands(group: typer.Typer) -> None:
    """Put the commands into the group of the coach."""
    group.command()(plan)
    group.command("paste-out")(paste_out)
    group.command("paste-in")(paste_in)


def _request(
    conn: Connection[Any], runner: User, days: str | None, changes: dict[str, Any]
) -> PlanRequest:
    """Return the usual request with what was typed. Raises BadPlanRequest."""
    from runningcoach.cli.plan_requests import weekdays
    from runningcoach.coach.talk.drafts.usual_request import changed_request, usual_request

    free = weekdays(days) if days else None
    today = periods.today(runner.timezone)
    usual = usual_request(conn, runner.id, load_athlete(conn, runner.id, today))
    try:
        return changed_request(usual, changes | {"available_weekdays": free})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadPlanRequest(field=field, what=first["msg"]) from None


def _show_outcome(made: ModelPlanOutcome) -> None:
    if made.reply:
        _print(made.reply)
    for question in made.questions:
        _print(f"? {question}")
    for change in made.changes:
        _print(f"~ {change}")
    if made.plan is None:
        raise typer.Exit(1)
    from runningcoach.coach.plans.overview import note_texts

    for reason in note_texts(made.plan.reasons):
        _print(reason)
    console.print(plan_words.heading(made.plan), highlight=False)
    _show_findings(made.findings)


def _show_lines(taken: PastedPlan) -> None:
    for change in taken.changes:
        _print(f"~ {change}")
    for line in (*taken.reasons, *(f"? {question}" for question in taken.questions)):
        _print(line)
    if taken.reply:
        _say("reply")
        _print(taken.reply)


def _show_findings(findings: list[PlanFinding]) -> None:
    for line in plan_words.finding_lines(findings):
        console.print(line, highlight=False, soft_wrap=True)


def _print(text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def _say(key: str, **blanks: object) -> None:
    console.print(t(f"exchange.cli.{key}", **blanks), highlight=False)
