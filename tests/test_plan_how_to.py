"""The page on plans is true: its commands and its Python run, one after the other."""

import re
import shlex
import subprocess
import sys
from datetime import date, timedelta

import pytest
import typer

from runningcoach.base import periods
from runningcoach.base.settings import Settings
from runningcoach.cli.commands import app
from runningcoach.cli.opened import opened
from runningcoach.store import plans
from tests.check.test_docs import every_command
from tests.cli.shell import beside_a_database
from tests.conftest import PROJECT

pytestmark = pytest.mark.slow

TEXT = (PROJECT / "docs" / "how-to" / "plan.md").read_text(encoding="utf-8")
WRITTEN_IN = date(2026, 11, 30)
"""The week that the page's dates are of."""
TODAY = periods.today("Asia/Seoul")


BLOCK = re.compile(r"```python\n(.*?)```|^    (runningcoach [^\n]*)$", re.DOTALL | re.MULTILINE)


def now(text: str) -> str:
    """Return text with its dates moved by whole weeks, so that those of the page are of today."""
    shift = periods.week_start(TODAY) - WRITTEN_IN
    return re.sub(r"\d{4}-\d\d-\d\d", lambda m: str(date.fromisoformat(m[0]) + shift), text)


def add_runs(home):
    """Add an easy run on every other day of the last twelve weeks."""
    with opened(Settings(home=home)) as (conn, owner):
        conn.execute("UPDATE users SET timezone = 'Asia/Seoul'")
        for days_ago in range(1, 84, 2):
            day = TODAY - timedelta(days=days_ago)
            conn.execute(
                "INSERT INTO activities (user_id, file_sha256, source, sport, is_race, started_at,"
                " timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m,"
                " decode_status) VALUES (%s, %s, 'fit', 'running', %s, %s, 'Asia/Seoul', %s, %s,"
                " 2400, 2400, 8000, 'ok')",
                [owner.id, f"{days_ago}", days_ago == 21, day, day, day],
            )


def steps_of(page):
    """Yield each command and each block of Python, which begins with those before it."""
    python = ""
    for block, command in BLOCK.findall(now(page)):
        python += block
        yield shlex.split(command)[1:] if command else python


def test_the_page_runs_from_top_to_bottom(tmp_path):
    with beside_a_database(tmp_path / "home") as shell:
        add_runs(shell.home)
        steps = list(steps_of(TEXT))
        assert len([step for step in steps if isinstance(step, str)]) == 2
        for step in steps:
            if isinstance(step, str):
                words = [sys.executable, "-c", step]
                ended = subprocess.run(words, env=shell.environment, capture_output=True, text=True)
            else:
                ended = shell(*step)
            assert ended.returncode == 0, (step, ended.stdout, ended.stderr)
        with opened(Settings(home=shell.home)) as (conn, owner):
            versions = plans.list_versions(conn, owner.id, 50)
    assert [row.status for row in versions] == ["current", "archived", "archived"]
    assert [row.origin for row in versions] == ["edit", "edit", "rule"]


def test_commands_named_in_sentences_are_there():
    commands = every_command(typer.main.get_group(app))
    named = set(re.findall(r"`(runningcoach plan \w+)", TEXT))
    assert named >= {"runningcoach plan push", "runningcoach plan export"}
    assert named <= set(commands)
