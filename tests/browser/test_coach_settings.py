"""The coach's page around the talk: switched on, its key, copy and paste, documents, costs."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta

import psutil
import pytest
from playwright.sync_api import Browser, expect

from runningcoach.base import periods
from runningcoach.base.settings import Settings
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.store import database
from tests.browser.coach_talk import (
    ANSWER_MS,
    answered,
    ask,
    switch_on,
    visiting,
    wait_for_end,
    words,
)
from tests.browser.runners import TODAY
from tests.browser.site import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READY_MS = 60_000
RACE = periods.week_start(TODAY) + timedelta(days=7 * 10 + 6)


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAiSimulator]:
    with serve() as running:
        yield running


@pytest.fixture
def newcomer(browser: Browser, site: Site) -> Iterator[Visit]:
    """The page, wide and in English, of a runner whose coach is off."""
    with visiting(browser, site) as visit:
        yield visit.open("coach")


@pytest.fixture
def talker(newcomer: Visit, model: OpenAiSimulator) -> Visit:
    """The page with the coach on."""
    model.reset()
    switch_on(newcomer, model)
    return newcomer.open("coach")


def unfold(visit: Visit, name: str):
    """Open a part of the page."""
    card = visit.tab.locator(f"#coach-{name}")
    if card.locator("> details").get_attribute("open") is None:
        card.locator("> details > summary").click()
    return card


def test_while_off_the_page_explains_and_copy_and_paste_works(newcomer: Visit):
    tab = newcomer.tab
    expect(tab.locator(".coach-off")).to_contain_text(words("off.leaves_1"))
    assert tab.locator("#coach-chat").count() == 0
    card = tab.locator("#coach-exchange")
    card.locator("[name=size]").select_option("short")
    card.get_by_role("button", name=words("exchange.make")).click()
    made = card.locator("[name=made]")
    expect(made).not_to_have_value("", timeout=ANSWER_MS)
    short = made.input_value()
    card.get_by_role("button", name=words("exchange.copy"), exact=True).click()
    assert tab.evaluate("navigator.clipboard.readText()") == short
    with tab.expect_download() as started:
        card.get_by_role("link", name=words("exchange.download")).click()
    assert started.value.suggested_filename == "running-summary.md"
    assert started.value.path().read_text() == short
    card.locator("[name=size]").select_option("full")
    card.get_by_role("button", name=words("exchange.make")).click()
    expect(made).not_to_have_value(short, timeout=ANSWER_MS)
    assert len(made.input_value()) > len(short)
    assert newcomer.faults == []


def test_switched_on_with_server_key_and_test_by_the_page(newcomer: Visit, model: OpenAiSimulator):
    model.reset()
    tab = newcomer.tab
    tab.get_by_role("link", name=words("off.to_settings")).click()
    card = unfold(newcomer, "settings")
    form = card.locator(".coach-settings")
    form.locator("[data-preset]").select_option("ollama")
    assert form.locator("[name=base_url]").input_value() == "http://127.0.0.1:11434/v1"
    assert form.locator("[name=api]").input_value() == "chat"
    form.locator("[data-preset]").select_option("other")
    form.locator("[name=base_url]").fill(model.url)
    form.locator("[name=api]").select_option("responses")
    form.locator("[name=chat_model]").fill("gpt-6-luna")
    form.locator("[value=summary]").check()
    form.locator("[name=daily_budget_usd]").fill("0,25")
    form.locator("[name=is_enabled]").check()
    form.get_by_role("button", name=words("settings.save")).click()
    expect(tab.locator("#coach-chat .composer")).to_be_visible(timeout=READY_MS)
    newcomer.complete()
    settings = answered(newcomer, "GET", "/ai/settings").json()
    assert settings["is_enabled"]
    assert settings["privacy_level"] == "summary"
    assert settings["daily_budget_usd"] == 0.25
    assert settings["base_url"] == model.url

    card = unfold(newcomer, "settings")
    key = card.locator(".coach-key")
    key.locator("[name=key]").fill(model.key)
    key.get_by_role("button", name=words("settings.key_save")).click()
    expect(key.locator(".state-line")).to_have_text(words("settings.key_saved"), timeout=READY_MS)
    newcomer.complete()
    assert model.key not in tab.content()
    assert key.locator("[name=key]").input_value() == ""
    check = unfold(newcomer, "settings").locator("[data-coach-check]")
    check.get_by_role("button").click()
    expect(check.locator("[role=status]")).to_contain_text("gpt-6-luna", timeout=ANSWER_MS)
    assert len(model.requests()) >= 1
    assert newcomer.faults == []


def test_a_wrong_key_is_told_and_can_be_deleted(talker: Visit, model: OpenAiSimulator):
    answered(talker, "PUT", "/ai/key", {"key": "sk-wrong-and-secret-0123456789"})
    tab = talker.open("coach").tab
    card = unfold(talker, "settings")
    check = card.locator("[data-coach-check]")
    check.get_by_role("button").click()
    expect(check.locator(".told")).not_to_be_empty(timeout=ANSWER_MS)
    assert "sk-wrong" not in tab.content()
    card.get_by_role("button", name=words("settings.key_delete")).click()
    tab.locator("#coach-key-delete .danger").click()
    line = tab.locator(".coach-key .state-line")
    expect(line).to_have_text(words("settings.key_none"), timeout=READY_MS)


def test_an_address_that_cannot_be_is_told_and_nothing_is_stored(talker: Visit, model):
    card = unfold(talker, "settings")
    card.locator("[name=base_url]").fill("ftp://example.org/<b>")
    card.get_by_role("button", name=words("settings.save")).click()
    expect(card.locator(".coach-settings > .told")).not_to_be_empty()
    assert answered(talker, "GET", "/ai/settings").json()["base_url"] == model.url


def test_costs_are_shown_by_day_and_unknown_ones_as_unknown(talker: Visit, model: OpenAiSimulator):
    model.answer_next("Well.")
    ask(talker, "How was my week?")
    wait_for_end(talker)
    switch_on(talker, model, chat_model="qwen3:8b")
    talker.open("coach")
    model.answer_next("Well.")
    ask(talker, "How was my week?")
    wait_for_end(talker)
    tab = talker.open("coach").tab
    card = unfold(talker, "usage")
    spent = answered(talker, "GET", "/ai/usage").json()["budget"]["spent_today_usd"]
    expect(card.locator(".stat").first).to_contain_text(f"{spent:.4f}")
    rows = tab.locator(".ledger tbody tr")
    expect(rows.filter(has_text="gpt-6-luna").first).to_contain_text("US$0.")
    expect(rows.filter(has_text="qwen3:8b").first).to_contain_text(words("usage.unknown_cost"))
    assert talker.faults == []


def test_the_log_is_taken_away_and_deleted(talker: Visit, model: OpenAiSimulator):
    model.answer_next("A word to keep.")
    ask(talker, "How was my week?")
    wait_for_end(talker)
    tab = talker.tab
    card = unfold(talker, "usage")
    with tab.expect_download() as started:
        card.get_by_role("link", name=words("usage.log")).click()
    assert "A word to keep." in started.value.path().read_text()
    card.get_by_role("button", name=words("usage.delete")).click()
    tab.locator("#coach-log-delete .danger").click()
    expect(tab.locator(".talk-list li")).to_have_count(0, timeout=READY_MS)
    assert answered(talker, "GET", "/ai/conversations").json()["items"] == []
    assert answered(talker, "GET", "/ai/usage").json()["days"] != []
    assert talker.faults == []


def exported_plan(visit: Visit) -> str:
    """Return a plan by rule as a file, which is no proposal any more."""
    plan = answered(visit, "POST", "/plans", {
        "goal": "10k", "start": f"{TODAY}", "race_date": f"{RACE}", "race_name": "Han River 10",
        "available_weekdays": [1, 3, 5, 6], "long_day": 6,
    }).json()  # fmt: skip
    text = answered(visit, "GET", f"/plans/{plan['id']}/export").text()
    answered(visit, "POST", f"/plans/{plan['id']}/reject")
    return text


def test_an_answer_of_another_chat_is_read_and_its_plan_proposed(newcomer: Visit):
    text = exported_plan(newcomer)
    tab = newcomer.tab
    card = tab.locator("#coach-exchange")
    card.locator("[name=text]").fill(f"Here is your plan!\n```json\n{text}\n```\nGood luck.")
    card.get_by_role("button", name=words("exchange.read")).click()
    outcome = card.locator(".outcome")
    expect(outcome.locator(".verdict-line")).to_have_class(re.compile("good"), timeout=ANSWER_MS)
    outcome.get_by_role("link", name=words("say.exchange.plan")).click()
    tab.wait_for_url(re.compile(r"/plan\.ipynb\?id=\d+"))
    newcomer.complete()
    expect(tab.locator(".plan-head")).to_contain_text("Han River 10")
    assert answered(newcomer, "GET", "/plans").json()[0]["status"] == "proposed"
    newcomer.open("coach")
    expect(tab.locator(".imports li").first).to_contain_text(words("exchange.open_plan"))
    assert newcomer.faults == []


def test_what_is_no_plan_is_refused_with_a_text_to_send_back(newcomer: Visit):
    card = newcomer.tab.locator("#coach-exchange")
    read = card.get_by_role("button", name=words("exchange.read"))
    read.click()
    expect(card.locator("[data-coach-import] > .told")).to_have_text(words("say.exchange.empty"))
    card.locator("[name=text]").fill("I am sorry <img src=x onerror=alert(1)>, run more!")
    read.click()
    outcome = card.locator(".outcome")
    expect(outcome.locator(".verdict-line")).to_have_class(re.compile("bad"), timeout=ANSWER_MS)
    assert outcome.locator("img").count() == 0
    back = outcome.locator("textarea")
    assert len(back.input_value()) > 20
    outcome.get_by_role("button", name=words("exchange.copy")).click()
    assert newcomer.tab.evaluate("navigator.clipboard.readText()") == back.input_value()
    assert answered(newcomer, "GET", "/plans").json()[:1] != ["proposed"]
    assert newcomer.faults == []


def test_an_answer_comes_as_a_file(newcomer: Visit, tmp_path):
    file = tmp_path / "answer.json"
    file.write_text(exported_plan(newcomer))
    card = newcomer.tab.locator("#coach-exchange")
    card.locator("[name=file]").set_input_files(file)
    card.get_by_role("button", name=words("exchange.read")).click()
    link = card.locator(".outcome").get_by_role("link", name=words("say.exchange.plan"))
    expect(link).to_be_visible(timeout=ANSWER_MS)
    assert newcomer.faults == []


def test_documents_are_added_as_text_and_file_and_deleted(talker: Visit, tmp_path):
    tab = talker.tab
    card = unfold(talker, "documents")
    card.locator("[name=title]").fill("Notes <b>")
    card.locator("[name=text]").fill("Before a race I eat rice cakes.")
    card.get_by_role("button", name=words("documents.add")).click()
    rows = tab.locator(".documents li")
    expect(rows).to_have_count(1, timeout=READY_MS)
    expect(rows.first).to_contain_text("Notes <b>")
    talker.complete()
    file = tmp_path / "club.md"
    file.write_text("# From the club\n\nTrack on Wednesdays.\n")
    unfold(talker, "documents").locator("[name=file]").set_input_files(file)
    tab.locator("#coach-documents").get_by_role("button", name=words("documents.add")).click()
    expect(rows).to_have_count(2, timeout=READY_MS)
    talker.complete()
    row = rows.filter(has_text="Notes <b>")
    row.get_by_role("button", name=words("documents.delete")).click()
    expect(rows).to_have_count(1, timeout=READY_MS)
    assert talker.faults == []


# ---- the key is nowhere ----------------------------------------------------------------------


def everything_in(url: str) -> str:
    """Return all rows of all tables as text, secrets as the bytes that they are stored as."""
    with database.connect(url) as conn:
        tables = conn.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT LIKE 'pg\\_%'"
            " AND table_schema <> 'information_schema'"
        ).fetchall()
        rows = [
            str(row)
            for schema, table in tables
            for row in conn.execute(f'SELECT * FROM "{schema}"."{table}"').fetchall()  # noqa: S608
        ]
    return "\n".join(rows)


def processes_of(home) -> list[psutil.Process]:
    """Return the program's processes: kernels, zygote, servers."""
    return [
        one
        for one in psutil.process_iter()
        if one.status() != psutil.STATUS_ZOMBIE and str(home) in " ".join(_environment(one))
    ]


