"""State of a running simulator, and its initial values."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.clock import ServerClock
from runningcoach.simulators.garmin.faults import InjectedFault
from runningcoach.simulators.garmin.signin import SignInState
from runningcoach.simulators.garmin.tokens import Tokens
from runningcoach.simulators.garmin.workout_store import WorkoutStore


@dataclass(frozen=True, slots=True)
class InitialState:
    """Initial values of a simulator, to which a reset returns."""

    until: date
    seed: int = 7
    years: float = 2.0
    language: str = "ko"
    token_ttl_s: float = 86_400.0
    mfa: bool = False
    cold_after_days: int | None = None


@dataclass(slots=True)
class SimulatorState:
    """The state of one simulator."""

    beginning: InitialState
    account: SimulatedAccount
    clock: ServerClock
    tokens: Tokens
    signin: SignInState
    shelf: WorkoutStore
    cold_after_days: int | None
    latency_s: float = 0.0
    reloaded: set[date] = field(default_factory=set)
    faults: list[InjectedFault] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def new(cls, beginning: InitialState) -> "SimulatorState":
        """Return the world as it is at first."""
        clock = ServerClock()
        return cls(
            beginning=beginning,
            account=SimulatedAccount(
                beginning.seed, beginning.years, beginning.until, beginning.language
            ),
            clock=clock,
            tokens=Tokens(clock, beginning.token_ttl_s),
            signin=SignInState(beginning.mfa),
            shelf=WorkoutStore(),
            cold_after_days=beginning.cold_after_days,
        )

    def reset(self) -> None:
        """Reset to the initial values, in place."""
        fresh = SimulatorState.new(self.beginning)
        for name in SimulatorState.__slots__:
            setattr(self, name, getattr(fresh, name))

    def is_cold(self, day: date) -> bool:
        """Return whether the minutes of `day` are in cold storage."""
        if self.cold_after_days is None or day in self.reloaded:
            return False
        return (self.account.until - day).days > self.cold_after_days
