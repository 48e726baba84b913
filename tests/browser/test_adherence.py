"""How planned workouts went is seen on the calendar and on the activity, as the API tells it."""

import pytest
from playwright.sync_api import Browser, expect

from runningcoach.base import i18n
from tests.browser import site as sites
from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def judged(visit: Visit) -> list[dict]:
    """Return the past workouts of this month that were compared with a run, by the API."""
    days = visit.tab.context.request.get(f"{visit.site.url}/api/v1/calendar").json()["days"]
    return [w["adherence"] for day in days for w in day["workouts"] if w["adherence"]]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("size", [sites.WIDE, sites.NARROW])
def test_adherence_is_seen(browser: Browser, site: Site, language: str, size: tuple[int, int]):
    context = sites.context(browser, size)
    site.log_in(context, language)
    visit = Visit.begin(context, site)
    went = [one for one in judged(visit) if one["activity_ids"]]
    assert went, "the demo's runner ran nothing of the plan"
    tab = visit.open("calendar").tab
    assert tab.evaluate(OVERFLOW) <= 0
    words = {i18n.t(f"adherence.day.{one['verdict']}", language) for one in went}
    shown = " ".join(tab.locator("main").inner_text().split()) + " ".join(
        tab.locator("svg.verdict").evaluate_all("marks => marks.map(m => m.ariaLabel)")
    )
    assert any(one in shown for one in words)

    last = went[-1]
    visit.open(f"activity?id={last['activity_ids'][0]}")
    card = tab.locator(".card").filter(has_text=i18n.t("calendar.activity.title", language))
    expect(card).to_contain_text(i18n.t(f"adherence.day.{last['verdict']}", language))
    expect(card.locator("tbody tr")).to_have_count(len(last["steps"]))
    assert tab.evaluate(OVERFLOW) <= 0
    assert visit.faults == []
    context.close()
