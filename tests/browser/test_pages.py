"""The pages as a person sees them: complete, in two languages, at two widths, from one host."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from runningcoach.base import i18n, periods, security
from runningcoach.base.settings import Settings
from runningcoach.store import accounts, database
from tests.browser import site as sites
from tests.browser.site import PASSWORD, USERNAME, Site, Visit
from tests.ingest import build

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"wide": sites.WIDE, "narrow": sites.NARROW}
LANGUAGES = ["ko", pytest.param("en", marks=pytest.mark.deep)]
WITHOUT_CHARTS = ("calendar", "coach", "connect")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", sites.PAGES)
def test_a_page_is_complete(browser: Browser, site: Site, name: str, size: str, language: str):
    context = sites.context(browser, SIZES[size])
    site.log_in(context, language)
    visit = Visit.begin(context, site)
    visit.open(visit.latest_activity() if name == "activity" else name)
    tab = visit.tab
    assert visit.faults == []
    assert tab.locator("html").get_attribute("lang") == language
    assert i18n.t(f"pages.titles.{name}", language) in tab.title()
    assert tab.evaluate(OVERFLOW) <= 0
    assert tab.locator(".card").count() > 2
    assert tab.locator(".notice").all_inner_texts() == []
    assert (tab.locator(".chart").count() > 0) == (name not in WITHOUT_CHARTS)
    assert tab.locator(".chart:not([data-drawn=done])").count() == 0
    context.close()


def test_a_swim_fits_the_list_on_a_phone(browser: Browser, site: Site):
    """Its pace is for 100 m, longer than that of a run, and the date of another year is long."""
    context = sites.context(browser, sites.NARROW)
    site.log_in(context)
    uploads = f"{site.url}/api/v1/activities"
    swim = build.fit(datetime(2019, 10, 20, 1, tzinfo=UTC), 3132, sport="swimming", speed_mps=0.958)
    files = {"name": "swim.fit", "mimeType": "application/octet-stream", "buffer": swim}
    headers = {"Origin": site.url}
    sent = context.request.post(f"{uploads}/upload", multipart={"files": files}, headers=headers)
    (number,) = sent.json()["files"][0]["activity_ids"]
    tab = Visit.begin(context, site).open("activities?sport=swimming").tab
    assert "1:44 /100 m" in tab.locator("table.activities").inner_text()
    assert tab.evaluate(OVERFLOW) <= 0
    assert context.request.delete(f"{uploads}/{number}", headers=headers).ok
    context.close()


def test_log_in_look_and_log_out(browser: Browser, site: Site):
    context = sites.context(browser, sites.WIDE)
    visit = Visit.begin(context, site)
    tab = visit.tab
    tab.goto(site.page("fitness"))
    assert "/login" in tab.url
    tab.fill("input[name=username]", USERNAME)
    tab.fill("input[name=password]", PASSWORD)
    tab.press("input[name=password]", "Enter")
    tab.wait_for_url(re.compile("/voila/render/"))
    visit.complete()
    tab.click("[data-logout]")
    tab.wait_for_url(re.compile("/login"))
    tab.goto(site.page("today"))
    assert "/login" in tab.url
    assert visit.faults == []
    context.close()


def test_a_day_of_the_calendar_leads_to_its_activity(visit: Visit):
    tab = visit.open("today").tab
    day = tab.locator("svg.calendar a").last
    title = day.locator("title").text_content()
    day.click()
    tab.wait_for_url(re.compile(r"/activity\.ipynb\?id=\d+"))
    visit.complete()
    kilometres = re.search(r"([\d.]+) km", title)[1]
    assert kilometres in tab.locator(".numbers .stat").first.inner_text()
    assert visit.faults == []


def test_arrows_walk_from_day_to_day(visit: Visit):
    tab = visit.open("today").tab
    days = tab.locator("svg.calendar a")
    days.last.focus()
    tab.keyboard.press("ArrowLeft")
    assert tab.evaluate("document.activeElement.dataset.day") == days.nth(-2).get_attribute(
        "data-day"
    )
    assert days.nth(-2).get_attribute("tabindex") == "0"


def test_the_language_changes_at_a_click(visit: Visit):
    tab = visit.open("today").tab
    assert tab.locator("html").get_attribute("lang") == "en"
    tab.click("[data-language]")
    tab.wait_for_selector("html[lang=ko]", state="attached")
    visit.complete()
    assert i18n.t("pages.fitness", "ko") in tab.locator("main").inner_text()
    assert visit.faults == []


def test_a_cursor_on_one_trace_shows_all_of_them_and_the_place(visit: Visit):
    tab = visit.open(visit.latest_activity()).tab
    traces = tab.locator(".trace")
    box = traces.first.locator(".chart").bounding_box()
    tab.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    said = traces.locator("output").all_inner_texts()
    assert len(said) >= 3
    assert re.fullmatch(r"\d+:\d\d", said[0])
    assert all(re.match(r"[\d.:–]", words) for words in said)
    expect(tab.locator(".spot")).to_be_visible()
    assert visit.faults == []


def test_an_activity_that_is_not_there_is_told_kindly(visit: Visit):
    for query in ("id=999999999", "id=1%20or%201=1", "id=99999999999999999999", ""):
        tab = visit.open(f"activity?{query}").tab
        assert i18n.t("pages.errors.unknown_activity.what", "en") in tab.inner_text("main")
        assert tab.locator(".card").count() == 1
    assert visit.faults == []


def test_the_list_is_narrowed_by_its_links_and_its_search(visit: Visit):
    tab = visit.open("activities").tab
    every = tab.locator("table.activities tbody tr").count()
    tab.locator(".choices").first.locator("a").nth(1).click()
    tab.wait_for_url(re.compile(r"year=\d{4}"))
    visit.complete()
    assert 0 < tab.locator("table.activities tbody tr").count() <= every
    tab.fill("input[name=search]", "<no such run>")
    tab.press("input[name=search]", "Enter")
    tab.wait_for_url(re.compile("search="))
    visit.complete()
    assert i18n.t("pages.activities.none", "en") in tab.inner_text("main")
    assert tab.input_value("input[name=search]") == "<no such run>"
    assert visit.faults == []


def test_pages_of_the_list_follow_one_another_without_a_gap(visit: Visit):
    seen: list[str] = []
    tab = visit.open("activities").tab
    while True:
        links = tab.locator("table.activities tbody th a")
        seen += [link.get_attribute("href") for link in links.all()]
        older = tab.locator(".turn .main")
        if not older.count():
            break
        older.click()
        tab.wait_for_url(re.compile(re.escape(older_page(tab.url))))
        visit.complete()
    total = int(tab.locator(".sums .stat b").first.inner_text().replace(",", ""))
    assert len(seen) == len(set(seen)) == total


def older_page(url: str) -> str:
    return "before=" if "before=" not in url else url.partition("before=")[2][:6]


@pytest.fixture
def newcomer(browser: Browser, site: Site) -> Iterator[Visit]:
    """Somebody with an account and not a single activity."""
    url = database.database_url(Settings(home=site.home))
    token = security.new_token()
    with database.connect(url) as conn:
        user = accounts.get_by_name(conn, "newcomer") or accounts.create(
            conn, "newcomer", "!", language="en"
        )
        until = periods.now() + timedelta(hours=1)
        accounts.open_session(conn, user.id, security.token_sha256(token), until, "test")
    context = sites.context(browser, sites.NARROW)
    context.add_cookies([{"name": "runningcoach_session", "value": token, "url": site.url}])
    yield Visit.begin(context, site)
    context.close()


@pytest.mark.parametrize(
    "name", ["today", "calendar", "activities", "fitness", "readiness", "trends"]
)
def test_a_newcomer_sees_what_to_do_and_nobody_else_s_data(newcomer: Visit, name: str):
    tab = newcomer.open(name).tab
    words = tab.inner_text("main")
    hints = (
        "pages.today.import_some",
        "pages.activities.none_hint",
        "pages.readiness.none_hint",
        "calendar.no_plan.hint",
    )
    assert any(i18n.t(hint, "en") in words for hint in hints)
    assert i18n.t("pages.fault.what", "en") not in words
    assert tab.locator("table.activities tbody tr").count() == 0
    assert tab.evaluate(OVERFLOW) <= 0
    assert newcomer.faults == []


def test_a_newcomer_is_not_shown_another_s_activity(newcomer: Visit):
    """The first activity is the made-up runner's, and for anybody else it is not there."""
    words = newcomer.open("activity?id=1").tab.inner_text("main")
    assert i18n.t("pages.errors.unknown_activity.what", "en") in words
    assert newcomer.tab.locator(".chart").count() == 0
