"""The review notebook of the plan: it runs from top to bottom, with the numbers of the page."""

import subprocess
import sys
from io import StringIO

import nbformat
import pandas as pd
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from runningcoach.coach.plans.overview import load_overview, overview_weeks
from runningcoach.serving.lab import copy_notebooks
from runningcoach.store import plans
from tests.conftest import PROJECT
from tests.planned import TODAY, prepared_plan, script_beside

NOTEBOOK = PROJECT / "notebooks" / "review" / "plan.ipynb"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prepared(clone, tmp_path_factory):
    with prepared_plan(clone, tmp_path_factory.mktemp("prepared")) as found:
        yield found


@pytest.fixture
def planned(clone, prepared):
    with script_beside(clone, prepared) as found:
        yield found


def run(folder, **parameters):
    """Return the outputs of the cells by the source of the cell."""
    out = folder / "plan.ipynb"
    papermill.execute_notebook(
        str(NOTEBOOK),
        str(out),
        {"TODAY": TODAY.isoformat(), **parameters},
        progress_bar=False,
        cwd=str(folder),
    )
    cells = nbformat.read(out, as_version=4).cells
    return {cell.source: cell.outputs for cell in cells if cell.cell_type == "code"}


def table(outputs):
    """Return a table that was shown; the name of its index stands in a second row of heads."""
    frame = pd.read_html(StringIO(outputs[-1]["data"]["text/html"]))[0]
    return frame.droplevel(1, axis=1) if frame.columns.nlevels > 1 else frame


def test_it_shows_the_numbers_of_the_overview_and_stores_nothing(planned, tmp_path):
    conn, user = planned
    overview = load_overview(conn, user.id, TODAY)
    outputs = run(tmp_path)
    weeks = table(outputs["plan.weeks.round(2)"])
    expected = overview_weeks(overview)
    assert weeks["km"].tolist() == [round(week.km, 2) for week in expected]
    assert weeks["load"].tolist() == [round(week.load, 2) for week in expected]
    assert weeks["start"].tolist() == [week.start.isoformat() for week in expected]
    adherence = table(outputs["plan.adherence"])
    assert adherence["verdict"].tolist() == [row.verdict for row in overview.adherence]
    findings = table(outputs["plan.findings"])
    assert len(findings) == len(overview.findings)
    assert "image/svg+xml" in outputs["plan.chart()"][-1]["data"]
    assert overview.stored.sha256 in str(outputs[list(outputs)[-1]])
    assert plans.get_proposed(conn, user.id) is None


def test_it_approves_a_proposal_where_it_is_told_to(planned, tmp_path):
    conn, user = planned
    current = plans.get_current(conn, user.id)
    proposed = plans.create(conn, user.id, current.plan, "edit", current.id)
    run(tmp_path, PLAN_ID=proposed.id, APPROVE=True)
    assert plans.get_current(conn, user.id).id == proposed.id


def test_it_refuses_to_approve_what_is_no_proposal(planned, tmp_path):
    conn, user = planned
    current = plans.get_current(conn, user.id)
    with pytest.raises(PapermillExecutionError, match="PlanNotProposed"):
        run(tmp_path, APPROVE=True)
    assert plans.get_current(conn, user.id) == current


@pytest.mark.deep
def test_it_runs_by_nbval(planned):
    """Cells run with today's date, whatever it is, and with no parameter set."""
    words = ["-m", "pytest", "--nbval-lax", "-q", "-c", "/dev/null"]
    command = [sys.executable, *words, "--rootdir", str(NOTEBOOK.parent), str(NOTEBOOK)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{len(code_cells())} passed" in ended.stdout


def code_cells():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def test_lab_gets_a_copy_of_it(home):
    folder = copy_notebooks(home)
    assert (folder / "review" / "plan.ipynb").read_bytes() == NOTEBOOK.read_bytes()


def test_parameters_approve_nothing_by_themselves():
    [parameters] = [c for c in code_cells() if c.metadata.get("tags") == ["parameters"]]
    assert {"PROPOSE = False", "APPROVE = False"} <= {
        line.partition("  #")[0] for line in parameters.source.splitlines()
    }
