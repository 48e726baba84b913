"""`runningcoach coach`: the coach that talks, its server, key, budgets and log."""

import sys
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg import Connection
from pydantic import SecretStr, ValidationError
from rich.console import Console
from rich.table import Table

from runningcoach.base import i18n, periods
from runningcoach.base.settings import settings
from runningcoach.cli import coach_exchange
from runningcoach.cli.opened import opened
from runningcoach.cli.problems import BadCoachSetting
from runningcoach.cli.secret_prompt import ask_secret
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.budget import budget_state
from runningcoach.model.conversation import AiSettings, ModelApi, PrivacyLevel
from runningcoach.model.user import User
from runningcoach.store import ai_calls

app = typer.Typer(help="The coach that talks.", no_args_is_help=True)
coach_exchange.add_commands(app)
console = Console()
t = i18n.t

Username = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose coach; the owner's when not given.")
]
OPENAI = "openai"
"""The word for OpenAI's own server."""


@app.command()
def status(user: Username = None) -> None:
    """Show whether the coach is on, its server, models, key, agreement and budgets."""
    with opened(settings(), user) as (conn, runner):
        _print_status(conn, runner)


@app.command()
def on(
    server: Annotated[
        str | None, typer.Option(help="Address of a compatible server, or openai.")
    ] = None,
    api: Annotated[ModelApi | None, typer.Option(help="What the server speaks.")] = None,
    model: Annotated[str | None, typer.Option(help="The model that answers.")] = None,
    plan_model: Annotated[str | None, typer.Option(help="The model that drafts plans.")] = None,
    privacy: Annotated[PrivacyLevel | None, typer.Option(help="What may leave the host.")] = None,
    daily_budget: Annotated[float | None, typer.Option(help="US dollars a day.")] = None,
    monthly_budget: Annotated[float | None, typer.Option(help="US dollars a month.")] = None,
    input_price: Annotated[
        float | None, typer.Option(help="US dollars per million input tokens; 0 at home.")
    ] = None,
    output_price: Annotated[
        float | None, typer.Option(help="US dollars per million output tokens; 0 at home.")
    ] = None,
    user: Username = None,
) -> None:
    """Switch the coach on; what is not given stays as it is."""
    given = {
        "api": api,
        "chat_model": model,
        "plan_model": plan_model,
        "privacy_level": privacy,
        "daily_budget_usd": daily_budget,
        "monthly_budget_usd": monthly_budget,
        "input_price_usd": input_price,
        "output_price_usd": output_price,
    }
    columns = {name: value for name, value in given.items() if value is not None}
    if server is not None:
        columns["base_url"] = None if server == OPENAI else server
    _change(user, columns | {"is_enabled": True})


@app.command()
def off(user: Username = None) -> None:
    """Switch the coach off; nothing is sent to a model from now on."""
    _change(user, {"is_enabled": False})


def _change(username: str | None, columns: dict[str, Any]) -> None:
    with opened(settings(), username) as (conn, runner):
        current = talk_settings.load_settings(conn, runner.id)
        try:
            changed = AiSettings(**current.model_dump() | columns)
        except ValidationError as error:
            place = error.errors(include_url=False)[0]
            raise BadCoachSetting(field=place["loc"][0], what=place["msg"]) from None
        talk_settings.change_settings(conn, runner.id, changed)
        _print_status(conn, runner)


@app.command()
def key(
    forget: Annotated[bool, typer.Option("--forget", help="Forget the key.")] = False,
    user: Username = None,
) -> None:
    """Enter a key of the server that is set, which is asked for; or forget it."""
    with opened(settings(), user) as (conn, runner):
        if forget:
            talk_settings.delete_key(conn, runner.id)
        else:
            typed = SecretStr(ask_secret("talk.cli.ask_key"))
            talk_settings.put_key(conn, runner.id, typed, settings().home)
    _say("key_forgotten" if forget else "key_stored")


