"""A job asked for on its page, run by the scheduler, its report read as a page."""

import re

import pytest
from playwright.sync_api import Browser, expect

from runningcoach.base import i18n
from tests.browser import site as sites
from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE_MS = 180_000


def _wait_for_the_connection(visit: Visit) -> None:
    """Wait until the demo has connected by itself: two jobs are for the connected only."""
    for _ in range(300):
        where = f"{visit.site.url}/api/v1/auth/garmin/status"
        if visit.tab.context.request.get(where).json()["connected"]:
            return
        visit.tab.wait_for_timeout(200)


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", "한눈에 보기"), pytest.param("en", "At a glance", marks=pytest.mark.deep)],
)
def test_a_summary_is_asked_for_run_found_and_read(
    browser: Browser, site: Site, language: str, words: str
):
    context = sites.context(browser, sites.NARROW)
    site.log_in(context, language)
    visit = Visit.begin(context, site)
    _wait_for_the_connection(visit)
    tab = visit.open("jobs").tab
    assert tab.locator("table.jobs tbody tr").count() == 9
    tab.click('[data-send="/api/v1/jobs/weekly_summary/run"]')
    summary = i18n.t("jobs.names.weekly_summary", language)  # other jobs may run beside it
    job = tab.locator("table.jobs tbody tr", has_text=summary)
    expect(job.locator('[data-send$="/cancel"]')).to_be_visible(timeout=PATIENCE_MS)
    run = tab.locator("table.runs tbody tr", has_text=summary).first
    link = run.locator("a[href$=report]")
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    visit.complete()
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
