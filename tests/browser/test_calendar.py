"""The calendar as a runner uses it: looks at days, moves a workout, enters races, shares a feed."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from runningcoach.base import i18n, periods
from runningcoach.base.settings import Settings
from runningcoach.store import database
from tests.browser import site as sites
from tests.browser.site import USERNAME, Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"wide": sites.WIDE, "narrow": sites.NARROW, "narrowest": (360, 740)}
LANGUAGES = ["ko", pytest.param("en", marks=pytest.mark.deep)]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TODAY = periods.today("Asia/Seoul")
MONDAY = periods.week_start(TODAY) + timedelta(days=7)
"""That of next week, which the grid of this month always shows."""
DAY_SQL = """
SELECT count(*) FROM workouts w JOIN users u ON u.id = w.user_id
 WHERE u.username = %s AND w.date = %s
"""
RUN_SQL = """
SELECT coalesce(sum(a.distance_m), 0) FROM activities a JOIN users u ON u.id = a.user_id
 WHERE u.username = %s AND a.sport = 'running' AND a.local_date BETWEEN %s AND %s
"""


def api(visit: Visit, method: str, path: str, data: object = None) -> Any:
    """What the API answers to the runner's own session."""
    headers = {"Origin": visit.site.url}
    where = f"{visit.site.url}/api/v1{path}"
    answer = visit.tab.context.request.fetch(where, method=method, data=data, headers=headers)
    assert answer.ok, answer.text()
    return None if answer.status == 204 else answer.json()


def ask(site: Site, sql: str, *values: object) -> Any:
    """The one value that the database holds for a question."""
    with closing(database.connect(database.database_url(Settings(home=site.home)))) as conn:
        return conn.execute(sql, [USERNAME, *values]).fetchone()[0]


def versions(visit: Visit, status: str) -> list[dict[str, Any]]:
    return [version for version in api(visit, "GET", "/plans") if version["status"] == status]


def follow_a_plan(visit: Visit) -> None:
    """Wait for the demo's plan; where a test has ended it, follow another."""
    visit.site.wait_for_plan(visit.tab.context)
    if versions(visit, "current"):
        return
    request = {
        "goal": "10k", "start": f"{TODAY}", "race_date": f"{MONDAY + timedelta(days=69)}",
        "available_weekdays": [1, 3, 5, 6], "long_day": 6,
    }  # fmt: skip
    plan = api(visit, "POST", "/plans", request)
    api(visit, "POST", f"/plans/{plan['id']}/approve", {"sha256": plan["sha256"]})


def reject_proposals(visit: Visit) -> None:
    for version in versions(visit, "proposed"):
        api(visit, "POST", f"/plans/{version['id']}/reject")


def begin(browser: Browser, site: Site, size: str, language: str) -> Visit:
    context = sites.context(browser, SIZES[size])
    site.log_in(context, language)
    visit = Visit.begin(context, site)
    follow_a_plan(visit)
    reject_proposals(visit)
    return visit.open("calendar")


@pytest.fixture
def wide(browser: Browser, site: Site) -> Iterator[Visit]:
    visit = begin(browser, site, "wide", "en")
    yield visit
    reject_proposals(visit)
    visit.tab.context.close()


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Visit]:
    visit = begin(browser, site, "narrow", "ko")
    yield visit
    reject_proposals(visit)
    visit.tab.context.close()


def cell(tab: Page, day: date) -> Locator:
    return tab.locator(f'.month-day[data-date="{day}"]')


def drag(tab: Page, source: Locator, target: Locator) -> None:
    """Drag by the mouse in steps, as a hand does."""
    target.scroll_into_view_if_needed()
    source.hover()
    tab.mouse.down()
    box = target.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 12, steps=8)
    tab.mouse.up()


def planned_days(tab: Page) -> list[date]:
    """The days ahead, of next week, on which the plan has one workout."""
    days = [MONDAY + timedelta(days=number) for number in range(7)]
    return [day for day in days if cell(tab, day).locator('.session[data-own=""]').count() == 1]


