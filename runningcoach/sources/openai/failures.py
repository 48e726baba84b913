"""Tell from an error of the client, or from a server's own words, what went wrong."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx2
import openai

from runningcoach.model.conversation import ModelApi
from runningcoach.sources.openai.answer_parts import item
from runningcoach.sources.openai.problems import (
    BadModelAnswer,
    ContextTooLong,
    ModelBusy,
    ModelError,
    ModelKeyRefused,
    ModelRequestRefused,
    ModelTimedOut,
    ModelUnreachable,
    NoResponsesApi,
    QuotaUsed,
    UnknownModel,
)
from runningcoach.sources.openai.transport import AnswerTooLarge

_QUOTA = re.compile(r"insufficient_quota|billing_hard_limit|credit_balance|insufficient credits")
_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|string_above_max_length|"
    r"context (?:length|window|size)|too many tokens|prompt is too long|token count exceeds"
)
_NO_MODEL = re.compile(
    r"model_not_found|model[^.]{0,120}(?:not found|does not exist|not exist|not available)|"
    r"not a valid model|(?:unknown|invalid) model|no such model"
)
_NO_ENDPOINT = re.compile(r"unexpected endpoint|unknown endpoint|unrecognized request url")
_BUSY = re.compile(r"rate_limit|server_error|overloaded|timeout|unavailable|internal")
_FLAGGED = re.compile(r"moderation|flagged")
_FIELDS = re.compile(r"\b(?:max_completion_tokens|stream_options|include_usage|store)\b")


class ModelFailure(NamedTuple):
    """What went wrong; `is_passing` where the same request may well succeed in a moment.

    `wait_s` is what the server asks to wait [s]. `refused_fields` are those that it named where it
    did not accept the form of a request, perhaps none; None where the form is not at fault. No
    more of its words is kept: they may repeat what was sent, the key too.
    """

    problem: ModelError
    is_passing: bool = False
    wait_s: float | None = None
    refused_fields: frozenset[str] | None = None


def read_failure(error: openai.OpenAIError, api: ModelApi, model: str) -> ModelFailure:
    """Return what an error of the client means."""
    if isinstance(error, openai.APIStatusError):
        return _status_failure(error, api, model)
    if isinstance(error, openai.APITimeoutError):
        if isinstance(error.__cause__, httpx2.ConnectTimeout):
            return ModelFailure(ModelUnreachable(), is_passing=True)
        return ModelFailure(ModelTimedOut())
    if isinstance(error, openai.APIConnectionError):
        if isinstance(error.__cause__, AnswerTooLarge):
            return ModelFailure(BadModelAnswer())
        return ModelFailure(ModelUnreachable(), is_passing=True)
    if isinstance(error, openai.APIError):
        return ModelFailure(told_problem(error.body or error.message, api, model))
    return ModelFailure(BadModelAnswer())


def told_problem(told: object, api: ModelApi, model: str) -> ModelError:
    """Return what the error means that a server put into its answer."""
    words = _words(told)
    status = item(told, "code")
    if isinstance(status, int) and status >= 400:
        return _status_problem(status, words, api, model)
    if _QUOTA.search(words):
        return QuotaUsed()
    if _TOO_LONG.search(words):
        return ContextTooLong()
    if _NO_ENDPOINT.search(words):
        return NoResponsesApi()
    if _NO_MODEL.search(words):
        return UnknownModel(model=model)
    return ModelBusy() if _BUSY.search(words) else ModelRequestRefused()


def _status_failure(error: openai.APIStatusError, api: ModelApi, model: str) -> ModelFailure:
    status, words, headers = error.status_code, _words(error.body), error.response.headers
    problem = _status_problem(status, words, api, model)
    problem.request_id = error.request_id
    may_pass = isinstance(problem, ModelBusy) and headers.get("x-should-retry") != "false"
    is_refusal = isinstance(problem, ModelRequestRefused)
    fields = frozenset(_FIELDS.findall(words)) if is_refusal else None
    return ModelFailure(problem, may_pass, _asked_wait_s(headers), fields)


def _status_problem(status: int, words: str, api: ModelApi, model: str) -> ModelError:
    if status in (400, 413, 422):
        return _refused_problem(status, words, model)
    if status in (404, 405, 501):
        return _absent_problem(words, api, model)
    if status in (401, 403):
        return _forbidden_problem(words, model)
    if status == 402 or _QUOTA.search(words):
        return QuotaUsed()
    if status in (408, 409, 425, 429) or status >= 500:
        return ModelBusy()
    return BadModelAnswer() if status < 400 else ModelRequestRefused()


def _refused_problem(status: int, words: str, model: str) -> ModelError:
    if status == 413 or _TOO_LONG.search(words):
        return ContextTooLong()
    if _QUOTA.search(words):
        return QuotaUsed()
    return UnknownModel(model=model) if _NO_MODEL.search(words) else ModelRequestRefused()


def _forbidden_problem(words: str, model: str) -> ModelError:
    if "model_not_found" in words:
        return UnknownModel(model=model)
    return ModelRequestRefused() if _FLAGGED.search(words) else ModelKeyRefused()


def _absent_problem(words: str, api: ModelApi, model: str) -> ModelError:
    if _NO_MODEL.search(words):
        return UnknownModel(model=model)
    return NoResponsesApi() if api == "responses" else BadModelAnswer()


def _asked_wait_s(headers: Mapping[str, str]) -> float | None:
    """Return what a server asks to wait [s]; a date is treated as a long time."""
    for name, per_s in (("retry-after-ms", 1000), ("retry-after", 1)):
        text = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", text):
            return float(text) / per_s
        if text:
            return float("inf")
    return None


def _words(told: Any) -> str:
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False, default=str)
    return text[:20_000].lower()
