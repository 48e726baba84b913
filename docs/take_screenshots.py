"""Take the pictures of the docs from the real pages: python -m docs.take_screenshots.

The whole program runs with two years of the made-up runner; Chromium opens each page wide and on
a phone. The pictures replace those in docs/screenshots.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import site as sites
from tests.browser.site import Site, Visit

FOLDER = Path(__file__).with_name("screenshots")
YEARS = 2.0
QUESTION = "긴 달리기를 얼마나 늘려도 되나요? 근거도 알려 주세요."
SIZES = {"desktop": (1440, 1300), "phone": (390, 1500)}
"""Taller windows than people have, so that a picture shows more than the first cards."""


def main(years: float = YEARS) -> None:
    """Take every page at both sizes in Korean, and the first one in English."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="runningcoach-shots-") as folder,
        sites.running(Path(folder), years) as site,
        sites.browser() as browser,
    ):
        for name in sites.PAGES:
            for size in SIZES:
                take(browser, site, name, size, "ko")
        take(browser, site, "today", "desktop", "en")


def take(browser: Browser, site: Site, name: str, size: str, language: str) -> None:
    """Take one picture."""
    context = sites.context(browser, SIZES[size])
    site.log_in(context, language)
    visit = Visit.begin(context, site)
    site.wait_for_plan(context)
    visit.open(race(visit) if name == "activity" else name)
    if name == "coach":
        talk(visit)
    if visit.faults:
        sys.exit(f"{name}: {visit.faults}")
    path = FOLDER / f"{name}--{language}--{size}.png"
    visit.tab.screenshot(path=path, scale="css")
    context.close()


def talk(visit: Visit) -> None:
    """Ask the simulated coach something, and wait for the answer."""
    visit.tab.locator(".composer textarea").fill(QUESTION)
    visit.tab.keyboard.press("Enter")
    answered = visit.tab.locator(".messages[aria-busy=false] .message.assistant .sources")
    answered.wait_for(timeout=60_000)


def race(visit: Visit) -> str:
    """Return the page of the latest race."""
    tab = visit.open("activities?race=1").tab
    href = tab.locator("table.activities tbody th a").first.get_attribute("href")
    return f"activity?{href.partition('?')[2]}"


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
