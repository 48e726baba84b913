"""A runner whose coach is on, with the simulator for a model's server, over real HTTP."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach.coach.talk.conversation import TalkEvent, answer
from runningcoach.model.conversation import ChatMessage
from runningcoach.model.user import User
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.store import conversations, database
from tests.coach.talk.talking import switch_on
from tests.conftest import Clone

MODEL = "gpt-6-luna"

type Ask = Callable[..., list[TalkEvent]]


@pytest.fixture(scope="session")
def model_server() -> Iterator[OpenAiSimulator]:
    with serve() as simulator:
        yield simulator


@pytest.fixture
def model(model_server: OpenAiSimulator) -> OpenAiSimulator:
    """The simulator, as new."""
    model_server.reset()
    return model_server


@pytest.fixture
def database_url(clone: Clone, with_passages: str) -> Iterator[str]:
    with clone(with_passages) as url:
        yield url


@pytest.fixture
def connect(database_url: str) -> Iterator[Callable[[], Any]]:
    """Opens the one connection that there is."""
    with database.pool(database_url, 1) as pool:
        yield lambda: pool.connection(timeout=5)


@pytest.fixture
def ask(connect: Callable[[], Any], user: User, home: Path) -> Ask:
    """Send a message and return what happened, the beats left out."""

    def send(text: str, conversation_id: int | None = None, **options: Any) -> list[TalkEvent]:
        events = answer(connect, user, home, conversation_id, text, **options)
        return [event for event in events if event.name != "wait"]

    return send


@pytest.fixture
def on(
    conn: psycopg.Connection[Any], user: User, home: Path, model: OpenAiSimulator
) -> OpenAiSimulator:
    """The simulator; the runner's coach is on and talks to it."""
    switch_on(conn, user, home, model)
    return model


def names(events: list[TalkEvent]) -> list[str]:
    """Return what happened in order, pieces of text taken together."""
    found = [event.name for event in events]
    return [name for n, name in enumerate(found) if name != "text" or found[n - 1] != "text"]


def message_of(events: list[TalkEvent]) -> ChatMessage:
    """Return the stored answer."""
    [data] = [event.data for event in events if event.name == "message"]
    return ChatMessage.model_validate(data)


def text_of(events: list[TalkEvent]) -> str:
    """Return the text as it came."""
    return "".join(event.data["text"] for event in events if event.name == "text")


def stored(conn: psycopg.Connection[Any], user: User, events: list[TalkEvent]) -> list[ChatMessage]:
    """Return the messages of the conversation."""
    return conversations.messages(conn, user.id, events[0].data["conversation_id"])
