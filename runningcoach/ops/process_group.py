"""Keep child processes running until stopped, then stop them in order.

A child that ends does not end the others: it is started again (see `restarts`).
"""

import time
from collections.abc import Callable, Sequence

from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError
from runningcoach.ops import child_processes, stop_signals
from runningcoach.ops.child_processes import Child
from runningcoach.ops.problems import KeepsFailing, NotReady
from runningcoach.ops.terminal import say

GLANCE_S = 0.25
READY_S = 180.0
ALIVE_S = 20.0
"""A part without a readiness check counts as ready after so long."""


class ProcessGroup:
    """The children, in the order in which they were started."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def start(self, newcomers: Sequence[Child]) -> None:
        """Start children and look after them from now on."""
        for child in newcomers:
            self._children.append(child)
            child.start()
            child.restarts.note_start()

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Look after the children until `ready`."""
        give_up = time.monotonic() + READY_S
        while not ready():
            if time.monotonic() > give_up:
                raise NotReady(seconds=round(READY_S), log=self._children[-1].log.parent)
            self.look_after()
            time.sleep(0.05)
        for child in self._children:
            child.restarts.came_up = True

    def look_after(self) -> None:
        """Restart children that ended early; raise StopSignal after a signal."""
        stop_signals.raise_if_stopping()
        for child in [child for child in self._children if not child.alive()]:
            if child.once:
                self._let_go(child)
            elif not child.restarts.is_pending:
                self._note_end(child)
            elif child.restarts.is_due:
                self._restart(child)

    def keep(self) -> None:
        """Look after the children for ever."""
        while True:
            self.look_after()
            for child in self._children:
                child.restarts.came_up |= child.alive() and child.restarts.runs_for_s > ALIVE_S
            time.sleep(GLANCE_S)

    def stop(self) -> None:
        """Stop all, those started last first."""
        for child in reversed(self._children):
            child.ask_to_stop()
        for child in reversed(self._children):
            child.wait()
        self._children.clear()

    def _let_go(self, child: Child) -> None:
        """Remove a child that was to run once; report its failure."""
        self._children.remove(child)
        if child.failed():
            part = i18n.t(f"up.part.{child.name}")
            say(i18n.t("up.not_done", part=part, log=child.log), "bold yellow")

    def _note_end(self, child: Child) -> None:
        """Report the end of a child and when it restarts, or give it up."""
        name = i18n.t(f"up.part.{child.name}")
        say(child_processes.last_lines(child.log), "dim")
        pause_s = child.restarts.note_end()
        if not child.restarts.is_hopeless:
            if pause_s:
                say(i18n.t("up.again_later", part=name, seconds=round(pause_s)), "yellow")
        elif child.essential:
            raise KeepsFailing(part=name, log=child.log)
        else:
            say(i18n.t("up.without", part=name, log=child.log), "bold yellow")
            self._children.remove(child)

    def _restart(self, child: Child) -> None:
        """Start a child; one that cannot be started ended once more."""
        try:
            child.start()
        except (RunningCoachError, OSError) as error:
            say(str(error), "yellow")
            self._note_end(child)
        else:
            child.restarts.note_start()
            say(i18n.t("up.again", part=i18n.t(f"up.part.{child.name}")), "yellow")
