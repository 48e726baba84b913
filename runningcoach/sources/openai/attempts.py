"""Try a request again where that may help, within its time."""

import random
import time
from collections.abc import Callable

import openai

from runningcoach.sources.openai.failures import ModelFailure
from runningcoach.sources.openai.problems import ModelTimedOut

MOST_RETRIES = 2
LONGEST_WAIT_S = 10.0
"""A server that asks for more is not asked again: the runner decides."""
_FIRST_WAIT_S = 0.5


def attempt[Opened](
    send: Callable[[float], Opened],
    explain: Callable[[openai.OpenAIError], ModelFailure],
    deadline: float,
    adapt: Callable[[ModelFailure], bool] | None = None,
) -> Opened:
    """Return what `send` returns, which is given the seconds that are left for it.

    After a failure that may pass it is sent again, at most MOST_RETRIES times; after one for
    which `adapt` found another form of the request, at once. `deadline` is a moment of the
    monotonic clock. Raises the ModelError of the last failure.
    """
    retries = 0
    while True:
        failure = None
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise ModelTimedOut
        try:
            return send(left_s)
        except openai.OpenAIError as error:
            failure = explain(error)
        # Out of the handler: the client's error holds the request, and so its key.
        if adapt is not None and adapt(failure):
            continue
        wait_s = _wait_s(failure, retries)
        if retries == MOST_RETRIES or wait_s is None or time.monotonic() + wait_s >= deadline:
            raise failure.problem
        retries += 1
        time.sleep(wait_s)


def _wait_s(failure: ModelFailure, retries: int) -> float | None:
    """Return how long to wait before another attempt [s]; None where it would not help."""
    if not failure.is_passing:
        return None
    if failure.wait_s is not None:
        return failure.wait_s if failure.wait_s <= LONGEST_WAIT_S else None
    return _FIRST_WAIT_S * 2**retries * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
