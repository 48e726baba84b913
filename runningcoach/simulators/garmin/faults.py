"""Faults that the control door injects into the simulator's answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope


@dataclass(slots=True)
class InjectedFault:
    """A fault of requests of one kind; see `SimulatorClient.fault`."""

    path: str
    method: str | None = None
    status: int | None = None
    count: int | None = 1
    after: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    answer_delay_s: float = 0.0
    spoil: str | None = None
    add: Mapping[str, Any] = field(default_factory=dict)
    remove: Sequence[str] = ()
    lane: str | None = None

    def strikes(self, scope: Scope, lane: str) -> bool:
        """Return whether it strikes this request; count it if so."""
        if not self._matches(scope, lane) or self.count == 0:
            return False
        if self.after:
            self.after -= 1
            return False
        if self.count is not None:
            self.count -= 1
        return True

    def _matches(self, scope: Scope, lane: str) -> bool:
        wanted = (self.method or scope["method"], self.lane or lane)
        return wanted == (scope["method"], lane) and bool(re.search(self.path, scope["path"]))
