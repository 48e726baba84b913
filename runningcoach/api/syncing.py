"""Runs of the sync that an answer does not wait for.

The one place that decides who does the work: a thread of this process, one run a runner, for as
long as nothing else takes orders. A run may be cut off at any moment and goes on with the next.
"""

import logging
import threading

from runningcoach import jobs, logs, security
from runningcoach.errors import RunningCoachError
from runningcoach.ingest.garmin.connection import Busy, place
from runningcoach.ingest.garmin.gate import Stopped
from runningcoach.jobs import GarminOrder
from runningcoach.settings import Settings
from runningcoach.sources.pacing import Pace
from runningcoach.store import database

log = logging.getLogger(__name__)

PATIENCE_S = 10.0


class Runs:
    """The runs that go on in this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ending = threading.Event()
        self._threads: dict[int, threading.Thread] = {}
        self._door = threading.Lock()

    def begin(self, user_id: int, order: GarminOrder) -> str:
        """Take an order and return the id of its run; raises Busy while one goes on."""
        run_id = security.new_token()[:16]
        with self._door:
            if user_id in self._threads and self._threads[user_id].is_alive():
                raise Busy
            thread = threading.Thread(
                target=self._run, args=(user_id, order, run_id), name=f"sync-{run_id}", daemon=True
            )
            self._threads[user_id] = thread
            thread.start()
        return run_id

    def stop(self) -> None:
        """Let the runs end after the question that they are at."""
        self._ending.set()
        for thread in list(self._threads.values()):
            thread.join(PATIENCE_S)

    def _run(self, user_id: int, order: GarminOrder, run_id: str) -> None:
        with logs.run(run_id):
            try:
                self._work(user_id, order)
            except RunningCoachError as error:
                log.warning("The sync ended: %s", error.what("en"))
            except Exception:
                log.exception("The sync broke off")

    def _work(self, user_id: int, order: GarminOrder) -> None:
        with database.connect(database.database_url(self._settings)) as conn:
            report = jobs.keep_up_with_garmin(
                conn, user_id, order, place(self._settings),
                requests_a_day=self._settings.garmin_requests_a_day,
                pace=Endable(self._settings, self._ending),
            )  # fmt: skip
        told = {"requests": report.requests, "units": report.units, "stopped": report.stopped}
        log.info("The sync is done", extra=told)


class Endable(Pace):
    """A pace that ends the run before its next question when the process is to stop."""

    def __init__(self, settings: Settings, ending: threading.Event) -> None:
        usual = jobs.pace_at(place(settings))
        super().__init__(usual.every_s, usual.burst, usual.jitter, sleep=self._rest)
        self._ending = ending

    def wait(self) -> None:
        """Return when the next request may be made; raises Stopped at the end."""
        super().wait()
        if self._ending.is_set():
            raise Stopped("interrupted")

    def _rest(self, seconds: float) -> None:
        self._ending.wait(seconds)
