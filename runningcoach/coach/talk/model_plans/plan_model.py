"""One model asked for one plan: the budget before each call, the ledger after it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
from runningcoach.sources.openai.problems import BadModelAnswer, ModelError
from runningcoach.sources.openai.tokens import count_tokens
from runningcoach.store import ai_calls

type Connect = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]
"""Opens a connection: none is held while a model answers."""
TIMEOUT_S = 180.0
THINKING_TOKENS, WEEK_TOKENS = 4_000, 1_000
"""Room in an answer; what a model thinks counts as well. A week takes about 420, up to 700 where it
is written with spaces."""


class PlanModel:
    """The model that a runner has chosen for plans."""

    def __init__(self, connect: Connect, user: User, home: Path, settings: AiSettings) -> None:
        """Open the client. Raises as `talk_settings.open_client`."""
        self._connect, self._user, self.settings = connect, user, settings
        self._home = home
        self._user_hash = talk_settings.user_hash(user, home)
        with connect() as conn:
            self._client = talk_settings.open_client(conn, user, home, TIMEOUT_S)

    def request(
        self,
        instructions: str,
        messages: tuple[str, ...],
        form: tuple[str, dict[str, Any]],
        weeks: int,
    ) -> ModelRequest:
        """Return a request for JSON of a form (name, schema), with room for so many weeks."""
        name, schema = form
        return ModelRequest(
            model=self.settings.plan_model or self.settings.chat_model,
            instructions=instructions,
            messages=tuple(ModelMessage(role="user", content=text) for text in messages),
            answer_name=name,
            answer_schema=schema,
            max_output_tokens=THINKING_TOKENS + WEEK_TOKENS * weeks,
            user_hash=self._user_hash,
        )

    def ask(self, request: ModelRequest) -> ModelDone:
        """Return a model's whole answer. Raises BudgetUsed and the ModelError of the client.

        Budgets are those of this moment: a runner may lower them while a plan is written.
        """
        price = prices.price_of(request.model, self.settings, periods.today("UTC"))
        most = prices.most_usd(request_tokens(request), request.max_output_tokens, price)
        with self._connect() as conn:
            settings = talk_settings.load_settings(conn, self._user.id, self._home)
            talk_settings.require_enabled(settings)
            budget.check_budget(conn, self._user, settings, most, datetime.now(UTC))
        call = NewModelCall(purpose="plan", model=request.model)
        try:
            done = self._finish(request)
        except ModelError as error:
            usage = error.usage or ModelUsage()
            self._enter(call, usage, price, error_code=error.code, request_id=error.request_id)
            raise
        usage = done.usage or ModelUsage(
            input_tokens=request_tokens(request), output_tokens=count_tokens(done.text)
        )
        self._enter(
            call,
            usage,
            price,
            latency_ms=done.latency_ms,
            response_id=done.response_id,
            request_id=done.request_id,
        )
        return done

    def _finish(self, request: ModelRequest) -> ModelDone:
        for event in self._client.stream(request):
            if isinstance(event, ModelDone):
                return event
        raise BadModelAnswer

    def _enter(
        self,
        call: NewModelCall,
        usage: ModelUsage,
        price: prices.ModelPrice | None,
        **known: str | int | None,
    ) -> None:
        """Put a call into the ledger."""
        cost = {"usage": usage, "cost_usd": prices.cost_usd(usage, price)}
        with self._connect() as conn:
            ai_calls.add(conn, self._user.id, call.model_copy(update=cost | known))


def request_tokens(request: ModelRequest) -> int:
    """Return about how many tokens a request has."""
    texts = (request.instructions, *(message.content for message in request.messages))
    return sum(count_tokens(text) for text in (*texts, str(request.answer_schema or "")))
