"""A running program and a browser, shared by all tests of the pages."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import site as sites
from tests.browser.site import Site, Visit

YEARS = 0.5


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium; without one the test is skipped, or fails where one is required."""
    if sites.chromium() is None:
        if os.environ.get("RUNNINGCOACH_REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium, and RUNNINGCOACH_REQUIRE_BROWSER=1 forbids to go without")
        pytest.skip("no Chromium: install it, or set RUNNINGCOACH_CHROMIUM to its path")
    with sites.browser() as running:
        yield running


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The program with half a year of the made-up runner."""
    with sites.running(tmp_path_factory.mktemp("site"), YEARS) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """A wide tab with the session of the made-up runner, in English."""
    context = sites.context(browser, sites.WIDE)
    site.log_in(context, "en")
    yield Visit.begin(context, site)
    context.close()
