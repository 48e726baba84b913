"""`import runningcoach as rc`: what it gives, whose records they are, and how light it is."""

import doctest
import re
import subprocess
import sys
from datetime import date
from typing import Any

import pandas as pd
import pytest
from psycopg.conninfo import make_conninfo

import runningcoach as rc
from runningcoach import public_api
from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.settings import settings
from runningcoach.cli.demo_plan import DemoRunner, follow_plan
from runningcoach.fit import decode
from runningcoach.fit.write import write
from runningcoach.public_api.plan_workbench import PlanWorkbench
from runningcoach.store import accounts, database
from runningcoach.store.database import migrate
from runningcoach.store.workbench import NoOwner, NoSamplesOfActivity, OnlySelect, UserUnknown
from tests.conftest import PROJECT
from tests.derive.demo import UNTIL, season

HEAVY = {"numpy", "pandas", "psycopg", "pydantic", "duckdb", "pyarrow"}
FUNCTIONS = ("activities", "daily", "explain", "health", "plan", "samples", "sql")


@pytest.fixture(scope="module")
def weeks(server, clone, tmp_path_factory):
    """Some weeks of the made-up runner, and the environment of a script that reads them."""
    folder = tmp_path_factory.mktemp("weeks")
    with (
        season(clone, folder, years=0.1) as found,
        pytest.MonkeyPatch.context() as patch,
    ):
        runner = DemoRunner(found.user.id, seed=7, language=found.user.language)
        follow_plan(found.conn, runner, UNTIL, folder / "home")
        url = make_conninfo(server.url, dbname=found.conn.info.dbname)
        enter(patch, folder / "home", url, database.notebook_password_file(server.home).read_text())
        yield found
    settings.cache_clear()


def enter(patch: pytest.MonkeyPatch, home: Any, url: str, password: str) -> None:
    migrate.ensure_notebook_role(url, password)
    file = database.notebook_password_file(home)
    file.parent.mkdir(exist_ok=True)
    file.write_text(password)
    patch.setenv("RUNNINGCOACH_HOME", str(home))
    patch.setenv("DATABASE_URL", url)
    settings.cache_clear()


@pytest.fixture
def script(monkeypatch, server, home, database_url):
    """The environment of a script beside an empty database."""
    password = database.notebook_password_file(server.home).read_text()
    enter(monkeypatch, home, database_url, password)
    yield
    settings.cache_clear()


def test_import_is_light_and_names_complete():
    code = (
        "import sys; before = set(sys.modules); import runningcoach as rc;"
        " print(*sorted(set(sys.modules) - before)); print(*dir(rc))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, names = (line.split() for line in run.stdout.splitlines())
    assert not HEAVY & set(loaded)
    assert {name for name in loaded if not name.startswith("importlib")} == {"runningcoach"}
    assert set(names) == {"__version__", "fit", "metrics", *FUNCTIONS}


def test_rooms_are_reached_from_the_package_alone():
    code = "import runningcoach as rc; print(rc.metrics.fitness.ctl([100.0])[0] > 2, rc.fit.read)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("True <function read")
    assert {"fitness", "load", "race", "ENGINE_VERSION"} <= set(dir(rc.metrics))


@pytest.mark.parametrize("module", [rc, rc.metrics])
def test_an_unknown_name_is_an_attribute_error(module):
    with pytest.raises(AttributeError, match="no attribute 'fitnes'"):
        module.fitnes  # noqa: B018


def run_examples(function: Any, **names: Any) -> None:
    (test,) = doctest.DocTestFinder(recurse=False).find(function, globs={"rc": rc, **names})
    told: list[str] = []
    assert test.examples, function
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=told.append)
    assert not told, "".join(told)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_of_functions(weeks, name):
    function = getattr(rc, name)
    assert function is getattr(public_api, name)
    with pd.option_context("display.width", 100):
        run_examples(function, date=date)


