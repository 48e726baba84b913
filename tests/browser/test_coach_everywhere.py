"""The coach's page in both languages and widths: stream, stop, cite, faults, export, import."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from runningcoach.base.settings import Settings
from runningcoach.coach.knowledge.retrieval import retrieve
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.store import database
from tests.browser import site as sites
from tests.browser.coach_talk import (
    ANSWER_MS,
    answered,
    ask,
    switch_on,
    visiting,
    wait_for_end,
    words,
)
from tests.browser.site import Site
from tests.browser.test_coach import OVERFLOW
from tests.browser.test_coach_settings import exported_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.deep]
everywhere = pytest.mark.parametrize("language", ["ko", "en"])
any_width = pytest.mark.parametrize("size", [sites.WIDE, sites.NARROW])
QUESTION = "Is a long run that is much longer than usual risky?"


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAiSimulator]:
    with serve() as simulator:
        yield simulator


@everywhere
@any_width
def test_an_answer_comes_in_pieces_is_stopped_cited_and_missed(
    browser: Browser, site: Site, model: OpenAiSimulator, size: tuple[int, int], language: str
):
    model.reset()
    with visiting(browser, site, size, language) as visit:
        switch_on(visit, model)
        tab = visit.open("coach").tab
        model.delay(0.4)
        model.answer_next(" ".join(f"word{number}" for number in range(200)))
        answer = ask(visit, "말해 주세요")
        expect(answer.locator(".said")).to_contain_text("word1", timeout=ANSWER_MS)
        tab.get_by_role("button", name=words("chat.stop", language)).click()
        wait_for_end(visit)
        expect(answer.locator(".remark")).to_have_text(words("say.chat.stopped", language))
        model.delay(0)
        with database.connect(database.database_url(Settings(home=site.home))) as conn:
            found = retrieve(conn, QUESTION)[0]
        model.answer_next(f"It is [p:{found.id}].")
        answer = ask(visit, QUESTION)
        expect(answer.locator("sup .cite")).to_have_text("1", timeout=ANSWER_MS)
        wait_for_end(visit)
        answer.locator("sup .cite").click()
        expect(tab.locator("#coach-source")).to_contain_text(found.citation)
        tab.keyboard.press("Escape")
        model.fail_next("quota", 1)
        ask(visit, "또 하나")
        wait_for_end(visit)
        expect(tab.locator(".composer textarea")).to_have_value("또 하나")
        assert tab.evaluate(OVERFLOW) <= 0


@everywhere
@any_width
def test_without_a_model_a_summary_goes_out_and_a_plan_comes_in(
    browser: Browser, site: Site, size: tuple[int, int], language: str
):
    with visiting(browser, site, size, language) as visit:
        tab = visit.open("coach").tab
        assert tab.locator("#coach-chat").count() == 0
        card = tab.locator("#coach-exchange")
        card.get_by_role("button", name=words("exchange.make", language)).click()
        expect(card.locator("[name=made]")).not_to_have_value("", timeout=ANSWER_MS)
        text = exported_plan(visit)
        card.locator("[name=text]").fill(f"```json\n{text}\n```")
        card.get_by_role("button", name=words("exchange.read", language)).click()
        verdict = card.locator(".outcome .verdict-line")
        expect(verdict).to_have_class(re.compile("good"), timeout=ANSWER_MS)
        assert answered(visit, "GET", "/plans").json()[0]["status"] == "proposed"
        assert tab.evaluate(OVERFLOW) <= 0
        assert visit.faults == []
