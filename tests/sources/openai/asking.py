"""A question to put to a model, and its answer."""

from typing import Any

from runningcoach.model.conversation import ModelDone, ModelMessage, ModelRequest, TextDelta
from runningcoach.sources.openai.client import ModelClient

MODEL = "gpt-6-luna"
QUESTION = "이번 주에 몇 km를 달렸나요?"


def question(text: str = QUESTION, **fields: Any) -> ModelRequest:
    return ModelRequest(
        **{
            "model": MODEL,
            "instructions": "You are a running coach.",
            "messages": (ModelMessage(role="user", content=text),),
            **fields,
        }
    )


def ask(client: ModelClient, request: ModelRequest | None = None) -> tuple[list[str], ModelDone]:
    """Return the pieces of an answer, and its end, which has to come last and once."""
    *deltas, done = client.stream(request or question())
    assert isinstance(done, ModelDone)
    assert all(isinstance(delta, TextDelta) for delta in deltas)
    return [delta.text for delta in deltas], done
