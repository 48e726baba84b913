"""JupyterLab in a browser: the notebooks that come along run, and show the owner's numbers."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Visit
from tests.conftest import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = PROJECT / "notebooks"
NOTEBOOKS = [
    str(path.relative_to(ROOT).with_suffix(""))
    for folder in ("explore", "review")
    for path in sorted((ROOT / folder).glob("*.ipynb"))
]
TABLES = {"explore/sql": 2, "explore/start_here": 2, "review/plan": 7}
STARTS_MS, RUNS_MS = 60_000, 120_000


def wait_for_kernel(visit: Visit, name: str) -> None:
    """Wait until the notebook's kernel is connected and has nothing to do."""
    give_up = time.monotonic() + STARTS_MS / 1000
    while True:
        sessions = visit.tab.context.request.get(f"{visit.site.url}/lab/api/sessions").json()
        kernels = [one["kernel"] for one in sessions if one["path"] == f"{name}.ipynb"]
        if any(one["connections"] and one["execution_state"] == "idle" for one in kernels):
            break
        assert time.monotonic() < give_up, sessions
        visit.tab.wait_for_timeout(500)
    indicator = visit.tab.locator(".jp-Notebook-ExecutionIndicator")
    expect(indicator).to_have_attribute("data-status", "idle", timeout=STARTS_MS)


def run_all(tab: Page) -> None:
    """Choose "Run All Cells" in the menu, and wait for the end of the last one."""
    tab.wait_for_timeout(1_000)
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompt = tab.locator(".jp-Notebook .jp-CodeCell").last.locator(".jp-InputArea-prompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=RUNS_MS)


@pytest.mark.parametrize(
    "name", [NOTEBOOKS[0], *(pytest.param(name, marks=pytest.mark.deep) for name in NOTEBOOKS[1:])]
)
def test_a_notebook_runs_and_shows_its_output(visit: Visit, name: str):
    tab = visit.tab
    tab.goto(f"{visit.site.url}/lab/lab/tree/{name}.ipynb?reset", timeout=STARTS_MS)
    expect(tab.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=STARTS_MS)
    wait_for_kernel(visit, name)
    run_all(tab)
    error = tab.locator("[data-mime-type='application/vnd.jupyter.error']")
    expect(error).to_have_count(0)
    tables = tab.locator(".jp-OutputArea table.dataframe")
    expect(tables).to_have_count(TABLES[name])
    assert tables.first.locator("tbody tr").count() > 1
    if name != "explore/sql":
        expect(tab.locator(".jp-OutputArea .jp-RenderedSVG")).to_be_visible()
    assert [fault for fault in visit.faults if "another host" in fault] == []


def test_who_is_not_the_owner_does_not_get_in(visit: Visit):
    answer = visit.tab.context.browser.new_context().request.get(
        f"{visit.site.url}/lab/lab", max_redirects=0
    )
    assert answer.status in (303, 401)
