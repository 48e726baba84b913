"""What the simulated model answers where nothing is scripted: from tools, in two languages.

It is a set of patterns and sentences, no language model: it recognises what a question is about,
asks for the tools that fit, and puts their results into words. It sees only what was sent.
"""

from runningcoach.simulators.openai.brain.calls import next_calls
from runningcoach.simulators.openai.brain.plan_drafts import draft_text
from runningcoach.simulators.openai.brain.records import BrainAnswer, BrainRequest
from runningcoach.simulators.openai.brain.reply import write_reply
from runningcoach.simulators.openai.brain.turn import read_turn

__all__ = ["BrainAnswer", "BrainRequest", "answer"]

MOST_ROUNDS = 4
"""After so many rounds of tools the answer is written from what has come back."""


def answer(request: BrainRequest) -> BrainAnswer:
    """Answer a request from nothing but what was sent in it."""
    if request.answer_schema is not None:
        return BrainAnswer(text=draft_text(request))
    turn = read_turn(request)
    calls = next_calls(turn) if turn.rounds < MOST_ROUNDS else []
    return BrainAnswer(tool_calls=tuple(calls)) if calls else BrainAnswer(text=write_reply(turn))
