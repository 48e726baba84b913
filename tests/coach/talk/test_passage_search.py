"""Questions are compared by the runner's embedding model, or by the offline one, never by both."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runningcoach.coach.knowledge import documents, embedder, indexing, missing_vectors
from runningcoach.coach.talk import embedding_model, passage_search, talk_settings
from runningcoach.coach.talk.budget import BudgetUsed
from runningcoach.coach.talk.passage_search import embed_passages, search_passages
from runningcoach.simulators.openai import serve
from runningcoach.sources.openai.problems import ModelError
from runningcoach.store import ai_calls, database, knowledge
from tests.coach.talk.talking import switch_on
from tests.conftest import _add_user

MODEL = "text-embedding-3-small"
QUESTION = "대회 전에 훈련량을 얼마나 줄여야 하나요?"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CLUB = "Zorblax intervals are ten times three minutes on the river path."

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running():
    with serve() as simulator:
        yield simulator


@pytest.fixture
def simulator(running):
    running.reset()
    passage_search._failures.clear()
    return running


@pytest.fixture(scope="module")
def library_name(clone) -> Iterator[str]:
    """The name of a database with the shipped passages, closed so that it can be copied."""
    with clone() as url:
        with database.connect(url) as conn:
            indexing.refresh_shipped(conn)
        yield conninfo_to_dict(url)["dbname"]


@pytest.fixture
def library(clone, library_name):
    with clone(library_name) as url, database.connect(url) as conn:
        yield conn


@pytest.fixture
def runner(library):
    return _add_user(library, "runner", "owner")


@pytest.fixture
def friend(library, runner):
    return _add_user(library, "friend", "runner")


def address(conn):
    return make_conninfo(conn.info.dsn, password=conn.info.password)


def search(conn, user, home, **options):
    return search_passages(conn, user, home, QUESTION, 4, **options)


def embedded(simulator):
    """The texts that were sent to be embedded, by request."""
    return [one.body["input"] for one in simulator.requests() if one.path.endswith("/embeddings")]


def calls(conn, user):
    rows = "SELECT purpose, error_code, cost_usd FROM ai_calls WHERE user_id = %s ORDER BY id"
    return conn.execute(rows, [user.id]).fetchall()


def wait_until_whole(conn, user, home):
    give_up = time.monotonic() + 60
    while search(conn, user, home).note:
        assert time.monotonic() < give_up, passage_search._failures
        time.sleep(0.2)


def embedders(conn):
    return {row[0] for row in conn.execute("SELECT DISTINCT embedder FROM knowledge_embeddings")}


@pytest.mark.parametrize(
    "changes", [{"is_enabled": False}, {"agreed_at": None}, {"embedding_model": None}]
)
def test_nothing_is_sent_unless_chosen_switched_on_and_agreed_to(
    library, runner, home, simulator, changes
):
    switch_on(library, runner, home, simulator, **{"embedding_model": MODEL, **changes})
    found = search(library, runner, home)
    assert (len(found.passages), found.embedder, found.note) == (4, embedder.NAME, "")
    assert embedded(simulator) == []
    assert calls(library, runner) == []


def test_passages_are_prepared_in_the_background_then_compared(library, runner, home, simulator):
    switch_on(library, runner, home, simulator, embedding_model=MODEL)
    first = search(library, runner, home)
    assert (first.embedder, len(first.passages)) == (embedder.NAME, 4)
    assert "내장 임베딩" in first.note
    wait_until_whole(library, runner, home)
    simulator.clear_log()
    second = search(library, runner, home)
    assert (second.embedder, second.note, len(second.passages)) == (f"openai:{MODEL}", "", 4)
    ((question, *_),) = embedded(simulator)
    assert question == QUESTION
    spent, unknown = ai_calls.spent(library, runner.id, LONG_AGO)
    ledger = calls(library, runner)
    assert {(purpose, error) for purpose, error, _ in ledger} == {("embedding", None)}
    assert spent == pytest.approx(sum(cost for *_, cost in ledger))
    assert (spent > 0, unknown) == (True, 0)


def test_a_passage_without_its_vector_turns_the_whole_question_offline(
    library, runner, home, simulator
):
    switch_on(library, runner, home, simulator, embedding_model=MODEL)
    with database.connect(address(library)) as apart:
        assert embed_passages(apart, runner, home, runner.id) > 150
    assert search(library, runner, home).embedder == f"openai:{MODEL}"
    documents.add_document(library, runner.id, "Club", CLUB)
    simulator.clear_log()
    found = search(library, runner, home)
    assert found.embedder == embedder.NAME
    assert found.note
    wait_until_whole(library, runner, home)
    assert CLUB in [text for texts in embedded(simulator) for text in texts]


def test_what_fails_half_way_is_not_used_and_goes_on_from_there(library, runner, home, simulator):
    switch_on(library, runner, home, simulator, embedding_model=MODEL)
    key = embedding_model.model_key(talk_settings.load_settings(library, runner.id, home))
    whole = len(knowledge.missing(library, runner.id, key))
    library.execute("UPDATE ai_settings SET daily_budget_usd = 0.0002")
    with database.connect(address(library)) as apart, pytest.raises(BudgetUsed):
        embed_passages(apart, runner, home, runner.id)
    left = len(knowledge.missing(library, runner.id, key))
    assert 0 < left < whole
    assert not missing_vectors.has_all(library, runner.id, key)
    assert search(library, runner, home).embedder == embedder.NAME
    library.execute("UPDATE ai_settings SET daily_budget_usd = 1")
    passage_search._failures.clear()
    with database.connect(address(library)) as apart:
        assert embed_passages(apart, runner, home, runner.id) <= left
    wait_until_whole(library, runner, home)


@pytest.mark.parametrize("fault", ["quota", "drop", "silence"])
def test_a_server_that_cannot_be_asked_leaves_the_offline_embedder(
    library, runner, home, simulator, fault, monkeypatch
):
    monkeypatch.setattr(passage_search, "QUESTION_S", 1.0)
    switch_on(library, runner, home, simulator, embedding_model=MODEL)
    with database.connect(address(library)) as apart:
        embed_passages(apart, runner, home, runner.id)
    offline = [one.id for one in search_offline(library, runner, home, simulator)]
    simulator.fail_next(fault, 5)
    found = search(library, runner, home)
    assert found.embedder == embedder.NAME
    assert found.note
    assert [one.id for one in found.passages] == offline
    assert calls(library, runner)[-1][1].startswith("openai.")


def search_offline(conn, user, home, simulator):
    switch_on(conn, user, home, simulator, embedding_model=None)
    found = search(conn, user, home).passages
    switch_on(conn, user, home, simulator, embedding_model=MODEL)
    return found


def test_a_used_up_budget_sends_nothing(library, runner, home, simulator):
    switch_on(library, runner, home, simulator, embedding_model=MODEL, monthly_budget_usd=0.0)
    assert search(library, runner, home).note
    give_up = time.monotonic() + 20
    while not passage_search._failures:
        assert time.monotonic() < give_up
        time.sleep(0.1)
    assert "예산" in search(library, runner, home).note
    assert embedded(simulator) == []


def test_a_friend_s_document_is_never_sent_for_another(library, runner, friend, home, simulator):
    documents.add_document(library, friend.id, "Club", CLUB)
    switch_on(library, runner, home, simulator, embedding_model=MODEL)
    with database.connect(address(library)) as apart:
        embed_passages(apart, runner, home, runner.id)
    assert CLUB not in str(embedded(simulator))
    documents.add_document(library, runner.id, "Own", f"{CLUB} Mine.")
    found = search(library, runner, home, with_documents=False)
    assert found.embedder == f"openai:{MODEL}", "own documents are left out, and need no vectors"
    assert "Mine" not in str(embedded(simulator))


def test_vectors_of_a_model_that_nobody_chose_go(library, runner, home, simulator):
    simulator.models("gpt-6-luna", MODEL, "qwen3:8b")
    for model in (MODEL, "qwen3:8b"):
        switch_on(library, runner, home, simulator, embedding_model=model)
        with database.connect(address(library)) as apart:
            embed_passages(apart, runner, home, runner.id)
        assert embedders(library) == {embedder.NAME, f"openai:{model}"}


def test_a_wrong_key_is_named_and_kept_out_of_words_and_log(
    library, runner, home, simulator, heard
):
    switch_on(library, runner, home, simulator, embedding_model=MODEL)
    simulator.fail_next("key_echo", 5)
    with database.connect(address(library)) as apart, pytest.raises(ModelError) as caught:
        embed_passages(apart, runner, home, runner.id)
    assert simulator.key not in f"{caught.value!r} {caught.value} {heard.getvalue()}"
