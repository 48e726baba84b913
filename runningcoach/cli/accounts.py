"""`runningcoach user`: accounts for those who share the machine."""

import secrets
from typing import Annotated, Literal

import typer
from psycopg import errors as pg
from rich.console import Console
from rich.table import Table

from runningcoach import jobs
from runningcoach.base import i18n, security
from runningcoach.base.settings import settings
from runningcoach.cli.opened import opened
from runningcoach.cli.problems import BadUsername, NoSuchUser, NotConfirmed, UserExists
from runningcoach.store import accounts

app = typer.Typer(help="Accounts.", no_args_is_help=True)
console = Console()

Name = Annotated[str, typer.Argument(help="User name: small letters, digits, . _ -")]


@app.command("list")
def list_() -> None:
    """List the accounts."""
    table = Table(*(i18n.t(f"cli.user.{c}") for c in ("name", "role", "language", "timezone")))
    with opened(settings()) as (conn, _):
        for user in accounts.all_users(conn):
            table.add_row(user.username, user.role, user.language, user.timezone)
    console.print(table)


@app.command()
def add(
    username: Name,
    language: Annotated[Literal["ko", "en"] | None, typer.Option(help="ko or en.")] = None,
    timezone: Annotated[str | None, typer.Option(help="IANA name, as Asia/Seoul.")] = None,
) -> None:
    """Make an account; the password is asked for, or made up where nobody can be asked."""
    with opened(settings()) as (conn, _):
        password, is_generated = _new_password()
        try:
            accounts.create(
                conn,
                username,
                security.hash_password(password),
                role="runner",
                language=language or settings().language,
                timezone=timezone or settings().timezone,
            )
        except pg.UniqueViolation:
            raise UserExists(username=username) from None
        except pg.CheckViolation:
            raise BadUsername(username=username) from None
    _tell(username, password if is_generated else None)


@app.command()
def password(username: Name) -> None:
    """Set a new password; every login of that account ends."""
    with opened(settings()) as (conn, _):
        user = accounts.get_by_name(conn, username)
        if user is None:
            raise NoSuchUser(username=username)
        new, is_generated = _new_password()
        accounts.set_password(conn, user.id, security.hash_password(new))
    _tell(username, new if is_generated else None)


@app.command()
def remove(
    username: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove an account with all its data: activities, files, connections, logins."""
    with opened(settings()) as (conn, _):
        user = accounts.get_by_name(conn, username)
        if user is None:
            raise NoSuchUser(username=username)
        if not yes:
            _confirm(username)
        jobs.remove_account(conn, user, settings().home)
    console.print(i18n.t("cli.user.removed", username=username), highlight=False)


def _confirm(username: str) -> None:
    """Have the name typed once more. Raises NotConfirmed."""
    console.print(i18n.t("cli.user.remove_all", username=username), highlight=False)
    if typer.prompt(i18n.t("cli.user.type_name")).strip() != username:
        raise NotConfirmed(username=username)


def _new_password() -> tuple[str, bool]:
    """Return a password and whether it was made up here."""
    if not console.is_terminal:
        return secrets.token_urlsafe(12), True
    return typer.prompt(
        i18n.t("cli.user.ask_password"), hide_input=True, confirmation_prompt=True
    ), False


def _tell(username: str, password: str | None) -> None:
    console.print(i18n.t("cli.user.saved", username=username), highlight=False)
    if password:
        console.print(i18n.t("cli.user.password_once", password=password), highlight=False)
