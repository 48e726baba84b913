"""JupyterLab in a browser: the notebooks that come along run, and show the owner's numbers."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Visit
from tests.conftest import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOKS = sorted(path.stem for path in (PROJECT / "notebooks" / "explore").glob("*.ipynb"))
STARTS_MS, RUNS_MS = 60_000, 120_000


def run_all(tab: Page) -> None:
    """Choose "Run All Cells" in the menu, and wait for the last cell's number."""
    expect(tab.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute(
        "data-status", "idle", timeout=STARTS_MS
    )
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = tab.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
    expect(prompts.last).to_have_text("[3]:" if prompts.count() == 3 else "[2]:", timeout=RUNS_MS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_of_explore_runs_and_shows_its_output(visit: Visit, name: str):
    tab = visit.tab
    tab.goto(f"{visit.site.url}/lab/lab/tree/explore/{name}.ipynb?reset", timeout=STARTS_MS)
    expect(tab.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=STARTS_MS)
    run_all(tab)
    error = tab.locator("[data-mime-type='application/vnd.jupyter.error']")
    expect(error).to_have_count(0)
    tables = tab.locator(".jp-OutputArea table.dataframe")
    expect(tables).to_have_count(2)
    assert tables.first.locator("tbody tr").count() > 1
    if name == "start_here":
        expect(tab.locator(".jp-OutputArea .jp-RenderedSVG")).to_be_visible()
    assert [fault for fault in visit.faults if "another host" in fault] == []


def test_who_is_not_the_owner_does_not_get_in(visit: Visit):
    answer = visit.tab.context.browser.new_context().request.get(
        f"{visit.site.url}/lab/lab", max_redirects=0
    )
    assert answer.status in (303, 401)
