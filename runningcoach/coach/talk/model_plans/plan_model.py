"""One model asked for one plan: the budget before each call, the ledger after it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from runningcoach.base import periods
from runningcoach.coach.talk import budget, prices, talk_settings
from runningcoach.model.conversation import (
    AiSettings,
    ModelDone,
    ModelMessage,
    ModelRequest,
    ModelUsage,
    NewModelCall,
)
from runningcoach.model.user import User
from runningcoach.store import ai_calls

if TYPE_CHECKING:
    from runningcoach.sources.openai.client import ModelClient

type Connect = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]
"""Opens a connection: none is held while a model answers."""
TIMEOUT_S = 180.0


class PlanModel:
    """The model that a runner has chosen for plans."""

    def __init__(self, connect: Connect, user: User, home: Path, settings: AiSettings) -> None:
        """Open the client. Raises the errors of `talk_settings.open_client`."""
        self._connect, self._user, self._home = connect, user, home
        self.settings = settings
        with connect() as conn:
            self._client: ModelClient = talk_settings.open_client(
                conn, user, home, timeout_s=TIMEOUT_S
            )

    def ask(self, request: ModelRequest) -> ModelDone:
        """Return a model's whole answer. Raises BudgetUsed and the ModelError of the client."""
        from runningcoach.sources.openai.problems import ModelError

        self._check_budget(request)
        try:
            done = self._finish(request)
        except ModelError as error:
            self._enter(request, error.usage or ModelUsage(), error_code=error.code)
            raise
        self._enter(request, done.usage or ModelUsage(), done)
        return done

    def _finish(self, request: ModelRequest) -> ModelDone:
        with closing(self._client.stream(request)) as events:
            done = next((event for event in events if isinstance(event, ModelDone)), None)
        if done is None:
            from runningcoach.sources.openai.problems import BadModelAnswer

            raise BadModelAnswer
        return done

    def _check_budget(self, request: ModelRequest) -> None:
        now = datetime.now(UTC)
        most = prices.cost_usd(
            ModelUsage(
                input_tokens=request_tokens(request), output_tokens=request.max_output_tokens
            ),
            self._price(request),
        )
        with self._connect() as conn:
            budget.check_budget(conn, self._user, self.settings, most, now)

    def _price(self, request: ModelRequest) -> prices.ModelPrice | None:
        return prices.price_of(request.model, self.settings, periods.today("UTC"))

    def _enter(
        self,
        request: ModelRequest,
        usage: ModelUsage,
        done: ModelDone | None = None,
        error_code: str | None = None,
    ) -> None:
        """Put a call into the ledger."""
        call = NewModelCall(
            purpose="plan",
            model=(done.model if done else "") or request.model,
            usage=usage,
            cost_usd=prices.cost_usd(usage, self._price(request)),
            latency_ms=done.latency_ms if done else None,
            response_id=done.response_id if done else None,
            request_id=done.request_id if done else None,
            error_code=error_code,
        )
        with self._connect() as conn:
            ai_calls.add(conn, self._user.id, call)


def request_tokens(request: ModelRequest) -> int:
    """Return about how many tokens a request has."""
    from runningcoach.sources.openai.tokens import count_tokens

    schema = str(request.answer_schema or "")
    texts = (request.instructions, *(message.content for message in request.messages), schema)
    return sum(count_tokens(text) for text in texts)


def plan_request(
    settings: AiSettings,
    instructions: str,
    messages: tuple[str, ...],
    form: tuple[str, dict[str, Any]],
    *,
    weeks: int,
    user_hash: str,
) -> ModelRequest:
    """Return a request for JSON of a form, with room for so many weeks and for thinking."""
    name, schema = form
    return ModelRequest(
        model=settings.plan_model or settings.chat_model,
        instructions=instructions,
        messages=tuple(ModelMessage(role="user", content=text) for text in messages),
        answer_name=name,
        answer_schema=schema,
        max_output_tokens=THINKING_TOKENS + WEEK_TOKENS * weeks,
        user_hash=user_hash,
    )


THINKING_TOKENS, WEEK_TOKENS = 4_000, 1_000
"""Room in an answer; what a model thinks counts as well. A week takes about 600."""
