"""Notebooks of pages are thin and stored clean; everything they name exists."""

import ast
import json
from pathlib import Path

import pytest

from runningcoach.base import i18n
from runningcoach.jobs import job_table
from tests.conftest import PROJECT

PAGES = sorted((PROJECT / "dashboards").glob("*.ipynb"))
JOBS = sorted((PROJECT / "notebooks" / "jobs").glob("*.ipynb"))
NOTEBOOKS = [*PAGES, *sorted((PROJECT / "notebooks").rglob("*.ipynb"))]
MOST_LINES = 12
ASKED = {
    "activities", "activity_totals", "ai_calls", "ai_imports", "api_tokens", "athlete",
    "benchmarks", "calendar", "conversations", "facts", "fitness", "health", "job_runs",
    "knowledge", "plan_in_force", "race_predictions", "races", "rebuild", "run_sessions",
    "talk_settings", "weekly_words", "workouts",
}  # fmt: skip
"""Rooms and modules whose functions know data of a user."""
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor, ast.While,
    ast.Try, ast.If, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def code(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def named(paths: list[Path]) -> dict:
    return {"argvalues": paths, "ids": [path.stem for path in paths]}


def test_all_pages_are_here():
    assert [page.stem for page in PAGES] == [
        "activities", "activity", "calendar", "coach", "connect", "fitness", "health", "jobs",
        "plan", "readiness", "today", "trends",
    ]  # fmt: skip


@pytest.mark.parametrize("path", **named(NOTEBOOKS))
def test_it_is_stored_without_outputs(path):
    for cell in read(path)["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert cell["metadata"] in ({}, {"tags": ["parameters"]})


@pytest.mark.parametrize("path", **named([*PAGES, *JOBS]))
def test_its_cells_are_steps(path):
    for source in code(path):
        assert len(source.splitlines()) <= MOST_LINES
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, LOGIC)]


@pytest.mark.parametrize("path", **named([*PAGES, *JOBS]))
def test_its_title_has_words(path):
    title = read(path)["metadata"]["title"]
    for language in i18n.LANGUAGES:
        assert i18n.t(title, language)


@pytest.mark.parametrize("path", **named(PAGES))
def test_each_cell_ends_by_showing_cards(path):
    for source in code(path):
        last = ast.parse(source).body[-1]
        assert isinstance(last, ast.Expr)
        assert ast.unparse(last).startswith("page.show(")


@pytest.mark.parametrize("path", **named(PAGES))
def test_it_shows_errors_as_cards_from_the_first_step(path):
    assert "page.begin()" in code(path)[0]


@pytest.mark.parametrize("path", **named(PAGES))
def test_the_data_are_those_of_the_session_s_user(path):
    """Every function of the store is asked with the connection and the session's user."""
    for source in code(path):
        for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
            words = ast.unparse(call.func).split(".")
            if words[0] in ASKED:
                assert [ast.unparse(argument) for argument in call.args[:2]] == ["conn", "me"]
    assert "session.user_id()" in code(path)[0]


def test_every_job_has_its_notebook_and_every_notebook_its_job():
    jobs = job_table.read(PROJECT / "scheduler" / "jobs.toml")
    assert sorted(job.notebook for job in jobs.values()) == JOBS


@pytest.mark.parametrize("path", **named(JOBS))
def test_a_job_begins_with_parameters_that_have_their_usual_values(path):
    first, second, *_ = read(path)["cells"]
    assert first["metadata"] == {"tags": ["parameters"]}
    given = ast.parse("".join(first["source"])).body
    assert all(isinstance(step, ast.Assign) for step in given)
    assert "day" in {step.targets[0].id for step in given}
    assert "job_context.begin(day)" in "".join(second["source"])


@pytest.mark.parametrize("path", **named(JOBS))
def test_each_step_of_a_job_ends_by_showing_its_report(path):
    for source in code(path)[1:]:
        assert isinstance(ast.parse(source).body[-1], ast.Expr)
