"""Read the answer of a server to its end, in pieces of text."""

import json
from collections.abc import Iterator
from typing import Any

import openai
from openai import BaseModel

from runningcoach.model.conversation import ModelApi
from runningcoach.sources.openai.answer_parts import AnswerParts, item
from runningcoach.sources.openai.chat import read_chat_chunk
from runningcoach.sources.openai.failures import read_failure, told_problem
from runningcoach.sources.openai.problems import BadModelAnswer, ModelUnreachable
from runningcoach.sources.openai.responses import read_response_event, read_whole_response
from runningcoach.sources.openai.thinking import without_thinking

type RawAnswer = openai.Stream[Any]


def read_answer(answer: RawAnswer, parts: AnswerParts, api: ModelApi, model: str) -> Iterator[str]:
    """Yield the pieces of text and fill `parts`; raise ModelError where the answer is not whole.

    An answer that ends without saying so broke off; what comes after its end is not missed.
    """
    problem = None
    try:
        pieces = _pieces(answer, parts, api)
        for piece in without_thinking(pieces) if api == "chat" else pieces:
            if piece:
                yield piece
    except openai.OpenAIError as error:
        problem = read_failure(error, api, model).problem
    except (ValueError, RecursionError):  # neither JSON nor UTF-8, or no object
        problem = BadModelAnswer()
    # Out of the handler: the client's error holds the request, and so its key.
    if parts.told_error:
        raise told_problem(parts.told_error, api, model)
    if parts.finish_reason is None:
        raise problem or ModelUnreachable()


def _pieces(answer: RawAnswer, parts: AnswerParts, api: ModelApi) -> Iterator[str]:
    kind = answer.response.headers.get("content-type", "")
    if "html" in kind:
        raise ValueError("a page")
    if "json" in kind:
        yield _read_whole(json.loads(answer.response.read()), parts, api)
        return
    for raw in answer:
        event = _as_object(raw)
        yield (
            read_response_event(parts, event)
            if api == "responses"
            else read_chat_chunk(parts, event)
        )
        is_counted = api == "responses" or item(event, "usage") is not None
        if parts.told_error or (parts.finish_reason and is_counted):
            return


def _read_whole(body: Any, parts: AnswerParts, api: ModelApi) -> str:
    """Read the answer of a server that does not stream."""
    if not isinstance(body, dict):
        raise ValueError("no object")  # noqa: TRY004 - of data, not of an argument
    if api == "responses" and "output" in body:
        return read_whole_response(parts, body)
    return read_chat_chunk(parts, body)  # or an error, in the form of either API


def _as_object(event: object) -> dict[str, Any]:
    if not isinstance(event, BaseModel):
        raise ValueError("no object")  # noqa: TRY004 - of data, not of an argument
    return event.to_dict(mode="python", warnings=False)
