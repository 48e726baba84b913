"""`runningcoach demo`: a made-up runner's years, imported like anybody's, in a home apart."""

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from psycopg import Connection
from rich.console import Console

from runningcoach import jobs
from runningcoach.base import i18n, periods
from runningcoach.base.settings import Settings, settings
from runningcoach.cli import demo_coach, demo_plan, progress
from runningcoach.cli.demo_garmin import free_address, programs
from runningcoach.demo import athlete
from runningcoach.model.user import User
from runningcoach.ops import supervisor
from runningcoach.ops.child_processes import Program
from runningcoach.ops.services import Services
from runningcoach.store import accounts

PASSWORD = "demo-runner"  # noqa: S105  the demo's door is meant to be open, and listens at home only
USERNAME = "demo"
PERSON = {"sex": "male", "birth_date": date(1988, 4, 12)}
"""Profile of the made-up runner, as in his export."""

console = Console()


def run(years: float, seed: int) -> int:
    """Start everything on the demo's home; import the made-up runner when it is not there yet.

    He follows a training plan. Beside it run simulators: of Garmin, to which he is connected when
    pages are there, and of a model that his coach talks by.
    """
    demo = {"home": demo_home(settings()), "owner": USERNAME, "garmin_url": free_address()}
    demo_settings = settings().model_copy(update=demo)
    model_address = demo_coach.model_address()

    def fill(conn: Connection[Any], owner: User) -> None:
        accounts.update(conn, owner.id, PERSON | {"display_name": i18n.t("cli.demo.name")})
        until = periods.today(owner.timezone)
        if not _filled(demo_settings.home, content := f"{seed} {years} {until}"):
            _import(conn, owner, demo_settings, years=years, seed=seed, until=until)
            _mark(demo_settings.home).write_text(content)
        runner = demo_plan.DemoRunner(owner.id, seed, owner.language)
        demo_plan.follow_plan(conn, runner, until, demo_settings.home)
        demo_coach.switch_on(conn, owner, model_address, demo_settings.home)
        console.print(i18n.t("cli.demo.simulated"), style="dim", highlight=False)

    def simulators(parts: Services) -> list[Program]:
        until = periods.today(demo_settings.timezone)
        garmin = programs(parts, demo_settings, seed=seed, years=years, until=until)
        return [*garmin, demo_coach.program(parts, model_address)]

    return supervisor.up(
        demo_settings, owner_password=PASSWORD, before_ready=fill, extra_parts=simulators
    )


def demo_home(owner_settings: Settings) -> Path:
    """Return the home beside the owner's, so that made-up and real data never meet."""
    return owner_settings.home.with_name(owner_settings.home.name + "-demo")


def _mark(home: Path) -> Path:
    return home / "demo.txt"


def _filled(home: Path, content: str) -> bool:
    mark = _mark(home)
    return mark.exists() and mark.read_text() == content


def _import(
    conn: Connection[Any],
    owner: User,
    demo_settings: Settings,
    *,
    years: float,
    seed: int,
    until: date,
) -> None:
    """Write the export of the made-up runner and import it."""
    folder = Path(tempfile.mkdtemp(prefix="runningcoach-demo-"))
    try:
        with console.status(i18n.t("cli.demo.writing")):
            athlete.write_export(
                folder,
                seed=seed,
                years=years,
                until=until,
                language=owner.language,
            )
        with progress.of_import(console) as show:
            report = jobs.take_files(
                conn,
                owner.id,
                [folder],
                home=demo_settings.home,
                workers=demo_settings.workers,
                progress=show,
            )
        console.print(str(report), highlight=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