def test_example_of_a_plan_that_is_edited(weeks):
    with pd.option_context("display.width", 100):
        run_examples(PlanWorkbench, date=date)


@pytest.fixture
def fit_file(tmp_path, monkeypatch):
    """A file run.fit of half an hour in the current folder."""
    seconds = 1800
    records = {
        "timestamp": [1_772_344_800 + t for t in range(seconds)],
        "distance": [3.0 * t + 1.5 for t in range(seconds)],
        "heart_rate": [147] * seconds,
    }
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.fit").write_bytes(write([("file_id", {"type": 4}), ("record", records)]))


def test_the_page_on_python_runs_from_top_to_bottom(weeks, fit_file, capsys):
    page = (PROJECT / "docs" / "how-to" / "python.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    for block in code:
        exec(compile(block, "python.md", "exec"), names)  # noqa: S102  the page's own words
    assert len(code) == 4
    assert names["form"].filled in capsys.readouterr().out
    assert names["file"].status == "ok"


def test_example_of_fit_read(fit_file):
    run_examples(rc.fit.read)
    assert rc.fit.read("run.fit").to_frame("lap").empty


def test_a_field_of_several_values_is_a_column_of_arrays():
    columns = {"timestamp": decode.np.arange(2.0), "time_in_zone": decode.np.ones((2, 5))}
    frame = decode.FitFile("ok", (), {"lap": columns}).to_frame("lap")
    assert [len(row) for row in frame["time_in_zone"]] == [5, 5]


def test_days_are_those_of_a_span(weeks):
    assert len(rc.daily()) > len(rc.daily(date(2026, 11, 20))) > 3
    assert len(rc.daily(date(2026, 11, 1), date(2026, 11, 3))) == 3
    assert len(rc.health(last=date(2026, 11, 1))) < len(rc.health())
    assert "user_id" not in {*rc.daily(), *rc.health()}


def test_what_is_not_there_is_a_clear_error(weeks):
    with pytest.raises(NoSamplesOfActivity):
        rc.samples(10**9)
    with pytest.raises(OnlySelect):
        rc.sql("DELETE FROM activities")
    with pytest.raises(RunningCoachError, match="tsb") as caught:
        rc.explain("tsbb", day=date(2026, 11, 22))
    assert caught.value.code == "explain.unknown_metric"


def test_explain_speaks_the_user_s_language(weeks):
    own = rc.explain("trimp", activity_id=weeks.activities["run"])
    with i18n.speaking("en"):
        assert rc.explain("trimp", activity_id=weeks.activities["run"]) == own
    assert own.label == i18n.t("metrics.labels.trimp", weeks.user.language)


def test_a_script_reads_the_owner_s_records_or_the_named_user_s(
    script, user, other_user, monkeypatch
):
    def name() -> str:
        return rc.sql("SELECT username FROM athlete")["username"][0]

    assert name() == user.username
    monkeypatch.setenv("RUNNINGCOACH_USER", other_user.username)
    settings.cache_clear()
    assert name() == other_user.username
    monkeypatch.setenv("RUNNINGCOACH_USER_ID", str(user.id))  # a notebook's session goes before
    assert name() == user.username


def test_a_user_that_is_not_there(script, monkeypatch):
    with pytest.raises(NoOwner):
        rc.daily()
    monkeypatch.setenv("RUNNINGCOACH_USER", "nobody")
    settings.cache_clear()
    with pytest.raises(UserUnknown) as caught:
        rc.daily()
    for language in i18n.LANGUAGES:
        assert "nobody" in caught.value.what(language)


def test_a_notebook_finds_the_database_by_the_file_that_names_it(
    script, tmp_path, monkeypatch, conn
):
    accounts.create(conn, "runner", "!", role="owner")
    (tmp_path / "url").write_text(database.database_url())
    monkeypatch.setenv("RUNNINGCOACH_DATABASE_FILE", str(tmp_path / "url"))
    monkeypatch.delenv("DATABASE_URL")
    settings.cache_clear()
    assert rc.activities().empty
