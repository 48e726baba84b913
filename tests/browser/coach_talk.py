"""A runner who talks with a simulated model, for the tests of the coach's page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from playwright.sync_api import Browser, Locator, expect

from runningcoach.base import i18n, periods
from runningcoach.simulators.openai import OpenAiSimulator
from tests.browser import site as sites
from tests.browser.runners import TODAY, asked, log_in
from tests.browser.site import Site, Visit

RUNNER = "coach-runner"
SETTINGS = {"is_enabled": True, "chat_model": "gpt-6-luna", "plan_model": "gpt-6-luna"}
ANSWER_MS = 60_000


def words(key: str, language: str = "en", **blanks: object) -> str:
    """Return words of the page."""
    return i18n.t(f"coach_page.{key}", language, **blanks)


def answered(visit: Visit, method: str, path: str, data: object = None):
    """Return what the API answers to the runner, who is not refused."""
    answer = asked(visit, method, path, data)
    assert answer.ok, answer.text()
    return answer


def switch_on(visit: Visit, model: OpenAiSimulator, **changes: object) -> None:
    """Lead the coach to a simulated model, with its key, and agree."""
    chosen = SETTINGS | {"base_url": model.url} | changes
    answered(visit, "PUT", "/ai/settings", chosen)
    answered(visit, "PUT", "/ai/key", {"key": model.key})
    answered(visit, "POST", "/ai/agreement")


def forget(visit: Visit) -> None:
    """Begin anew: no complaint, no plan, no talk, the coach off and without a key."""
    for complaint in answered(visit, "GET", "/complaints").json():
        answered(visit, "POST", f"/complaints/{complaint['id']}/end")
    for version in answered(visit, "GET", "/plans").json():
        ending = {"proposed": "reject", "current": "archive"}.get(version["status"])
        if ending:
            answered(visit, "POST", f"/plans/{version['id']}/{ending}")
    answered(visit, "DELETE", "/ai/log")
    answered(visit, "DELETE", "/ai/key")
    for document in answered(visit, "GET", "/ai/documents").json():
        answered(visit, "DELETE", f"/ai/documents/{document['id']}")
    answered(visit, "PUT", "/ai/settings", {})


@contextmanager
def visiting(
    browser: Browser, site: Site, size: tuple[int, int] = sites.WIDE, language: str = "en"
) -> Iterator[Visit]:
    """A tab of a runner who has not met the coach yet."""
    context = sites.context(browser, size, permissions=["clipboard-read", "clipboard-write"])
    log_in(context, site, RUNNER, language)
    visit = Visit.begin(context, site)
    forget(visit)
    yield visit
    context.close()


def ask(visit: Visit, text: str) -> Locator:
    """Write a message, send it by Enter, and return where its answer comes."""
    before = visit.tab.locator(".message.assistant").count()
    visit.tab.locator(".composer textarea").fill(text)
    visit.tab.keyboard.press("Enter")
    return visit.tab.locator(".message.assistant").nth(before)


def wait_for_end(visit: Visit) -> None:
    """Wait until the answer that comes has ended."""
    log = visit.tab.locator(".messages")
    expect(log).to_have_attribute("aria-busy", "false", timeout=ANSWER_MS)


def sent_texts(model: OpenAiSimulator) -> str:
    """Return all that came to a simulated model, as one text."""
    return " ".join(str(request.body) for request in model.requests())


def easy_weeks(weeks: int, km: float) -> dict[str, object]:
    """Return the arguments of a proposal: easy runs on four days, from the next Monday on."""
    monday = periods.week_start(TODAY) + timedelta(days=7)
    return {
        "goal": "fit",
        "start": f"{monday}",
        "race_date": None,
        "target_time_s": None,
        "weeks": weeks,
        "available_weekdays": [1, 3, 5, 6],
        "long_day": 6,
        "weekday_max_min": None,
        "long_max_min": None,
        "draft": {
            "schema_version": "1",
            "title": "Easy weeks",
            "weeks": [_week(monday + timedelta(days=7 * number), km) for number in range(weeks)],
        },
    }


def _week(start, km: float) -> dict[str, object]:
    days = [
        {"date": f"{start + timedelta(days=day)}", "template": "easy", "distance_km": km,
         "intensity": "E"}
        if day in (1, 3, 5, 6)
        else {"date": f"{start + timedelta(days=day)}", "template": "rest"}
        for day in range(7)
    ]  # fmt: skip
    return {"start": f"{start}", "phase": "base", "days": days}
