"""How long a page takes until its first cards can be read: python -m benchmarks.pages.

The whole program runs on ten years of the made-up runner; Chromium opens each page five times,
each time without anything in its cache. Printed is the median; aim 1 s, at most 2 s.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import site as sites
from tests.browser.site import Site, Visit

YEARS = 10.0
TIMES = 5
AIM_S, LIMIT_S = 1.0, 2.0
MARKS = ("cards", "done", "charts")
NEAR_PX = 250
"""Charts so far below the window are drawn already, by the page's own script."""
DRAWN = f"""() => [...document.querySelectorAll('.chart')]
    .filter((chart) => chart.getBoundingClientRect().top < innerHeight + {NEAR_PX})
    .every((chart) => ['done', 'failed'].includes(chart.dataset.drawn))"""
READ = """() => Object.fromEntries(performance.getEntriesByType('mark')
    .map((mark) => [mark.name.replace('jarvis:', ''), mark.startTime / 1000]))"""


def main(years: float = YEARS) -> int:
    """Measure every page; return 1 when one is slower than the limit."""
    with (
        tempfile.TemporaryDirectory(prefix="runningcoach-pages-") as folder,
        sites.running(Path(folder), years) as site,
        sites.browser() as browser,
    ):
        slowest = max(measure(browser, site, name) for name in sites.PAGES)
    return int(slowest > LIMIT_S)


def measure(browser: Browser, site: Site, name: str) -> float:
    """Print how long a page takes; return the seconds until its first cards."""
    seen = [look(browser, site, name) for _ in range(TIMES)]
    medians = {mark: statistics.median(one[mark] for one in seen) for mark in MARKS}
    spread = f"{min(one['cards'] for one in seen):.2f}-{max(one['cards'] for one in seen):.2f}"
    print(
        f"page {name:11} first cards {medians['cards']:.2f} s ({spread}), "
        f"complete {medians['done']:.2f} s, charts in sight {medians['charts']:.2f} s "
        f"(aim {AIM_S:g} s, at most {LIMIT_S:g} s)"
    )
    return medians["cards"]


def look(browser: Browser, site: Site, name: str) -> dict[str, float]:
    """Open a page once in a fresh profile; return the seconds at which it got so far."""
    context = sites.context(browser, sites.WIDE)
    site.log_in(context)
    visit = Visit.begin(context, site)
    if name == "activity":
        name = visit.latest_activity()
    visit.tab.goto(site.page(name), wait_until="commit")
    visit.tab.wait_for_selector("main[aria-busy=false]", state="attached")
    visit.tab.wait_for_function(DRAWN)
    marks = visit.tab.evaluate(READ)
    context.close()
    return {"charts": marks["done"]} | marks  # a page without charts in sight is complete


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