def _environment(process: psutil.Process) -> list[str]:
    try:
        return [f"{name}={value}" for name, value in process.environ().items()]
    except (psutil.Error, OSError):
        return []


@pytest.mark.deep
def test_a_key_is_found_nowhere(browser: Browser, site: Site, talker: Visit, model):
    canary = model.key
    model.answer_next("Well.")
    ask(talker, f"My key is {canary}, how was my week?")
    wait_for_end(talker)
    model.fail_next("key_echo", times=4)
    ask(talker, "And now?")
    wait_for_end(talker)
    tab = talker.tab
    for page in ("coach", "connect", "jobs"):
        talker.open(page)
        assert canary not in tab.content()
    talker.open("coach")
    assert canary not in everything_in(database.database_url(Settings(home=site.home)))
    running = processes_of(site.home)
    assert any("ipykernel" in " ".join(one.cmdline()) for one in running) or len(running) > 3
    assert not [one.pid for one in running if canary in " ".join(_environment(one))]
    for log in (
        answered(talker, "GET", "/ai/log").json(),
        answered(talker, "GET", "/ai/calls").json(),
    ):
        assert canary not in json.dumps(log)
    found = subprocess.run(
        ["grep", "-rlaF", canary, str(site.home)], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert [path for path in found.stdout.split() if f"{os.sep}pg{os.sep}" not in path] == []