def free_day(tab: Page) -> date:
    days = [MONDAY + timedelta(days=number) for number in range(7)]
    return next(day for day in days if not cell(tab, day).locator(".session").count())


# ---- what is seen ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_month_holds_what_is_planned_and_run(
    browser: Browser, site: Site, size: str, language: str
):
    visit = begin(browser, site, size, language)
    tab = visit.tab
    assert tab.locator("html").get_attribute("lang") == language
    today = tab.locator(".month-day[aria-current=date]")
    assert today.get_attribute("data-date") == f"{TODAY}"
    for day in (TODAY, *(MONDAY + timedelta(days=number) for number in range(7))):
        assert cell(tab, day).locator(".session").count() == ask(site, DAY_SQL, day)
    last_week = MONDAY - timedelta(days=14)
    shown = tab.locator(".week-total").filter(has=tab.locator(f'a[href*="{last_week}"]'))
    if shown.count():  # in the first days of a month the grid begins later
        metres = ask(site, RUN_SQL, last_week, last_week + timedelta(days=6))
        assert shown.locator("b").inner_text() == f"{metres / 1000:,.1f}"
    assert tab.evaluate(OVERFLOW) <= 0
    nav = tab.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)"
        "(document.querySelector('.pages'))"
    )
    assert nav <= 0
    assert visit.faults == []
    visit.tab.context.close()


def test_months_and_weeks_are_turned(wide: Visit):
    tab = wide.tab
    tab.locator(".month-card [rel=next]").click()
    tab.wait_for_url(re.compile("month="))
    wide.complete()
    assert tab.locator(".month-day.today").count() <= 1
    tab.locator(".month-card [rel=prev]").click()
    wide.complete()
    assert cell(tab, TODAY).get_attribute("aria-current") == "date"
    tab.locator(".week-total a").first.click()
    tab.wait_for_url(re.compile("week="))
    wide.complete()
    assert tab.locator(".week-total").first.get_attribute("class") == "week-total chosen"
    assert tab.locator(".week-list > li").count() == 7
    tab.locator(".week-list > li .when").first.click()
    expect(tab.locator("#day-sheet")).to_be_visible()
    assert wide.faults == []


def test_day_opens_by_the_keyboard(wide: Visit):
    tab = wide.tab
    day = planned_days(tab)[0]
    cell(tab, day).locator(".session").focus()
    tab.keyboard.press("Enter")
    sheet = tab.locator("#day-sheet")
    expect(sheet).to_be_visible()
    assert sheet.locator(".planned").count() == 1
    tab.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


# ---- moving ----------------------------------------------------------------------------------


def test_workout_dragged_to_a_free_day_becomes_a_proposal(wide: Visit):
    tab = wide.tab
    source, target = planned_days(tab)[0], free_day(tab)
    drag(tab, cell(tab, source).locator(".session"), cell(tab, target))
    dialog = tab.locator("#price")
    expect(dialog.locator(".effects li").first).to_be_visible()
    expect(dialog.locator(".pending")).to_have_count(0)
    assert versions(wide, "proposed") == []  # nothing is stored before it is confirmed
    dialog.locator("[data-confirm]").click()
    link = dialog.locator("a.button")
    expect(link).to_be_visible()
    assert link.get_attribute("href") == "plan.ipynb"
    dialog.locator("[data-close]").click()
    tab.wait_for_selector(".proposal")
    wide.complete()
    assert cell(tab, source).locator(".session.is-leaving").count() == 1
    assert cell(tab, target).locator(".session.is-proposed").count() == 1
    (proposed,) = versions(wide, "proposed")
    weeks = api(wide, "GET", f"/plans/{proposed['id']}")["plan"]["weeks"]
    days = {day["date"]: day["workouts"] for week in weeks for day in week["days"]}
    assert (len(days[f"{source}"]), len(days[f"{target}"])) == (0, 1)
    assert wide.faults == []


