"""A model's words are taken for those of the rules only where nothing in them is new."""

from datetime import date, timedelta

import pytest

from runningcoach.coach.talk.weekly.weekly_word import PlanOutlook, write_weekly_word
from runningcoach.model.fitness import RecoveryDay, Summary
from runningcoach.simulators.openai import serve
from runningcoach.store import complaints, fitness, weekly_words
from tests.coach.talk.talking import switch_on

MONDAY = date(2026, 11, 23)
GOOD = "이번 주에는 5회, 42.3 km를 달렸어요. 지난 몇 주와 비슷하게 꾸준했어요."
WARNING = "살필 점: 통증이 있다고 적어 두셨습니다."
READINESS = "마지막 날 아침의 준비도는 조금 낮습니다."


@pytest.fixture(scope="module")
def running():
    with serve() as simulator:
        yield simulator


@pytest.fixture
def simulator(running):
    running.reset()
    return running


@pytest.fixture
def week(conn, user):
    """A week like the four before it, with pain and a reduced morning."""
    rows = [
        Summary(
            period="week", starts_on=MONDAY - n * timedelta(weeks=1), activities=5, runs=5,
            distance_m=42_300, moving_s=15_000, load=300, longest_run_m=15_000,
        )
        for n in range(5)
    ]  # fmt: skip
    fitness.replace_summaries(conn, user.id, rows)
    sunday = MONDAY + timedelta(days=6)
    fitness.replace_recovery(conn, user.id, [RecoveryDay(date=sunday, readiness_band="reduced")])
    complaints.begin(conn, user.id, "pain", sunday)


def write(conn, user, home, **options):
    return write_weekly_word(conn, user, home, MONDAY, PlanOutlook(), **options)


def calls(conn, user):
    return conn.execute(
        "SELECT purpose, error_code, cost_usd FROM ai_calls WHERE user_id = %s", [user.id]
    ).fetchall()


def sent(simulator):
    return [request for request in simulator.requests() if request.method == "POST"]


def test_without_a_model_the_rules_write_and_nothing_is_sent(conn, user, home, week, simulator):
    switch_on(conn, user, home, simulator, is_enabled=False)
    report = write(conn, user, home)
    assert (report.word.origin, report.is_new) == ("rule", True)
    assert "5회, 42.3 km" in report.word.text
    assert report.word.citations[0].passage_id == "pain-monitoring"
    assert sent(simulator) == []
    assert calls(conn, user) == []


def test_a_model_puts_it_into_words_and_warnings_stay(conn, user, home, week, simulator):
    switch_on(conn, user, home, simulator)
    simulator.answer_next(GOOD)
    report = write(conn, user, home)
    words, kept = report.word.text.split("\n\n")
    assert (report.word.origin, words) == ("model", GOOD)
    assert kept.startswith(f"{READINESS} {WARNING}")
    assert weekly_words.get(conn, user.id, MONDAY) == report.word
    ((purpose, error, cost),) = calls(conn, user)
    assert (purpose, error) == ("weekly", None)
    assert cost > 0


def test_what_is_sent_holds_no_health_and_no_warning(conn, user, home, week, simulator):
    switch_on(conn, user, home, simulator, privacy_level="summary")
    simulator.answer_next(GOOD)
    write(conn, user, home)
    (request,) = sent(simulator)
    text = str(request.body)
    assert "42.3 km" in text
    assert not [word for word in ("준비도", "통증", "15.0 km") if word in text]
    assert request.body["store"] is False


@pytest.mark.parametrize(
    "answer",
    [
        GOOD.replace("42.3", "43.9"),
        f"{GOOD} 다음 주에는 55 km를 달리세요.",
        "You ran 5 times and 42.3 km.",
        f"{GOOD} https://example.org",
        "",
        GOOD * 60,
    ],
)
def test_words_with_anything_new_are_not_taken(conn, user, home, week, simulator, answer):
    switch_on(conn, user, home, simulator)
    simulator.answer_next(answer)
    report = write(conn, user, home)
    assert report.word.origin == "rule"
    assert report.why_rules
    assert len(calls(conn, user)) == 1, "what was asked is in the ledger"


@pytest.mark.parametrize("fault", ["quota", "wrong_numbers", "refusal", "truncation", "injection"])
def test_a_fault_leaves_the_words_of_the_rules(conn, user, home, week, simulator, fault):
    switch_on(conn, user, home, simulator)
    simulator.fail_next(fault, 5)
    report = write(conn, user, home)
    assert (report.word.origin, report.is_new) == ("rule", True)
    assert report.why_rules
    assert weekly_words.get(conn, user.id, MONDAY).origin == "rule"
    assert len(calls(conn, user)) == 1


@pytest.mark.parametrize(
    "changes", [{"daily_budget_usd": 0.0}, {"agreed_at": None}, {"monthly_budget_usd": 0.0}]
)
def test_without_agreement_or_budget_nothing_is_sent(conn, user, home, week, simulator, changes):
    switch_on(conn, user, home, simulator, **changes)
    assert write(conn, user, home).word.origin == "rule"
    assert sent(simulator) == []
    assert calls(conn, user) == []


def test_a_word_is_written_once_unless_asked_for_anew(conn, user, home, week, simulator):
    switch_on(conn, user, home, simulator)
    simulator.answer_next(GOOD)
    first = write(conn, user, home)
    again = write(conn, user, home)
    assert (again.word, again.is_new) == (first.word, False)
    assert len(sent(simulator)) == 1
    simulator.answer_next(GOOD.replace("달렸어요", "뛰었어요"))
    anew = write(conn, user, home, is_again=True)
    assert anew.word.text != first.word.text
