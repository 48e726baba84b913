"""Connecting, following and leaving on the page of the connection, and the page of the body."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from runningcoach.base import periods
from runningcoach.simulators.garmin import SimulatorClient
from tests.browser import site as sites
from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READY_MS = 60_000


def lanes(tab: Page) -> list[str]:
    return tab.locator(".lanes .chip").all_inner_texts()


@pytest.fixture
def connect(visit: Visit, site: Site) -> Visit:
    """The page of the connection, when the demo's own sync is done; both lanes are open."""
    asked = visit.tab.context.request
    for _ in range(300):
        status = asked.get(f"{site.url}/api/v1/ingest/status").json()
        if status["last_success_at"] and not status["running"]:
            break
        visit.tab.wait_for_timeout(200)
    return visit.open("connect")


def submit(tab: Page, form: str, **fields: str) -> None:
    place = tab.locator(f"form[data-form$={form}]").filter(
        has=tab.locator(f"[name={next(iter(fields))}]")
    )
    for name, value in fields.items():
        place.locator(f"[name={name}]").fill(value)
    place.locator("button").click()


def leave(tab: Page, lane: str, answer: str) -> None:
    tab.click(f"[data-ask=leave-{lane}]")
    tab.locator(f"#leave-{lane}").get_by_role("button", name=answer).click()


def test_the_page_says_that_it_is_simulated_and_both_lanes_are_open(connect: Visit):
    tab = connect.tab
    expect(tab.locator(".hero")).to_contain_text("Simulated Garmin")
    expect(tab.locator("h1")).to_have_text("Connected to Garmin")
    assert lanes(tab) == ["connected", "connected"]
    assert connect.faults == []


@pytest.mark.deep
def test_leave_then_connect_by_key_and_the_history_comes(connect: Visit):
    tab = connect.tab
    tab.click("[data-ask=leave-key]")
    tab.locator("#leave-key [data-close]").click()
    assert lanes(tab) == ["connected", "connected"]
    leave(tab, "key", "keep data")
    expect(tab.locator(".lanes .chip").first).to_have_text("not connected", timeout=READY_MS)
    connect.complete()
    assert connect.faults == []
    submit(tab, "connect", key="wrong")
    expect(tab.locator("form .told").first).to_contain_text("Garmin does not accept the key.")
    assert tab.input_value("[name=key]") == ""
    connect.faults.clear()  # the refusal itself
    submit(tab, "connect", key=SimulatorClient.key)
    expect(tab.locator(".lanes .chip").first).to_have_text("connected", timeout=READY_MS)
    expect(tab.locator(".going p")).to_have_text("The whole history is here.", timeout=180_000)
    assert SimulatorClient.key not in tab.url
    assert connect.faults == []


def test_a_sign_in_with_a_code_wrong_first(connect: Visit):
    tab = connect.tab
    address = re.search(r"GARMIN_URL=(\S+)", environment_of(connect.site))[1]
    with SimulatorClient(address) as fake:
        fake.mfa()
        submit(tab, "connect", email=fake.email, password=fake.password)
        expect(tab.locator("[name=code]")).to_be_visible(timeout=READY_MS)
        connect.complete()
        submit(tab, "mfa", code="000000")
        expect(tab.locator("form[data-form$=mfa] .told")).to_contain_text("refused the code")
        connect.faults.clear()
        submit(tab, "mfa", code=fake.mfa_code)
        expect(tab.locator("[name=code]")).to_have_count(0, timeout=READY_MS)
        fake.mfa(False)
    connect.complete()
    assert lanes(tab)[1] == "connected"
    assert fake.password not in tab.content()


def environment_of(site: Site) -> str:
    """The environment of the demo's web server, as the system keeps it."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"RUNNINGCOACH_HOME={site.home}\0" in text and "RUNNINGCOACH_VOILA" in text:
            return text.replace("\0", "\n")
    raise LookupError(site.home)


def test_the_body_of_a_day_and_garmins_own_scores(visit: Visit):
    day = periods.today("Asia/Seoul") - timedelta(days=2)
    tab = visit.open("health?range=6w").tab
    tab.fill(".search [name=date]", str(day))
    tab.click(".search button")
    tab.wait_for_url(re.compile(rf"date={day}"))
    visit.complete()
    assert "range=6w" in tab.url
    assert tab.locator(".of-day .chart[data-drawn=done]").count() == 2
    assert "computed by Garmin" in tab.inner_text("main")
    assert "Simulated Garmin" in tab.inner_text("main")
    assert visit.faults == []


def test_nonsense_in_the_address_is_not_asked(browser: Browser, site: Site):
    context = sites.context(browser, sites.NARROW)
    site.log_in(context, "ko")
    visit = Visit.begin(context, site)
    tab = visit.open("health?range=<b>&date=2026-99-99").tab
    assert tab.locator(".choice[aria-current]").count() == 1
    assert tab.locator(".of-day").count() == 0
    assert visit.faults == []
    context.close()
