"""Start and stop the simulator."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from runningcoach.demo.garmin.handle import Fake


@contextmanager
def serve(
    *, until: date, seed: int = 7, years: float = 2.0, language: str = "ko", port: int = 0,
    token_ttl_s: float = 86_400.0, mfa: bool = False, cold_after_days: int | None = None,
) -> Iterator[Fake]:  # fmt: skip
    """Run a simulator in a thread of this process, on the loopback, for as long as the block lasts.

    The account stands as on the morning of `until`, `years` long; the same arguments give the
    same account, and the FIT files are those of `write_export`. `port` 0 takes a free one.
    Access tokens live `token_ttl_s`; intraday data of more than `cold_after_days` ago is empty
    until a reload is asked for (None: never).
    """
    raise NotImplementedError
    yield
