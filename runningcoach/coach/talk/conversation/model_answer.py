"""A model's answer to a message: asked for, checked, stored, whatever becomes of it."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from runningcoach.base import periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.conversation.answer_check import check_answer, ending_words
from runningcoach.coach.talk.conversation.message_prompts import Prompt, build_prompt
from runningcoach.coach.talk.conversation.model_calls import AnswerCalls, AnswerCancelled
from runningcoach.coach.talk.conversation.plan_hold import reply_words
from runningcoach.coach.talk.conversation.talk_events import (
    TalkEvent,
    message_event,
    problem_event,
    text_event,
)
from runningcoach.coach.talk.conversation.tool_rounds import (
    RoundsLog,
    ToolOptions,
    answer_in_rounds,
)
from runningcoach.coach.talk.conversation.turn_state import TalkTurn, store_answer
from runningcoach.coach.talk.talk_settings import open_client, user_hash
from runningcoach.model.conversation import FinishReason, ModelDone, NewMessage
from runningcoach.store.conversations import ConversationAbsent


class AnswerEnd(NamedTuple):
    """How an answer ended: its words, and the reason or the error that broke it off."""

    text: str
    finish_reason: FinishReason | None = None
    error_code: str | None = None


class AnswerRun:
    """The answer to a message while it is made; `prompt` and `calls` are None before the model."""

    def __init__(self, turn: TalkTurn) -> None:
        self.turn = turn
        self.frame = reply_words(turn.sign, turn.user.language)
        self.prompt: Prompt | None = None
        self.calls: AnswerCalls | None = None
        self.rounds = RoundsLog()

    def events(self) -> Iterator[TalkEvent]:
        """Yield what happens; the stored message is last, or before what broke the answer off."""
        failure = None
        try:
            if self.frame:
                yield text_event(f"{self.frame}\n\n")
            done = yield from self._ask()
            end = AnswerEnd(done.text, done.finish_reason)
        except AnswerCancelled:
            end = AnswerEnd(self._partial_text(), "cancelled")
        except GeneratorExit:
            with suppress(ConversationAbsent):
                end = AnswerEnd(self._partial_text(), "cancelled")
                store_answer(self.turn, self._message(end))
            raise
        except RunningCoachError as error:
            failure = error
            end = AnswerEnd(self._partial_text(), error_code=error.code)
        yield message_event(store_answer(self.turn, self._message(end)))
        if failure is not None:
            yield problem_event(failure, self.turn.user.language)

    def _ask(self) -> Generator[TalkEvent, None, ModelDone]:
        turn = self.turn
        today = periods.today(turn.user.timezone)
        with turn.connect() as conn:
            client = open_client(conn, turn.user, turn.home)
            self.prompt = build_prompt(
                conn, turn.user, turn.settings, turn.earlier, turn.text, today, turn.sign
            )
        self.calls = AnswerCalls(
            turn.connect,
            turn.user,
            turn.settings,
            client,
            turn.conversation.id,
        )
        request = self.prompt.request.model_copy(
            update={"user_hash": user_hash(turn.user, turn.home)}
        )
        options = ToolOptions(turn.user, today, turn.settings.privacy_level, turn.user.language)
        return (yield from answer_in_rounds(self.calls, request, options, self.rounds))

    def _partial_text(self) -> str:
        return self.calls.text if self.calls else ""

    def _message(self, end: AnswerEnd) -> NewMessage:
        """Return the checked answer with all that is kept of how it came about."""
        passages = {one.id: one for one in self.prompt.context.passages} if self.prompt else {}
        checked = check_answer(end.text, self._given(), passages | self.rounds.passages)
        words = checked.text
        if end.finish_reason is not None:
            words = ending_words(words, end.finish_reason, self.turn.user.language)
        return NewMessage(
            role="assistant",
            content=f"{self.frame}\n\n{words}".strip(),
            citations=checked.citations,
            tools=self.rounds.tools,
            unknown_numbers=checked.unknown_numbers,
            plan_id=self.rounds.plan_id,
            finish_reason=end.finish_reason,
            error_code=end.error_code,
            **self._call_fields(),
            **self._prompt_fields(),
        )

    def _call_fields(self) -> dict[str, Any]:
        if self.calls is None or not self.calls.entries:
            return {}
        return {
            "model": self.calls.entries[-1].model,
            "usage": self.calls.usage,
            "cost_usd": self.calls.cost_usd,
            "latency_ms": self.calls.latency_ms,
        }

    def _given(self) -> list[str]:
        """Return the texts that figures of the answer may come from.

        An earlier answer counts as far as all its figures were known.
        """
        if self.prompt is None:
            return []
        request = self.prompt.request
        sent = [one.content for one in request.messages if one.role != "assistant"]
        known = [
            one.content
            for one in self.turn.earlier
            if one.role == "assistant" and not one.unknown_numbers
        ]
        return [request.instructions, *sent, *known, *self.rounds.results]

    def _prompt_fields(self) -> dict[str, Any]:
        if self.prompt is None:
            return {}
        context, request = self.prompt
        sent = (*request.messages, *self.rounds.sent)
        return {
            "prompt_version": context.prompt_version,
            "prompt_sha256": context.sha256,
            "section_tokens": {one.name: one.tokens for one in context.sections},
            "context": {
                "instructions": request.instructions,
                "messages": [one.model_dump(exclude_defaults=True) for one in sent],
                "tools": [one.name for one in request.tools],
            },
        }


def answer_by_model(turn: TalkTurn) -> Iterator[TalkEvent]:
    """Yield what happens while a model answers, the stored message included."""
    return AnswerRun(turn).events()
