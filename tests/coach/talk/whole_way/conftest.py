"""The runner of the question corpus in a database, whose coach talks to the simulated model."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from runningcoach.base import periods
from runningcoach.coach.knowledge import indexing
from runningcoach.coach.talk.conversation import answer
from runningcoach.model.conversation import ChatMessage
from runningcoach.model.user import User
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.store import database
from tests.coach.talk.talking import switch_on
from tests.coach.talk.whole_way.snapshot import store_snapshot
from tests.conftest import Clone, _add_user


class PreparedRunner(NamedTuple):
    """A database to be copied, by its name, and the runner in it."""

    database: str
    user: User
    home: Path


class TalkingRunner(NamedTuple):
    """A runner, the connection to the database, and the simulator that is talked to."""

    conn: psycopg.Connection[Any]
    connect: Callable[[], Any]
    user: User
    home: Path
    model: OpenAiSimulator

    def ask(self, text: str) -> ChatMessage:
        """Send a message in a new conversation and return the stored answer."""
        self.model.clear_log()
        events = list(answer(self.connect, self.user, self.home, None, text))
        [message] = [event.data for event in events if event.name == "message"]
        return ChatMessage.model_validate(message)


type Fresh = Callable[[], TalkingRunner]


@pytest.fixture(scope="session")
def question_file(coach_corpus: Path) -> dict[str, Any]:
    """The corpus of questions with its snapshot."""
    return json.loads((coach_corpus / "questions" / "questions.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def talk_model() -> Iterator[OpenAiSimulator]:
    """The simulated model, which answers from tools."""
    with serve() as simulator:
        yield simulator


@contextmanager
def on_the_day(question_file: dict[str, Any]) -> Iterator[None]:
    """Let it be the day of the snapshot."""
    today = date.fromisoformat(question_file["snapshot"]["today"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(periods, "today", lambda zone: today)
        yield


@pytest.fixture(scope="session")
def prepared(
    clone: Clone,
    question_file: dict[str, Any],
    talk_model: OpenAiSimulator,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PreparedRunner]:
    """The runner of the snapshot with everything shared, the coach on, and passages in place."""
    home = tmp_path_factory.mktemp("home")
    budgets = {"daily_budget_usd": 100.0, "monthly_budget_usd": 1000.0}
    with clone() as url:
        with database.connect(url) as conn:
            user = _add_user(conn, "runner", "owner")
            with on_the_day(question_file):
                store_snapshot(conn, user, question_file["snapshot"])
            indexing.refresh_shipped(conn)
            switch_on(conn, user, home, talk_model, privacy_level="health", **budgets)
            name = conn.info.dbname
        yield PreparedRunner(name, user, home)


@pytest.fixture
def fresh(
    clone: Clone,
    prepared: PreparedRunner,
    talk_model: OpenAiSimulator,
    question_file: dict[str, Any],
) -> Iterator[Fresh]:
    """Give the runner of the snapshot in a database of his own, as often as it is called."""
    with on_the_day(question_file), ExitStack() as stack:

        def give() -> TalkingRunner:
            stack.pop_all().close()
            talk_model.reset()
            url = stack.enter_context(clone(prepared.database))
            conn = stack.enter_context(database.connect(url))
            pool = stack.enter_context(database.pool(url, 1))
            return TalkingRunner(
                conn, lambda: pool.connection(timeout=5), prepared.user, prepared.home, talk_model
            )

        yield give


@pytest.fixture
def runner(fresh: Fresh) -> TalkingRunner:
    """The runner of the snapshot in a database of the test's own."""
    return fresh()