def test_two_edits_are_one_proposal(wide: Visit):
    tab = wide.tab
    first, second, *_ = planned_days(tab)
    target = free_day(tab)
    for source, to in ((first, target), (second, first)):
        drag(tab, cell(tab, source).locator(".session").last, cell(tab, to))
        tab.locator("#price [data-confirm]").click()
        tab.locator("#price a.button").wait_for()
        tab.locator("#price [data-close]").click()
        expect(cell(tab, to).locator(".session.is-proposed")).to_have_count(1, timeout=60_000)
        wide.complete()
    (proposed,) = versions(wide, "proposed")
    changed = {day["date"] for day in api(wide, "GET", f"/plans/{proposed['id']}/diff")["days"]}
    assert changed == {f"{first}", f"{second}", f"{target}"}


def test_day_that_has_a_workout_is_swapped(wide: Visit):
    tab = wide.tab
    first, second, *_ = planned_days(tab)
    with tab.expect_request(re.compile("/price$")) as sent:
        drag(tab, cell(tab, first).locator(".session"), cell(tab, second))
    assert json.loads(sent.value.post_data) == {
        "edits": [{"kind": "swap", "first_date": f"{first}", "second_date": f"{second}"}]
    }
    tab.locator("#price [data-close]").click()
    expect(tab.locator("#price")).to_be_hidden()
    assert versions(wide, "proposed") == []


def test_past_day_takes_nothing(wide: Visit):
    tab = wide.tab
    yesterday = cell(tab, TODAY - timedelta(days=1))
    if not yesterday.count():
        pytest.skip("the month begins today, so that the grid may hold no day before")
    drag(tab, cell(tab, planned_days(tab)[0]).locator(".session"), yesterday)
    tab.wait_for_timeout(300)
    assert not tab.locator("#price").is_visible()


def test_phone_moves_by_the_date_in_the_sheet(phone: Visit):
    tab = phone.tab
    source, target = planned_days(tab)[0], free_day(tab)
    cell(tab, source).tap()
    sheet = tab.locator("#day-sheet")
    expect(sheet).to_be_visible()
    assert sheet.bounding_box()["width"] == sites.NARROW[0]
    sheet.locator("form.move input").fill(f"{target}")
    sheet.locator("form.move button").tap()
    dialog = tab.locator("#price")
    expect(dialog.locator("[data-confirm]")).to_be_enabled(timeout=30_000)
    dialog.locator("[data-confirm]").tap()
    expect(dialog.locator("a.button")).to_be_visible(timeout=30_000)
    assert [version["origin"] for version in versions(phone, "proposed")] == ["edit"]
    assert phone.faults == []


def test_what_cannot_be_is_said_in_the_dialog(phone: Visit):
    """A day beyond the plan: the API's words and what to do, and nothing to confirm."""
    tab = phone.tab
    cell(tab, planned_days(tab)[0]).tap()
    tab.locator("#day-sheet form.move input").fill("2099-01-01")
    tab.locator("#day-sheet form.move button").tap()
    dialog = tab.locator("#price")
    expect(dialog.locator(".told")).to_contain_text("2099-01-01")
    expect(dialog.locator("[data-confirm]")).to_be_hidden()
    dialog.locator("[data-close]").tap()
    expect(dialog).to_be_hidden()


# ---- races, own workouts, the feed -----------------------------------------------------------


def race_named(visit: Visit, name: str) -> list[dict[str, Any]]:
    return [race for race in api(visit, "GET", "/races") if race["name"] == name]


