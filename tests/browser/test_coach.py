"""The coach's page as a runner uses it: asked, answered, stopped, cited, proposed, approved."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from runningcoach.base import i18n
from runningcoach.base.settings import Settings
from runningcoach.coach.knowledge.retrieval import retrieve
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.store import database
from tests.browser import site as sites
from tests.browser.coach_talk import (
    ANSWER_MS,
    answered,
    ask,
    easy_weeks,
    sent_texts,
    switch_on,
    visiting,
    wait_for_end,
    words,
)
from tests.browser.runners import asked
from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"wide": sites.WIDE, "narrow": sites.NARROW, "narrowest": (360, 740)}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAiSimulator]:
    with serve() as running:
        yield running


@pytest.fixture
def model(server: OpenAiSimulator) -> Iterator[OpenAiSimulator]:
    """A simulated model without a past."""
    server.reset()
    yield server
    server.reset()


@pytest.fixture
def newcomer(browser: Browser, site: Site) -> Iterator[Visit]:
    """A wide tab in English of a runner whose coach is off."""
    with visiting(browser, site) as visit:
        yield visit


@pytest.fixture
def talker(newcomer: Visit, model: OpenAiSimulator) -> Visit:
    """The page with the coach on."""
    switch_on(newcomer, model)
    return newcomer.open("coach")


@pytest.fixture
def phone(browser: Browser, site: Site, model: OpenAiSimulator) -> Iterator[Visit]:
    """The page on a phone in Korean, with the coach on."""
    with visiting(browser, site, sites.NARROW, "ko") as visit:
        switch_on(visit, model)
        yield visit.open("coach")


def test_a_question_is_answered_and_kept(talker: Visit, model: OpenAiSimulator):
    model.answer_next(tool_calls=[("weekly_mileage", {"weeks": 4})])
    model.answer_next("You run **steadily**.\n\n- Keep it easy.")
    answer = ask(talker, "How was my week?")
    expect(answer.locator(".said strong")).to_have_text("steadily", timeout=ANSWER_MS)
    wait_for_end(talker)
    expect(answer.locator(".said li")).to_have_text("Keep it easy.")
    expect(answer.locator(".tools .chip")).to_have_text(words("say.tools.weekly_mileage"))
    expect(answer.locator(".fine")).to_contain_text("gpt-6-luna")
    expect(answer.locator(".fine")).to_contain_text("US$0.")
    tab = talker.tab
    assert tab.input_value(".composer textarea") == ""
    assert tab.evaluate("document.activeElement.name") == "text"
    expect(tab.locator(".talk-list [aria-current]")).to_contain_text("How was my week?")
    number = re.search(r"\?id=(\d+)$", tab.url)[1]
    talker.open(f"coach?id={number}")
    expect(tab.locator(".message.assistant .said")).to_contain_text("You run steadily.")
    expect(tab.locator(".talk-title")).to_have_text("How was my week?")
    assert talker.faults == []


def test_an_answer_is_shown_while_it_comes_and_can_be_stopped(talker: Visit, model):
    model.delay(0.4)
    model.answer_next(" ".join(f"word{number}" for number in range(200)))
    answer = ask(talker, "Tell me much")
    expect(answer.locator(".said")).to_contain_text("word1", timeout=ANSWER_MS)
    tab = talker.tab
    expect(tab.get_by_role("button", name=words("chat.send"), exact=True)).to_be_hidden()
    expect(tab.locator(".messages")).to_have_attribute("aria-busy", "true")
    tab.get_by_role("button", name=words("chat.stop")).click()
    wait_for_end(talker)
    expect(answer.locator(".remark")).to_have_text(words("say.chat.stopped"))
    said = answer.locator(".said").inner_text()
    assert "word1" in said
    assert "word199" not in said
    model.delay(0)
    model.answer_next("Fine.")
    expect(ask(talker, "And now?").locator(".said")).to_have_text("Fine.", timeout=ANSWER_MS)
    assert talker.faults == []


def test_a_source_is_cited_where_it_was_found(talker: Visit, model: OpenAiSimulator, site: Site):
    question = "Is a long run that is much longer than usual risky?"
    with database.connect(database.database_url(Settings(home=site.home))) as conn:
        found = retrieve(conn, question)[0]
    model.answer_next(f"Longer runs raise the risk [p:{found.id}], and this too [p:made-up-1].")
    answer = ask(talker, question)
    cite = answer.locator("sup .cite")
    expect(cite).to_have_text("1", timeout=ANSWER_MS)
    wait_for_end(talker)
    assert "made-up" not in answer.inner_text()
    cite.click()
    source = talker.tab.locator("#coach-source")
    expect(source).to_contain_text(found.title)
    expect(source).to_contain_text(found.citation)
    hrefs = [link.get_attribute("href") for link in answer.locator(".sources a").all()]
    assert all(href.startswith("https://doi.org/10.") for href in hrefs)
    talker.tab.keyboard.press("Escape")
    expect(source).not_to_be_visible()
    assert talker.faults == []


def test_a_number_that_nobody_gave_is_marked(talker: Visit, model: OpenAiSimulator):
    model.answer_next("Last week you ran 987.6 km.")
    answer = ask(talker, "How far did I run?")
    wait_for_end(talker)
    mark = answer.locator("mark.unknown")
    expect(mark).to_contain_text("987.6")
    assert mark.get_attribute("title") == words("say.chat.unknown")
    expect(answer.locator(".remark")).to_contain_text("987.6")


def test_what_a_model_is_made_to_say_runs_nothing_and_leads_nowhere(talker: Visit, model):
    model.answer_next("Here it is.")
    model.fail_next("injection")
    answer = ask(talker, "How are you?")
    wait_for_end(talker)
    expect(answer.locator(".said")).to_contain_text("Here it is.")
    assert answer.locator("img, script, iframe").count() == 0
    hrefs = [link.get_attribute("href") for link in answer.locator("a").all()]
    assert [href for href in hrefs if not href.startswith("/")] == []
    assert talker.faults == []


def test_danger_is_answered_at_once_and_nothing_is_sent(newcomer: Visit, model: OpenAiSimulator):
    """The runner has not even agreed: the set answer asks no model."""
    answered(newcomer, "PUT", "/ai/settings", {
        "is_enabled": True, "base_url": model.url, "chat_model": "gpt-6-luna",
    })  # fmt: skip
    newcomer.open("coach")
    answer = ask(newcomer, "I have chest pain and my left arm feels numb")
    expect(answer.locator(".sign")).to_have_text(words("say.chat.red"), timeout=ANSWER_MS)
    wait_for_end(newcomer)
    assert "red" in answer.get_attribute("class")
    assert answer.locator("a.call").first.get_attribute("href") == "tel:119"
    assert model.requests() == []
    assert newcomer.faults == []


def test_the_first_question_shows_what_it_sends_and_waits_for_agreement(newcomer: Visit, model):
    answered(newcomer, "PUT", "/ai/settings", {
        "is_enabled": True, "base_url": model.url, "chat_model": "gpt-6-luna",
    })  # fmt: skip
    answered(newcomer, "PUT", "/ai/key", {"key": model.key})
    tab = newcomer.open("coach").tab
    tab.locator(".composer textarea").fill("How was my week, 4711?")
    tab.keyboard.press("Enter")
    sheet = tab.locator("#coach-preview")
    expect(sheet).to_be_visible(timeout=ANSWER_MS)
    expect(sheet.locator("dl")).to_contain_text(model.url)
    expect(sheet.locator("dl")).to_contain_text("gpt-6-luna")
    expect(sheet.locator("dl")).to_contain_text("US$0.")
    assert sheet.locator(".sent").count() >= 4
    question = sheet.locator(".sent").filter(has_text=words("say.sections.message"))
    question.locator("summary").click()
    expect(question.locator("pre")).to_contain_text("How was my week, 4711?")
    assert model.requests() == []
    tab.keyboard.press("Escape")
    assert tab.input_value(".composer textarea") == "How was my week, 4711?"
    tab.keyboard.press("Enter")
    model.answer_next("Well.")
    sheet.get_by_role("button", name=words("preview.agree")).click()
    expect(tab.locator(".message.assistant .said")).to_have_text("Well.", timeout=ANSWER_MS)
    sections = [one.inner_text() for one in sheet.locator(".sent pre").all()]
    sent = sent_texts(model)
    assert "How was my week, 4711?" in sent
    assert len(sections) >= 4
    model.answer_next("Well again.")
    expect(ask(newcomer, "And the next?").locator(".said")).to_have_text(
        "Well again.", timeout=ANSWER_MS
    )
    assert newcomer.faults == []


def test_what_would_be_sent_can_be_seen_at_any_time(talker: Visit, model: OpenAiSimulator):
    tab = talker.tab
    tab.locator(".composer textarea").fill("How is my form?")
    tab.get_by_role("button", name=words("chat.preview")).click()
    sheet = tab.locator("#coach-preview")
    expect(sheet.locator(".sent").first).to_be_visible(timeout=ANSWER_MS)
    expect(sheet.get_by_role("button", name=words("preview.agree"))).to_be_hidden()
    assert model.requests() == []
    model.answer_next("Good.")
    sheet.get_by_role("button", name=words("preview.send"), exact=True).click()
    expect(tab.locator(".message.assistant .said")).to_have_text("Good.", timeout=ANSWER_MS)
    assert talker.faults == []


def test_enter_sends_but_not_with_shift_nor_while_hangul_is_composed(talker: Visit, model):
    tab = talker.tab
    field = tab.locator(".composer textarea")
    field.fill("one")
    tab.keyboard.press("Shift+Enter")
    tab.keyboard.type("two")
    assert field.input_value() == "one\ntwo"
    field.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert tab.locator(".message").count() == 0
    model.answer_next("Yes.")
    tab.keyboard.press("Enter")
    expect(tab.locator(".message.user .said")).to_have_text("one\ntwo")
    wait_for_end(talker)


def test_a_suggestion_is_asked_at_a_touch(phone: Visit, model: OpenAiSimulator):
    suggestion = phone.tab.locator(".suggestion").first
    expect(suggestion).to_be_visible()
    text = suggestion.inner_text()
    model.answer_next("좋아요.")
    suggestion.tap()
    expect(phone.tab.locator(".message.user .said")).to_have_text(text)
    expect(phone.tab.locator(".message.assistant .said")).to_have_text("좋아요.", timeout=ANSWER_MS)
    assert phone.tab.evaluate(OVERFLOW) <= 0
    assert phone.faults == []


@pytest.mark.parametrize(
    ("fault", "code"), [("quota", "openai.quota_used"), ("server_error", "openai.model_busy")]
)
def test_a_model_that_fails_is_told_and_the_text_stays(talker: Visit, model, fault: str, code: str):
    model.fail_next(fault, times=4)
    answer = ask(talker, "How was my week?")
    wait_for_end(talker)
    trouble = answer.locator(".trouble")
    expect(trouble).to_be_visible(timeout=ANSWER_MS)
    assert trouble.inner_text().strip()
    expect(trouble.get_by_role("link", name=words("say.chat.to_settings"))).to_be_visible()
    assert talker.tab.input_value(".composer textarea") == "How was my week?"
    assert model.key not in talker.tab.content()
    model.reset()
    model.answer_next("Well.")
    talker.tab.keyboard.press("Enter")
    answers = talker.tab.locator(".message.assistant .said")
    expect(answers.last).to_have_text("Well.", timeout=ANSWER_MS)
    assert talker.faults == []


def test_an_answer_that_breaks_off_is_told(talker: Visit, model: OpenAiSimulator):
    model.answer_next("This is a long answer that never comes to its end, " * 5)
    model.fail_next("cut", times=4)
    answer = ask(talker, "How was my week?")
    wait_for_end(talker)
    expect(answer.locator(".trouble")).not_to_be_empty()
    assert talker.tab.input_value(".composer textarea") == "How was my week?"


def test_a_server_that_does_not_answer_loses_nothing(talker: Visit, model: OpenAiSimulator):
    tab = talker.tab
    tab.route("**/ai/chat", lambda route: route.abort())
    answer = ask(talker, "Precious words")
    expect(answer.locator(".trouble")).to_contain_text(words("say.chat.failed"))
    assert tab.input_value(".composer textarea") == "Precious words"
    tab.unroute("**/ai/chat")
    model.answer_next("Well.")
    tab.keyboard.press("Enter")
    expect(tab.locator(".message.assistant .said").last).to_have_text("Well.", timeout=ANSWER_MS)


def test_a_used_up_budget_is_told_before_anything_is_sent(talker: Visit, model: OpenAiSimulator):
    switch_on(talker, model, daily_budget_usd=0)
    model.clear_log()
    ask(talker, "How was my week?")
    told = talker.tab.locator(".trouble, .composer .told:not(:empty)").first
    expect(told).to_be_visible(timeout=ANSWER_MS)
    assert "0" in told.inner_text()
    assert model.requests() == []
    assert talker.tab.input_value(".composer textarea") == "How was my week?"


def propose(visit: Visit, model: OpenAiSimulator, weeks: int, km: float):
    """Ask for a plan, which the model proposes, and return its card."""
    model.answer_next(tool_calls=[("propose_plan", easy_weeks(weeks, km))])
    model.answer_next("Here is a proposal.")
    answer = ask(visit, "Please make me a plan of easy runs")
    wait_for_end(visit)
    card = answer.locator(".proposed-plan")
    expect(card.locator("header")).to_contain_text("Easy weeks", timeout=ANSWER_MS)
    return card


def statuses(visit: Visit) -> list[str]:
    return [version["status"] for version in answered(visit, "GET", "/plans").json()]


def test_a_proposed_plan_is_approved_in_the_talk_by_its_hash(talker: Visit, model):
    card = propose(talker, model, 4, 7)
    expect(card).to_contain_text(words("say.plan.first"))
    assert statuses(talker)[0] == "proposed"
    with talker.tab.expect_request(re.compile(r"/plans/\d+/approve$")) as sent:
        card.get_by_role("button", name=words("say.plan.approve")).click()
    expect(card.locator(".chip.good")).to_have_text(words("say.plan.status.current"))
    plan = answered(talker, "GET", "/plans/current").json()
    assert sent.value.post_data_json == {"sha256": plan["sha256"]}
    second = propose(talker, model, 4, 6)
    assert second.locator(".changes li").count() >= 6
    expect(second.locator(".changes li del").first).not_to_be_empty()
    second.get_by_role("button", name=words("say.plan.approve")).click()
    expect(second.locator(".chip.good")).to_have_text(words("say.plan.status.current"))
    assert statuses(talker)[:2] == ["current", "archived"]
    assert talker.faults == []


def test_a_plan_that_was_changed_elsewhere_is_not_approved(talker: Visit, model):
    card = propose(talker, model, 4, 7)
    plan = answered(talker, "GET", "/plans").json()[0]
    assert asked(talker, "POST", f"/plans/{plan['id']}/reject").ok
    card.get_by_role("button", name=words("say.plan.approve")).click()
    expect(card.locator(".told")).not_to_be_empty()
    assert "current" not in statuses(talker)


def test_a_proposal_is_rejected_in_the_talk(talker: Visit, model: OpenAiSimulator):
    card = propose(talker, model, 4, 7)
    card.get_by_role("button", name=words("say.plan.reject")).click()
    expect(card.locator("header .chip")).to_have_text(words("say.plan.status.rejected"))
    assert statuses(talker)[0] == "rejected"
    card.get_by_role("link", name=words("say.plan.look")).click()
    talker.tab.wait_for_url(re.compile(r"/plan\.ipynb\?id=\d+"))


def test_a_talk_is_renamed_left_and_deleted(talker: Visit, model: OpenAiSimulator):
    tab = talker.tab
    for text in ("First", "Second"):
        model.answer_next(f"Answer to {text}")
        ask(talker, text)
        wait_for_end(talker)
        tab.get_by_role("button", name=words("chat.new"), exact=True).click()
    assert tab.locator(".message").count() == 0
    rows = tab.locator(".talk-list li")
    expect(rows).to_have_count(2)
    rows.filter(has_text="First").locator("a").click()
    expect(tab.locator(".message.assistant .said")).to_have_text("Answer to First")
    tab.get_by_role("button", name=words("chat.rename")).click()
    tab.locator("#coach-rename input").fill("Race <day>")
    tab.locator("#coach-rename").get_by_role("button", name=words("chat.save")).click()
    expect(tab.locator(".talk-title")).to_have_text("Race <day>")
    tab.get_by_role("button", name=words("chat.delete"), exact=True).click()
    tab.locator("#coach-delete").get_by_role("button", name=words("cancel")).click()
    expect(rows).to_have_count(2)
    tab.get_by_role("button", name=words("chat.delete"), exact=True).click()
    tab.locator("#coach-delete .danger").click()
    expect(rows).to_have_count(1)
    assert tab.locator(".message").count() == 0
    left = answered(talker, "GET", "/ai/conversations").json()["items"]
    assert [one["title"] for one in left] == ["Second"]
    assert talker.faults == []


def test_the_demo_s_coach_answers_from_its_records_without_a_key(visit: Visit):
    visit.open("coach")
    answer = ask(visit, "How far did I run in the last four weeks?")
    wait_for_end(visit)
    expect(answer.locator(".tools .chip").first).to_be_visible()
    assert re.search(r"\d+(\.\d+)? km", answer.locator(".said").inner_text())
    assert answer.locator("mark.unknown").count() == 0
    assert visit.faults == []


def test_a_talk_that_is_not_there_is_told_and_a_new_one_begun(talker: Visit):
    talker.open("coach?id=999999999")
    expect(talker.tab.locator(".message.trouble")).not_to_be_empty()
    talker.open("coach?id=<b>")
    expect(talker.tab.locator(".welcome")).to_be_visible()


def test_the_list_of_talks_is_a_drawer_on_a_phone(phone: Visit, model: OpenAiSimulator):
    tab = phone.tab
    model.answer_next("좋아요.")
    ask(phone, "이번 주는 어땠나요?")
    wait_for_end(phone)
    expect(tab.locator("#coach-talks")).to_be_hidden()
    tab.locator("[data-talks=open]").tap()
    row = tab.locator(".talk-list a")
    expect(row).to_be_visible()
    row.tap()
    expect(tab.locator("#coach-talks")).to_be_hidden()
    expect(tab.locator(".message.assistant .said")).to_have_text("좋아요.")
    assert phone.faults == []


@pytest.mark.parametrize("language", ["ko", pytest.param("en", marks=pytest.mark.deep)])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_on", [True, False])
def test_the_page_is_whole(
    browser: Browser, site: Site, model: OpenAiSimulator, size: str, language: str, is_on: bool
):
    with visiting(browser, site, SIZES[size], language) as visit:
        if is_on:
            switch_on(visit, model)
        tab = visit.open("coach").tab
        assert i18n.t("pages.titles.coach", language) in tab.title()
        assert (tab.locator(".composer").count() == 1) == is_on
        assert (tab.locator(".coach-off").count() == 1) == (not is_on)
        if is_on:
            model.answer_next("| a | b |\n|---|---|\n| " + "long " * 40 + "| `x` |\n" + "w" * 400)
            ask(visit, "긴 말 " * 60)
            wait_for_end(visit)
        tab.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
        assert tab.evaluate(OVERFLOW) <= 0
        assert tab.locator(".notice.bad").count() == 0
        assert visit.faults == []


@pytest.mark.deep
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("size", [sites.WIDE, sites.NARROW])
def test_asked_proposed_approved_and_deleted(
    browser: Browser, site: Site, model: OpenAiSimulator, size: tuple[int, int], language: str
):
    with visiting(browser, site, size, language) as visit:
        switch_on(visit, model)
        visit.open("coach")
        card = propose(visit, model, 4, 7)
        card.get_by_role("button", name=words("say.plan.approve", language)).click()
        expect(card.locator(".chip.good")).to_have_text(words("say.plan.status.current", language))
        assert visit.tab.evaluate(OVERFLOW) <= 0
        tab = visit.tab
        tab.get_by_role("button", name=words("chat.delete", language), exact=True).click()
        tab.locator("#coach-delete .danger").click()
        expect(tab.locator(".welcome")).to_be_visible()
        assert answered(visit, "GET", "/ai/conversations").json()["items"] == []
        assert statuses(visit)[0] == "current"
        assert visit.faults == []
