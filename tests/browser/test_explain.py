"""The button beside a number opens its explanation: by mouse and keyboard, wide and on a phone."""

import pytest
from playwright.sync_api import Browser, expect

from runningcoach.base import i18n
from tests.browser import site as sites
from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"wide": sites.WIDE, "narrow": sites.NARROW}
LANGUAGES = ["ko", pytest.param("en", marks=pytest.mark.deep)]
OVERFLOW = "node => node.scrollWidth - node.clientWidth"


def ask(visit: Visit, metric: str):
    """Press the button of a number and wait for its explanation."""
    visit.tab.locator(f"[data-explain={metric}] button.why").first.click()
    dialog = visit.tab.locator("#explanation")
    expect(dialog.locator("h3").first).to_be_visible()
    return dialog


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_every_number_of_an_activity_explains_itself(
    browser: Browser, site: Site, size: str, language: str
):
    context = sites.context(browser, SIZES[size])
    site.log_in(context, language)
    visit = Visit.begin(context, site)
    visit.open(visit.latest_activity())
    buttons = visit.tab.locator(".stat button.why")
    assert buttons.count() >= 6
    for button in buttons.all():
        metric = button.evaluate("node => node.closest('[data-explain]').dataset.explain")
        button.click()
        dialog = visit.tab.locator("#explanation")
        expect(dialog.locator("h3").first).to_be_visible()
        expect(dialog.locator("h2")).to_have_text(button.get_attribute("aria-label"))
        expect(dialog).to_contain_text(i18n.t(f"metrics.explain.{metric}", language))
        assert dialog.locator(".answer").evaluate(OVERFLOW) <= 0
        box = dialog.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SIZES[size][0]
        dialog.locator(".shut").click()
        expect(dialog).to_be_hidden()
    assert visit.faults == []
    context.close()


def test_what_is_shown_is_what_the_api_says(visit: Visit):
    visit.open("fitness")
    about = visit.tab.locator("[data-explain=ctl]").first.get_attribute("data-about")
    dialog = ask(visit, "ctl")
    where = f"{visit.site.url}/api/v1/metrics/explain/ctl?date={about}"
    said = visit.tab.context.request.get(where).json()
    words = dialog.inner_text()
    for part in (said["shown"], said["formula"], said["filled"], said["literature"]):
        assert part in words, part
    for part in said["ingredients"]:
        assert part["label"] in words
        assert part["shown"] in words
    assert visit.faults == []


def test_the_keyboard_opens_closes_and_comes_back(visit: Visit):
    tab = visit.open("fitness").tab
    button = tab.locator("[data-explain=tsb] button.why").first
    button.focus()
    tab.keyboard.press("Enter")
    dialog = tab.locator("#explanation")
    expect(dialog.locator("h3").first).to_be_visible()
    assert tab.evaluate("document.activeElement.closest('dialog') !== null")
    tab.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert button.evaluate("node => node === document.activeElement")


def test_a_click_beside_the_panel_closes_it(visit: Visit):
    visit.open("today")
    dialog = ask(visit, "ctl")
    visit.tab.mouse.click(8, 8)
    expect(dialog).to_be_hidden()


def test_a_refusal_is_told_in_the_panel(visit: Visit):
    tab = visit.open("today").tab
    stat = tab.locator("[data-explain=ctl]").first
    stat.evaluate("node => { node.dataset.about = '9999-12-31'; }")
    stat.locator("button.why").click()
    expected = i18n.t("explain.errors.unknown_day.what", "en", date="9999-12-31")
    expect(tab.locator("#explanation .reason")).to_have_text(expected)
    assert all("404" in fault for fault in visit.faults)