def test_race_is_entered_changed_and_removed(phone: Visit):
    tab = phone.tab
    day = TODAY + timedelta(days=30)
    tab.locator(".races-card .add > summary").tap()
    form = tab.locator(".races-card .add form")
    form.locator("[name=name]").fill("Trail 30")
    form.locator("[name=date]").fill(f"{day}")
    form.locator("[name=distance_m]").select_option("")
    form.locator("[name=distance_km]").fill("32.5")
    form.locator("[name=target]").fill("3:05:30")
    form.locator("[name=priority]").select_option("C")
    form.locator("button").tap()
    row = tab.locator(".races > li").filter(has_text="Trail 30")
    expect(row).to_contain_text(i18n.t("calendar.countdown", "ko", days=30), timeout=60_000)
    phone.complete()
    (race,) = race_named(phone, "Trail 30")
    assert (race["distance_m"], race["target_time_s"], race["priority"]) == (32_500, 11_130, "C")
    row.locator("summary").tap()
    row.locator("[name=distance_m]").select_option("42195")
    row.locator("[name=target]").fill("")
    row.locator("form button").tap()
    expect(row).not_to_contain_text("3:05:30", timeout=60_000)
    phone.complete()
    (race,) = race_named(phone, "Trail 30")
    assert (race["date"], race["distance_m"], race["target_time_s"]) == (f"{day}", 42_195, None)
    row.locator("summary").tap()
    row.locator("[data-method=DELETE]").tap()
    expect(row).to_have_count(0, timeout=60_000)
    assert race_named(phone, "Trail 30") == []
    assert tab.evaluate(OVERFLOW) <= 0
    assert phone.faults == []


def test_feed_is_made_renewed_and_revoked(wide: Visit, browser: Browser):
    tab = wide.tab
    stranger = browser.new_context()

    def answer(address: str) -> tuple[int, str]:
        got = stranger.request.get(address)
        return got.status, got.headers.get("content-type", "")

    card = tab.locator(".feed-card")
    card.locator(".actions [data-feed]").click()
    address = card.locator(".feed-address input")
    expect(address).to_have_value(re.compile("^http"))
    first = address.input_value()
    status, kind = answer(first)
    assert (status, kind.partition(";")[0]) == (200, "text/calendar")
    wide.open("calendar")
    assert tab.locator(".feed-address").is_hidden()  # the secret is shown once
    tab.locator(".feeds [data-feed]").first.click()
    expect(address).to_have_value(re.compile("^http"))
    second = address.input_value()
    assert second != first
    assert answer(first)[0] in (401, 404)
    assert answer(second)[0] == 200
    tab.locator(".feeds [data-method=DELETE]").first.click()
    expect(tab.locator(".feeds li")).to_have_count(0, timeout=60_000)
    assert answer(second)[0] in (401, 404)
    assert wide.faults == []
    stranger.close()


def test_own_workout_is_put_on_a_day_moved_and_removed(wide: Visit):
    tab = wide.tab
    day, later = free_day(tab), MONDAY + timedelta(days=6)
    cell(tab, day).locator(".number").click()
    tab.locator("#day-sheet [data-add]").click()
    form = tab.locator(".own-form")
    assert form.locator("[name=day]").input_value() == f"{day}"
    form.locator("textarea").fill("2km E + 3x(1km T, 60s jog) + nonsense")
    form.locator("button").click()
    expect(form.locator(".told")).not_to_be_empty()
    form.locator("textarea").fill("2km E + 3x(1km T, 60s jog) + 1km E")
    form.locator("button").click()
    own = cell(tab, day).locator('.session:not([data-own=""])')
    expect(own).to_have_count(1, timeout=60_000)
    wide.complete()
    drag(tab, own, cell(tab, later))
    tab.locator("#price [data-confirm]").click()
    moved = cell(tab, later).locator('.session:not([data-own=""])')
    expect(moved).to_have_count(1, timeout=60_000)
    wide.complete()
    tab.locator(".own-list [data-method=DELETE]").first.click()
    expect(moved).to_have_count(0, timeout=60_000)
    assert [fault for fault in wide.faults if "422" not in fault] == []


# ---- on other pages --------------------------------------------------------------------------


def test_today_shows_what_is_planned_and_a_run_its_plan(wide: Visit):
    tab = wide.tab
    done = tab.locator(".run-line.good, .run-line.warn").first
    href = done.get_attribute("href") if done.count() else None
    card = wide.open("today").tab.locator(".planned-today")
    assert card.locator(".today-workout, .next-workouts li").count() > 0
    if href:
        wide.open(href.replace(".ipynb", ""))
        assert tab.locator(".against-plan tbody tr").count() > 0
    assert wide.faults == []
