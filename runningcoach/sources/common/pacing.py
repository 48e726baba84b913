"""Pace requests to a vendor: a token bucket with jitter; tests replace its clock."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

EVERY_S, BURST, JITTER = 2.0, 3, 0.4
"""One request in two seconds, three at once after a rest: what one phone would do."""


@dataclass(slots=True)
class RequestPace:
    """Allows a request every `every_s` seconds on average; `burst` at once after a rest.

    `jitter` is the share by which each wait varies, so that requests are not periodic.
    """

    every_s: float = EVERY_S
    burst: int = BURST
    jitter: float = JITTER
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _tokens: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens, self._at = float(self.burst), self.clock()

    def wait(self) -> None:
        """Return when the next request may be made."""
        self._fill()
        if self._tokens < 1:
            vary = 1 + random.uniform(-self.jitter, self.jitter)  # noqa: S311 - no secret
            self.sleep((1 - self._tokens) * self.every_s * vary)
            self._fill()
        self._tokens = max(self._tokens - 1, 0.0)

    def _fill(self) -> None:
        now = self.clock()
        gained = (now - self._at) / self.every_s if self.every_s else self.burst
        self._tokens, self._at = min(self._tokens + gained, float(self.burst)), now


def at_once() -> RequestPace:
    """Return a pace that never waits, not even before a retry: for the simulator."""
    return RequestPace(every_s=0.0, sleep=lambda _: None)