@app.command()
def check(
    plan: Annotated[bool, typer.Option("--plan", help="Try the model that drafts plans.")] = False,
    user: Username = None,
) -> None:
    """Make one cheap call, which sends nothing of the runner, to try server, key and model."""
    from runningcoach.coach.talk.model_check import check_model

    with opened(settings(), user) as (conn, runner):
        connect = partial(nullcontext, conn)
        call = check_model(connect, runner, settings().home, "plan" if plan else "chat")
    answered = t("talk.check.answered", model=call.model, ms=call.latency_ms or 0)
    console.print(answered, highlight=False)
    _say("cost", cost=_money(call.cost_usd))


@app.command()
def usage(
    days: Annotated[int, typer.Option(min=1, max=3_650, help="How many days.")] = 30,
    user: Username = None,
) -> None:
    """Show tokens and cost by day and model, and what is left of the budgets."""
    with opened(settings(), user) as (conn, runner):
        today = periods.today(runner.timezone)
        used = ai_calls.by_day(conn, runner.id, today - timedelta(days=days - 1), today)
        _print_budget(conn, runner, talk_settings.load_settings(conn, runner.id))
    columns = ("day", "model", "calls", "input", "cached", "output", "usd")
    table = Table(*(t(f"talk.cli.{name}") for name in columns))
    for day in used:
        tokens = (day.usage.input_tokens, day.usage.cached_tokens, day.usage.output_tokens)
        table.add_row(
            f"{day.date}", day.model, f"{day.calls}", *map(str, tokens), _money(day.cost_usd)
        )
    console.print(table if used else t("talk.cli.no_calls"))


@app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file.")] = None,
    user: Username = None,
) -> None:
    """Write all that is kept of one's talks as JSON, to standard output or a file."""
    from runningcoach.coach.talk.talk_log import export_log

    with opened(settings(), user) as (conn, runner):
        connect = partial(nullcontext, conn)
        pieces = export_log(connect, runner.id)
        if output is None:
            sys.stdout.writelines(pieces)
        else:
            with output.open("w", encoding="utf-8") as file:
                file.writelines(pieces)


@app.command()
def delete(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    user: Username = None,
) -> None:
    """Delete conversations, drafts, pasted texts and weekly words; plans and costs stay."""
    from runningcoach.coach.talk.talk_log import delete_log

    with opened(settings(), user) as (conn, runner):
        if not yes and not typer.confirm(t("talk.cli.ask_delete")):
            raise typer.Exit(1)
        delete_log(conn, runner.id)
    _say("deleted")


def _print_status(conn: Connection[Any], runner: User) -> None:
    current = talk_settings.load_settings(conn, runner.id)
    _say("on" if current.is_enabled else "off")
    _say("server", address=current.base_url or "OpenAI", api=current.api)
    _say("models", chat=current.chat_model, plan=current.plan_model)
    _say("privacy", words=t(f"talk.privacy.{current.privacy_level}"), level=current.privacy_level)
    _say("has_key" if current.has_key else "has_no_key")
    if current.agreed_at:
        _say("agreed", at=periods.clock(current.agreed_at, runner.timezone))
    else:
        _say("not_agreed")
    _print_budget(conn, runner, current)


def _print_budget(conn: Connection[Any], runner: User, current: AiSettings) -> None:
    state = budget_state(conn, runner, current, periods.now())
    _say("today", spent=_money(state.spent_today_usd), budget=_money(state.daily_budget_usd))
    _say("month", spent=_money(state.spent_month_usd), budget=_money(state.monthly_budget_usd))
    if state.unknown_price_calls:
        _say("unknown_calls", count=state.unknown_price_calls)


def _money(usd: float | None) -> str:
    return t("talk.cli.unknown") if usd is None else f"{usd:.4f}"


def _say(key: str, **blanks: object) -> None:
    console.print(t(f"talk.cli.{key}", **blanks), highlight=False)
