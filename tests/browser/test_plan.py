"""The page of the plan: asked for, changed, approved and sent, as a runner does it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from runningcoach.base import i18n, periods
from tests.browser import site as sites
from tests.browser.runners import TODAY, asked, log_in
from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"wide": sites.WIDE, "narrow": sites.NARROW, "narrowest": (360, 740)}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
READY_MS = 60_000
RACE = periods.week_start(TODAY) + timedelta(days=7 * 10 + 6)
RUNNER = "plan-runner"


def clear(visit: Visit) -> None:
    """End what earlier tests have planned."""
    for version in asked(visit, "GET", "/plans").json():
        ending = {"proposed": "reject", "current": "archive"}.get(version["status"])
        if ending:
            assert asked(visit, "POST", f"/plans/{version['id']}/{ending}").ok


def request_of(**changes: object) -> dict[str, object]:
    return {
        "goal": "10k",
        "start": f"{TODAY}",
        "race_date": f"{RACE}",
        "race_name": "Han River 10",
        "available_weekdays": [1, 3, 5, 6],
        "long_day": 6,
    } | changes


def propose(visit: Visit, **changes: object) -> dict:
    answer = asked(visit, "POST", "/plans", request_of(**changes))
    assert answer.ok, answer.text()
    return answer.json()


def approve(visit: Visit, **changes: object) -> dict:
    plan = propose(visit, **changes)
    answer = asked(visit, "POST", f"/plans/{plan['id']}/approve", {"sha256": plan["sha256"]})
    assert answer.ok, answer.text()
    return plan


def statuses(visit: Visit) -> list[str]:
    return [version["status"] for version in asked(visit, "GET", "/plans").json()]


def renewed(visit: Visit) -> Page:
    """Wait until the page was drawn anew."""
    visit.complete()
    return visit.tab


@contextmanager
def looking(browser: Browser, site: Site, size: tuple[int, int], language: str) -> Iterator[Visit]:
    """A tab of the runner of these tests, who has no plan."""
    context = sites.context(browser, size)
    log_in(context, site, RUNNER, language)
    visit = Visit.begin(context, site)
    clear(visit)
    yield visit
    context.close()


@pytest.fixture
def empty(browser: Browser, site: Site) -> Iterator[Visit]:
    with looking(browser, site, sites.WIDE, "en") as visit:
        yield visit


@pytest.fixture
def followed(empty: Visit) -> Visit:
    """A wide tab in English on the page of an approved plan."""
    approve(empty)
    return empty.open("plan")


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Visit]:
    with looking(browser, site, sites.NARROW, "ko") as visit:
        yield visit


def day_with(tab: Page, colour: str):
    """The first day to come with a session of a colour."""
    return tab.locator(f".plan-day.type-{colour}[data-editable]").first


def test_a_plan_is_made_by_the_form_and_approved(empty: Visit):
    tab = empty.open("plan").tab
    form = tab.locator(".plan-form")
    assert tab.locator(".plan-week").count() == 0
    form.locator("[name=goal]").select_option("hm")
    form.locator("[name=race_date]").fill(f"{RACE}")
    form.locator("[name=race_name]").fill("Spring <Half>")
    for day in range(7):
        form.locator(f"[name=available_weekdays][value='{day}']").set_checked(day in (1, 3, 5, 6))
    form.locator("[name=long_day]").select_option("6")
    form.get_by_role("button", name="Make the plan").click()
    expect(tab.locator(".plan-head h1")).to_contain_text("Spring <Half>", timeout=READY_MS)
    renewed(empty)
    assert f"D-{(RACE - TODAY).days}" in tab.inner_text(".plan-head h1")
    assert tab.locator(".plan-week").count() == 11
    assert tab.locator(f"#day-{RACE}.type-race").count() == 1
    assert statuses(empty)[0] == "proposed"
    tab.get_by_role("button", name="Approve").click()
    expect(tab.locator(".plan-head .chip.good")).to_have_text("In force", timeout=READY_MS)
    assert statuses(empty)[0] == "current"
    assert empty.faults == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"race_date": ""}, "race_date", "Choose the date of the race."),
        ({"target_time": "half past"}, "target_time", "Write the target as 1:45:00"),
        ({"weekday_max_min": "5"}, "weekday_max_min", "Write 20 to 300 minutes"),
    ],
)
def test_what_cannot_be_sent_is_said_at_its_field(empty: Visit, changes, field, words):
    tab = empty.open("plan").tab
    form = tab.locator(".plan-form")
    form.locator("[name=goal]").select_option("10k")
    form.locator("[name=race_date]").fill(f"{RACE}")
    for name, value in changes.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name="Make the plan").click()
    expect(tab.locator(f"[data-field={field}] .wrong")).to_contain_text(words)
    assert tab.evaluate("document.activeElement.name") == field
    assert tab.locator(".plan-form .wrong:not(:empty)").count() == 1
    assert "proposed" not in statuses(empty)
    assert empty.faults == []


def test_what_cannot_be_planned_is_said_at_its_field_with_what_can(empty: Visit):
    tab = empty.open("plan").tab
    form = tab.locator(".plan-form")
    form.locator("[name=goal]").select_option("10k")
    form.locator("[name=race_date]").fill(f"{RACE}")
    form.locator("[name=target_time]").fill("27:00")
    form.get_by_role("button", name="Make the plan").click()
    wrong = tab.locator("[data-field=target_time] .wrong")
    expect(wrong).to_contain_text("27:00")
    expect(wrong).to_contain_text(re.compile(r"\d\d:\d\d \(\d+ s"))
    form.locator("[name=target_time]").fill("")
    form.locator("[name=long_day]").select_option("0")
    form.locator("[name=available_weekdays][value='0']").set_checked(False)
    form.get_by_role("button", name="Make the plan").click()
    expect(tab.locator("[data-field=long_day] .wrong")).not_to_be_empty()
    expect(wrong).to_be_empty()
    assert "proposed" not in statuses(empty)


def test_a_day_opens_with_its_steps_and_reasons(followed: Visit):
    tab = followed.tab
    day = day_with(tab, "tempo")
    title = day.get_attribute("data-title")
    day.click()
    sheet = tab.locator("#plan-day")
    expect(sheet.locator("h3")).to_contain_text(title)
    assert sheet.locator(".step-list li").count() >= 3
    assert re.search(r"\d:\d\d[–-]\d:\d\d /km", sheet.inner_text())
    assert "Why this session" in sheet.inner_text()
    tab.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    assert followed.faults == []


def test_an_edit_shows_its_price_before_it_is_stored(followed: Visit):
    tab = followed.tab
    day = day_with(tab, "long")
    when = date.fromisoformat(day.get_attribute("data-date"))
    week = tab.locator(f"#week-{periods.week_start(when)}")
    km = float(week.locator(".km b").inner_text())
    tab.evaluate("scrollTo(0, 300)")
    day.click()
    tab.locator("#plan-day [name=share]").select_option("0.5")
    price = tab.locator("#plan-price")
    first = price.locator(".effects-list dd").first
    expect(first).to_contain_text("km")
    change = float(first.inner_text().replace("−", "-").split()[0])
    assert change < -2
    assert "50 %" in price.locator(".what").inner_text()
    assert statuses(followed)[0] == "current"
    before = tab.evaluate("scrollY")
    assert before >= 300
    price.get_by_role("button", name="Store as proposal").click()
    expect(tab.locator(".plan-head .chip.warn")).to_have_text(
        "Waits for approval", timeout=READY_MS
    )
    renewed(followed)
    assert tab.evaluate("scrollY") == pytest.approx(before, abs=2)
    assert statuses(followed)[:2] == ["proposed", "current"]
    assert float(week.locator(".km b").inner_text()) == pytest.approx(km + change, abs=0.15)
    assert tab.locator(".plan-day.changed").count() == 1
    assert (
        tab.locator(".plan-diff .changes > li")
        .first.inner_text()
        .startswith(day.get_attribute("data-name"))
    )
    assert followed.faults == []


def test_a_session_is_moved_to_a_free_day(followed: Visit):
    tab = followed.tab
    day = day_with(tab, "tempo")
    title = day.get_attribute("data-title")
    free = tab.locator(".plan-day.rest[data-editable]").first.get_attribute("data-date")
    day.click()
    tab.locator("#plan-day [name=to]").select_option(free)
    tab.locator("#plan-price").get_by_role("button", name="Store as proposal").click()
    expect(tab.locator(f"#day-{free}")).to_have_attribute("data-title", title, timeout=READY_MS)
    assert followed.faults == []


def test_a_workout_is_written_as_text_and_an_error_names_its_place(followed: Visit):
    tab = followed.tab
    rest = tab.locator(".plan-day.rest[data-editable]").first
    when = rest.get_attribute("data-date")
    rest.click()
    sheet = tab.locator("#plan-day")
    sheet.locator("textarea").fill("5km E + 4x(20s R")
    sheet.get_by_role("button", name="See what it changes").click()
    expect(sheet.locator(".by-text .told")).to_contain_text("Line 1")
    expect(tab.locator("#plan-price")).not_to_be_visible()
    followed.faults.clear()  # the refusal itself
    sheet.locator("textarea").fill("5km E + 4x(20s R, 60s jog)")
    sheet.get_by_role("button", name="See what it changes").click()
    tab.locator("#plan-price").get_by_role("button", name="Store as proposal").click()
    expect(tab.locator(f"#day-{when}")).not_to_have_attribute("data-title", "", timeout=READY_MS)
    assert followed.faults == []


def test_a_server_that_does_not_answer_is_told_and_nothing_is_lost(followed: Visit):
    tab = followed.tab
    day_with(tab, "tempo").click()
    tab.route("**/price", lambda route: route.abort())
    sheet = tab.locator("#plan-day")
    sheet.get_by_role("button", name="Make it easy").click()
    expect(sheet.locator(".edit > .told")).to_contain_text("The server does not answer.")
    tab.unroute("**/price")
    sheet.get_by_role("button", name="Make it easy").click()
    expect(tab.locator("#plan-price")).to_contain_text("Training load")
    expect(sheet.locator(".edit > .told")).to_be_empty()


def test_a_proposal_is_rejected_after_a_question(followed: Visit):
    day = day_with(followed.tab, "tempo").get_attribute("data-date")
    plan = asked(followed, "GET", "/plans").json()[0]
    edit = {"edits": [{"kind": "make_easy", "date": day}]}
    assert asked(followed, "POST", f"/plans/{plan['id']}/edits", edit).ok
    tab = followed.open("plan").tab
    tab.get_by_role("button", name="Reject").first.click()
    tab.locator("#ask-reject").get_by_role("button", name="Cancel").click()
    assert statuses(followed)[0] == "proposed"
    tab.get_by_role("button", name="Reject").first.click()
    tab.locator("#ask-reject .danger").click()
    expect(tab.locator(".plan-head .chip.good")).to_have_text("In force", timeout=READY_MS)
    assert statuses(followed)[:2] == ["rejected", "current"]
    assert followed.faults == []


def test_a_remedy_shows_its_price_and_lets_the_plan_be_approved(empty: Visit):
    plan = propose(empty)
    days = [day for week in plan["plan"]["weeks"] for day in week["days"] if day["workouts"]]
    edit = {"kind": "replace", "date": days[5]["date"], "text": "40km E"}
    assert asked(empty, "POST", f"/plans/{plan['id']}/edits", {"edits": [edit]}).ok
    tab = empty.open("plan").tab
    expect(tab.get_by_role("button", name="Approve")).to_be_disabled()
    for _ in range(6):
        fix = tab.locator(".plan-findings .bad [data-edit]").first
        if not fix.count():
            break
        fix.click()
        expect(tab.locator("#plan-price")).to_contain_text("Problems solved")
        version = tab.inner_text(".plan-head .eyebrow")
        tab.locator("#plan-price [data-store]").click()
        expect(tab.locator(".plan-head .eyebrow")).not_to_have_text(version, timeout=READY_MS)
    expect(tab.get_by_role("button", name="Approve")).to_be_enabled()
    assert empty.faults == []


def test_without_a_sign_in_the_page_says_how_workouts_get_to_the_watch(followed: Visit):
    card = followed.tab.locator(".watch")
    assert "Sign in with e-mail and password" in card.inner_text()
    assert card.get_by_role("button", name="Send now").count() == 0
    assert card.get_by_role("link", name="FIT files (zip)").count() == 1
    card.get_by_role("link", name="To the connections").click()
    followed.tab.wait_for_url(re.compile(r"/connect\.ipynb"))


@pytest.mark.deep
def test_the_demo_s_plan_goes_to_the_simulated_watch(visit: Visit):
    tab = visit.open("plan").tab
    tab.locator(".watch").get_by_role("button", name="Send now").click()
    scheduled = tab.locator(".deliveries .chip.good").first
    expect(scheduled).to_have_text("In the calendar", timeout=150_000)
    assert visit.faults == []


def test_a_plan_leaves_as_a_file_and_comes_back(followed: Visit, tmp_path):
    tab = followed.tab
    with tab.expect_download() as started:
        tab.get_by_role("link", name="Download the plan (JSON)").click()
    file = tmp_path / "plan.json"
    started.value.save_as(file)
    tab.locator(".plan-import [name=file]").set_input_files(file)
    tab.locator(".plan-import button").click()
    expect(tab.locator(".plan-head")).to_contain_text("Imported", timeout=READY_MS)
    versions = asked(followed, "GET", "/plans").json()
    assert versions[0]["sha256"] == versions[1]["sha256"]
    renewed(followed)
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    tab.locator(".plan-import [name=file]").set_input_files(broken)
    tab.locator(".plan-import button").click()
    expect(tab.locator(".plan-import .told")).to_contain_text("That is no JSON file")
    assert followed.faults == []


def test_a_phone_in_korean_from_the_day_to_the_proposal(phone: Visit):
    approve(phone)
    tab = phone.open("plan").tab
    day_with(tab, "tempo").tap()
    sheet = tab.locator("#plan-day")
    expect(sheet).to_contain_text("왜 이 훈련인가")
    box = sheet.bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    sheet.get_by_role("button", name="편한 달리기로").tap()
    price = tab.locator("#plan-price")
    expect(price).to_contain_text("이 변경의 영향")
    price.get_by_role("button", name="제안으로 저장").tap()
    expect(tab.locator(".plan-head .chip.warn")).to_have_text("승인 대기", timeout=READY_MS)
    assert tab.evaluate(OVERFLOW) <= 0
    assert phone.faults == []


@pytest.mark.parametrize("language", ["ko", pytest.param("en", marks=pytest.mark.deep)])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("has_plan", [True, False])
def test_the_page_is_whole(browser: Browser, site: Site, size: str, language: str, has_plan: bool):
    with looking(browser, site, SIZES[size], language) as visit:
        if has_plan:
            approve(visit)
        tab = visit.open("plan").tab
        assert visit.faults == []
        assert i18n.t("pages.titles.plan", language) in tab.title()
        assert tab.evaluate(OVERFLOW) <= 0
        assert tab.locator(".notice.bad").count() == 0
        assert (tab.locator(".plan-week").count() > 0) == has_plan
        assert tab.locator(".chart:not([data-drawn=done])").count() == 0


def test_an_unknown_version_is_told_kindly(followed: Visit):
    tab = followed.open("plan?id=999999999").tab
    assert i18n.t("plans.errors.not_found.what", "en") in tab.inner_text("main")
    assert followed.open("plan?id=<b>").tab.locator(".plan-week").count() > 0


def words(key: str, language: str) -> str:
    return i18n.t(f"plan_page.{key}", language)


@pytest.mark.deep
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("size", [sites.WIDE, sites.NARROW])
def test_a_plan_is_made_approved_edited_and_approved_again(
    browser: Browser, site: Site, size: tuple[int, int], language: str
):
    with looking(browser, site, size, language) as visit:
        tab = visit.open("plan").tab
        form = tab.locator(".plan-form")
        form.locator("[name=goal]").select_option("10k")
        form.locator("[name=race_date]").fill(f"{RACE}")
        for day in range(7):
            box = form.locator(f"[name=available_weekdays][value='{day}']")
            box.set_checked(day in (1, 3, 5, 6))
        form.get_by_role("button", name=words("form.make", language)).click()
        approve_shown(visit, language)
        day_with(tab, "tempo").click()
        tab.locator("#plan-day").get_by_role(
            "button", name=words("day.make_easy", language)
        ).click()
        price = tab.locator("#plan-price")
        price.get_by_role("button", name=words("price.store", language)).click()
        approve_shown(visit, language)
        assert statuses(visit)[:2] == ["current", "archived"]
        assert tab.evaluate(OVERFLOW) <= 0
        assert visit.faults == []


def approve_shown(visit: Visit, language: str) -> None:
    """Approve the proposal that the page shows, and wait until it is in force."""
    head = visit.tab.locator(".plan-head")
    expect(head.locator(".chip.warn")).to_have_text(
        words("status.proposed", language), timeout=READY_MS
    )
    renewed(visit)
    visit.tab.get_by_role("button", name=words("actions.approve", language)).click()
    expect(head.locator(".chip.good")).to_have_text(
        words("status.current", language), timeout=READY_MS
    )
    renewed(visit)


@pytest.mark.deep
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("size", [sites.WIDE, sites.NARROW])
def test_a_push_is_followed_until_workouts_are_at_garmin(
    browser: Browser, site: Site, size: tuple[int, int], language: str
):
    context = sites.context(browser, size)
    site.log_in(context, language)
    visit = Visit.begin(context, site)
    tab = visit.open("plan").tab
    send = tab.locator(".watch").get_by_role("button", name=words("watch.send", language))
    with tab.expect_response(re.compile(r"/plans/\d+/sync$")) as answer:
        send.click()
    assert answer.value.status in (202, 409)  # 409: the demo's own push is under way
    expect(tab.locator(".deliveries .chip.good").first).to_have_text(
        words("watch.states.scheduled", language), timeout=150_000
    )
    assert tab.evaluate(OVERFLOW) <= 0
    assert visit.faults == []
    context.close()
