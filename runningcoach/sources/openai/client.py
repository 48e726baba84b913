"""The client of a model's server, over the real `openai` package."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import openai
from numpy.typing import NDArray
from openai.types import CreateEmbeddingResponse
from pydantic import SecretStr

from runningcoach.model.conversation import (
    ModelApi,
    ModelDone,
    ModelEvent,
    ModelMessage,
    ModelRequest,
    TextDelta,
)
from runningcoach.sources.openai.addresses import OPENAI_ADDRESS, check_address
from runningcoach.sources.openai.answer_parts import AnswerParts
from runningcoach.sources.openai.answer_stream import RawAnswer, read_answer
from runningcoach.sources.openai.attempts import attempt
from runningcoach.sources.openai.chat import ChatDialect, chat_arguments
from runningcoach.sources.openai.embeddings import EmbeddedTexts, embed_batches
from runningcoach.sources.openai.failures import ModelFailure, read_failure
from runningcoach.sources.openai.problems import ModelError
from runningcoach.sources.openai.responses import response_arguments
from runningcoach.sources.openai.transport import allowed_time, connect

_CHECK_TOKENS = 16


class ModelClient:
    """A model's server: `base_url` None is OpenAI's own, `api_key` None sends no key.

    `timeout_s` is for a whole call, attempts after a failure included; a server that is silent
    in the middle is given up after that time too, or 60 s. Nothing is asked before the first
    call, and the environment plays no part. Raises BadModelAddress, or ModelKeyRefused for a key
    that cannot be one. A client may be used by one thread at a time.
    """

    def __init__(
        self,
        base_url: str | None,
        api_key: SecretStr | None,
        api: ModelApi = "responses",
        timeout_s: float = 60.0,
    ) -> None:
        address = check_address(base_url)
        self._openai = connect(address, api_key)
        self._api: ModelApi = api
        self._timeout_s = timeout_s
        limit = "max_completion_tokens" if address == OPENAI_ADDRESS else "max_tokens"
        self._dialect = ChatDialect(limit)

    def stream(self, request: ModelRequest) -> Iterator[ModelEvent]:
        """Yield the pieces of the answer as they come, then all of it; closing it hangs up.

        Nothing is sent before the first item is asked for. Raises ModelError; what had been
        yielded before it is what came, and nothing is asked a second time after the first byte.
        """
        begun = time.monotonic()
        parts = AnswerParts()
        answer = self._open(request, begun + self._timeout_s)
        request_id = answer.response.headers.get("x-request-id")
        try:
            for piece in read_answer(answer, parts, self._api, request.model):
                parts.texts.append(piece)
                yield TextDelta(text=piece)
        except ModelError as problem:
            problem.usage, problem.request_id = parts.usage, request_id
            raise
        finally:
            answer.close()
        yield ModelDone(
            text="".join(parts.texts),
            tool_calls=parts.tool_calls(len(request.messages)),
            finish_reason=parts.finish_reason or "stop",
            usage=parts.usage,
            model=parts.model or request.model,
            response_id=parts.response_id,
            request_id=request_id,
            latency_ms=round((time.monotonic() - begun) * 1000),
        )

    def check(self, model: str) -> ModelDone:
        """Return the answer to one cheap call, to see that address, key and model are right."""
        hello = ModelMessage(role="user", content="ping")
        request = ModelRequest(
            model=model,
            instructions="Answer with the word pong.",
            messages=(hello,),
            max_output_tokens=_CHECK_TOKENS,
        )
        [done] = [event for event in self.stream(request) if isinstance(event, ModelDone)]
        return done

    def embed(self, model: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 and 512 numbers for each text: (n, 512).

        Raises ModelError; BadModelAnswer where the server's vectors have another size. Texts go
        in batches, each of which has the time of a call.
        """
        return self.embed_counted(model, texts).vectors

    def embed_counted(self, model: str, texts: Sequence[str]) -> EmbeddedTexts:
        """Return the vectors of `embed` with what they used."""

        def explain(error: openai.OpenAIError) -> ModelFailure:
            return read_failure(error, "chat", model)  # a missing path is none of Responses

        def ask(batch: dict[str, Any]) -> CreateEmbeddingResponse:
            return attempt(
                lambda left_s: self._openai.embeddings.create(
                    timeout=allowed_time(left_s), **batch
                ),
                explain,
                time.monotonic() + self._timeout_s,
            )

        return embed_batches(ask, model, texts)

    def _open(self, request: ModelRequest, deadline: float) -> RawAnswer:
        def send(left_s: float) -> RawAnswer:
            limits = allowed_time(left_s)
            if self._api == "responses":
                return self._openai.responses.create(timeout=limits, **response_arguments(request))
            arguments = chat_arguments(request, self._dialect)
            return self._openai.chat.completions.create(timeout=limits, **arguments)

        def explain(error: openai.OpenAIError) -> ModelFailure:
            return read_failure(error, self._api, request.model)

        def adapt(failure: ModelFailure) -> bool:
            if self._api != "chat" or failure.refused_fields is None:
                return False
            return self._dialect.adapt(failure.refused_fields, request)

        return attempt(send, explain, deadline, adapt)
