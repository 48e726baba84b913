"""What goes wrong on request: before an answer, in its words, or in the middle of its stream."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from runningcoach.simulators.openai.answers import ModelAnswer
from runningcoach.simulators.openai.refusals import RefusedCall
from runningcoach.simulators.openai.state import ModelFault

REFUSALS = ("rate_limit", "quota", "server_error", "unavailable", "context_too_long", "key_echo")
WIRE = ("silence", "drop", "html", "redirect")
CONTENT = (
    *("truncation", "refusal", "content_filter", "bad_json"),
    *("injection", "forbidden_tool", "wrong_numbers", "invented_citation"),
)
STREAM = ("cut", "stall", "failed", "no_finish", "bad_event", "endless")
KINDS = REFUSALS + WIRE + CONTENT + STREAM

_HANGUL = re.compile("[\uac00-\ud7a3]")


def refusal(fault: ModelFault, key: str) -> RefusedCall:
    """Return what the server says in place of an answer; `key` is the one that was sent."""
    wait = {} if fault.retry_after_s is None else {"retry-after": f"{fault.retry_after_s:g}"}
    match fault.kind:
        case "rate_limit":
            message, code = "Rate limit reached for requests.", "rate_limit_exceeded"
            return RefusedCall(429, message, code, kind="requests", headers=wait)
        case "quota":
            message, code = "You exceeded your current quota.", "insufficient_quota"
            return RefusedCall(429, message, code, kind=code, headers=wait)
        case "context_too_long":
            return too_long()
        case "key_echo":
            # OpenAI masks the key in these words; not every server does.
            message = f"Incorrect API key provided: {key}."
            return RefusedCall(401, message, "invalid_api_key")
        case "unavailable":
            return RefusedCall(503, "The engine is overloaded.", kind="server_error", headers=wait)
        case _:
            message = "The server had an error while processing your request."
            return RefusedCall(500, message, kind="server_error", headers=wait)


def too_long() -> RefusedCall:
    """Return the refusal of more than a model can read."""
    message = "Your input exceeds the context window of this model."
    return RefusedCall(400, message, "context_length_exceeded", param="input")


def changed(answer: ModelAnswer, fault: ModelFault, question: str) -> ModelAnswer:
    """Return the answer with a fault of its content, in the language of the question."""
    words = _words()["ko" if _HANGUL.search(question) else "en"]
    half = answer.text[: max(len(answer.text) // 2, 1)]
    text = fault.text or words.get(fault.kind, "")
    match fault.kind:
        case "truncation":
            return answer._replace(text=half, finish="length")
        case "content_filter":
            return answer._replace(text=half, finish="content_filter")
        case "refusal":
            return answer._replace(text=text, finish="refusal")
        case "bad_json":
            broken = f'{{"weeks": [{{"start": "2026-13-45", "days": {half}'
            return answer._replace(text=fault.text or broken)
        case "forbidden_tool":
            calls = (("delete_activity", '{"activity_id": 1}'), ("push_workout", "{}"))
            return answer._replace(text="", tool_calls=calls, finish="tool_calls")
        case _:
            return answer._replace(text=f"{answer.text}{text}")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("faults.toml").read_text(encoding="utf-8"))
