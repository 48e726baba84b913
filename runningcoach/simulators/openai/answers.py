"""The answer of the simulated model, and how many tokens it took: the same for both APIs."""

from typing import NamedTuple

from runningcoach.model.conversation import FinishReason, ModelUsage
from runningcoach.simulators.openai import brain
from runningcoach.simulators.openai.brain import BrainRequest
from runningcoach.simulators.openai.state import ModelServerState

BYTES_PER_TOKEN = 4
REASONING_TOKENS = 64
_LEAST_CACHED, _CACHE_STEP = 1024, 128


class ModelAnswer(NamedTuple):
    """What the model answers."""

    text: str
    tool_calls: tuple[tuple[str, str], ...] = ()
    finish: FinishReason = "stop"


def next_answer(state: ModelServerState, request: BrainRequest) -> ModelAnswer:
    """Return the next scripted answer; where there is none, the one that the model thinks of."""
    if state.scripted:
        scripted = state.scripted.popleft()
        text, calls, chosen = scripted.text, scripted.tool_calls, scripted.finish
    else:
        thought = brain.answer(request)
        text, calls, chosen = thought.text, thought.tool_calls, None
    return ModelAnswer(text, calls, chosen or ("tool_calls" if calls else "stop"))


def within(answer: ModelAnswer, most_tokens: int | None) -> ModelAnswer:
    """Return the answer as far as the tokens go that were allowed."""
    if most_tokens is None or tokens(answer.text) <= most_tokens:
        return answer
    kept = answer.text.encode()[: most_tokens * BYTES_PER_TOKEN].decode(errors="ignore")
    return ModelAnswer(kept, (), "length")


def usage(
    state: ModelServerState, prompt: str, cache_key: str | None, answer: ModelAnswer
) -> ModelUsage:
    """Return what an answer used; a beginning that was sent before comes from the cache."""
    reasoning = REASONING_TOKENS if "reasoning" in state.traits else 0
    written = answer.text + "".join(name + arguments for name, arguments in answer.tool_calls)
    cached = 0
    if cache_key is not None:
        same = tokens(_common_start(prompt, state.prompts.get(cache_key, "")))
        cached = same // _CACHE_STEP * _CACHE_STEP if same >= _LEAST_CACHED else 0
        state.prompts[cache_key] = prompt
    return ModelUsage(
        input_tokens=tokens(prompt),
        cached_tokens=cached,
        output_tokens=tokens(written) + reasoning,
        reasoning_tokens=reasoning,
    )


def _common_start(one: str, other: str) -> str:
    pairs = enumerate(zip(one, other, strict=False))
    return one[: next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))]


def tokens(text: str) -> int:
    """Return the tokens of a text: one for four bytes, rounded up."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN)


def pieces(text: str, size: int = 5) -> list[str]:
    """Return a text in pieces of a few characters, as it is streamed."""
    return [text[first : first + size] for first in range(0, len(text), size)]
