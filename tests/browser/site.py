"""The whole program with the made-up runner in it, and a Chromium that looks at it.

Also what the screenshots of the docs and the measurement of the pages are taken with.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

PAGES = (
    "today", "calendar", "plan", "activities", "activity", "coach", "fitness", "readiness",
    "trends", "health", "connect",
)  # fmt: skip
WIDE, NARROW = (1440, 900), (390, 844)
USERNAME, PASSWORD = "demo", "demo-runner"
WITHOUT = (
    # Every window would draw the list below its address bar, which nobody sees: most of the work.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    # What Playwright goes without; Chromium takes only the last list it is given.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "AimEnabled"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    f"--disable-features={','.join(WITHOUT)}",
)
LONGEST_S = 900
LONGEST_PLAN_S = 90


def chromium() -> str | None:
    """Return the path of a Chromium: RUNNINGCOACH_CHROMIUM, else the first one installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = filter(None, map(shutil.which, names))
    return os.environ.get("RUNNINGCOACH_CHROMIUM") or next(found, None)


@dataclass(frozen=True)
class Site:
    """Where the running program answers, and where its state lies."""

    url: str
    home: Path

    def page(self, name: str) -> str:
        """Return the address of a page; `name` may end with a query."""
        stem, _, query = name.partition("?")
        return f"{self.url}/voila/render/{stem}.ipynb" + (f"?{query}" if query else "")

    def log_in(self, context: BrowserContext, language: str = "ko") -> None:
        """Give a browser the session of the made-up runner, who reads `language`."""
        account = {"username": USERNAME, "password": PASSWORD}
        headers = {"Origin": self.url}
        where = f"{self.url}/api/v1/auth"
        assert context.request.post(f"{where}/login", data=account, headers=headers).ok
        wish = {"language": language}
        assert context.request.patch(f"{where}/me", data=wish, headers=headers).ok

    def wait_for_plan(self, context: BrowserContext) -> None:
        """Wait for the plan, which the demo makes and compares with its runs once pages are there.

        On some days it makes none: then this gives up.
        """
        give_up = time.monotonic() + LONGEST_PLAN_S
        while not self._is_plan_compared(context) and time.monotonic() < give_up:
            time.sleep(0.2)

    def _is_plan_compared(self, context: BrowserContext) -> bool:
        """Tell whether there is a plan, and how its past workouts went is known."""
        api = f"{self.url}/api/v1"
        days = context.request.get(f"{api}/calendar").json()["days"][:-1]  # the last is today
        past = [workout for day in days for workout in day["workouts"]]
        has_plan = bool(context.request.get(f"{api}/plans").json())
        return has_plan and (not past or any(workout["adherence"] for workout in past))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def running(folder: Path, years: float) -> Iterator[Site]:
    """Run `runningcoach demo` with its home in `folder`."""
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "RUNNINGCOACH_HOME": str(folder / "home"),
        "RUNNINGCOACH_PORT": str(port),
        "GARMIN_BACKFILL_DAYS": "30",
        "RUNNINGCOACH_LAB": "true",
    }
    command = [sys.executable, "-m", "runningcoach", "demo", "--years", str(years)]
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    site = Site(f"http://127.0.0.1:{port}", folder / "home-demo")
    try:
        _wait_for(site, process, folder / "output.txt")
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(site: Site, process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait until the program names its address, which it does when everything is ready."""
    give_up = time.monotonic() + LONGEST_S
    while site.url not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < give_up, output.read_text()
        time.sleep(0.2)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))


def context(browser: Browser, size: tuple[int, int], **options: object) -> BrowserContext:
    """Return a browser profile of a size; a narrow one is a phone."""
    phone = size[0] < 600
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=2 if phone else 1,
        is_mobile=phone,
        has_touch=phone,
        **options,
    )


@dataclass
class Visit:
    """A tab that notes what goes wrong, and lets nothing out of this host."""

    tab: Page
    site: Site
    faults: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, context: BrowserContext, site: Site) -> "Visit":
        """Open a tab."""
        visit = cls(context.new_page(), site)
        tab, faults = visit.tab, visit.faults
        tab.on("pageerror", lambda error: faults.append(f"error: {error}"))
        tab.on("console", lambda said: said.type == "error" and faults.append(said.text))
        tab.on(
            "response", lambda got: got.status >= 400 and faults.append(f"{got.status} {got.url}")
        )
        tab.route(lambda url: not url.startswith((site.url, "data:", "blob:")), visit._refuse)
        return visit

    def _refuse(self, route: object) -> None:
        self.faults.append(f"request to another host: {route.request.url}")
        route.abort()

    def open(self, name: str) -> "Visit":
        """Open a page and wait until it is complete."""
        self.tab.goto(self.site.page(name), wait_until="commit", timeout=60_000)
        return self.complete()

    def complete(self) -> "Visit":
        """Wait until all cells are there and all charts are drawn, or have failed."""
        self.tab.wait_for_selector("main[aria-busy=false]", state="attached", timeout=60_000)
        self.tab.evaluate("jarvis.drawAll()")
        undrawn = self.tab.locator(".chart:not([data-drawn=done], [data-drawn=failed])")
        expect(undrawn).to_have_count(0, timeout=60_000)
        return self

    def latest_activity(self) -> str:
        """Return the name of the page of the latest activity with a route."""
        self.open("activities?sport=running")
        link = self.tab.locator("table.activities tbody th a").first
        return f"activity?{link.get_attribute('href').partition('?')[2]}"
