"""A job asked for in the browser's session, run by the scheduler, its report read as a page."""

import re
import time

import pytest
from playwright.sync_api import Browser

from tests.browser import site as sites
from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PATIENCE_S = 180


def run(context, site: Site, name: str) -> dict:
    """Ask for a job and wait for its end."""
    headers = {"Origin": site.url}
    where = f"{site.url}/api/v1/jobs"
    asked = context.request.post(f"{where}/{name}/run", headers=headers)
    assert asked.status == 202, asked.text()
    give_up = time.monotonic() + PATIENCE_S
    while not (row := context.request.get(f"{where}/runs/{asked.json()['id']}").json())["ended_at"]:
        assert time.monotonic() < give_up, row
        time.sleep(0.5)
    return row


@pytest.mark.parametrize(("language", "words"), [("ko", "한눈에 보기"), ("en", "At a glance")])
def test_a_summary_is_asked_for_run_found_and_read(
    browser: Browser, site: Site, language: str, words: str
):
    context = sites.context(browser, sites.NARROW)
    site.log_in(context, language)
    row = run(context, site, "weekly_summary")
    assert row["state"] == "succeeded", row
    visit = Visit.begin(context, site)
    tab = visit.open("jobs").tab
    assert tab.locator("table.jobs tbody tr").count() == 6
    link = tab.locator(f'table.runs a[href$="/runs/{row["id"]}/report"]')
    assert tab.evaluate("document.documentElement.scrollWidth") <= sites.NARROW[0]
    link.click()
    tab.wait_for_url(re.compile(r"/report$"))
    assert words in tab.locator("body").inner_text()
    assert tab.locator("html").get_attribute("lang") == language
    assert tab.locator(".drawing .narrow svg").first.is_visible()
    assert not tab.locator(".drawing .broad svg").first.is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= sites.NARROW[0]
    tab.locator("table.highlights a").first.click()
    tab.wait_for_url(re.compile(r"/voila/render/activity\.ipynb\?id=\d+"))
    visit.complete()
    assert visit.faults == []
    context.close()
