"""Keeps the children running until told to stop, then stops them in order."""

import time
from collections.abc import Callable, Sequence

from runningcoach import i18n
from runningcoach.up import children, signals
from runningcoach.up.children import Child
from runningcoach.up.problems import KeepsFailing, NotReady
from runningcoach.up.terminal import say

GLANCE_S = 0.25
READY_S = 180.0


class Household:
    """The children, in the order in which they were started."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def start(self, newcomers: Sequence[Child]) -> None:
        """Start children and look after them from now on."""
        for child in newcomers:
            self._children.append(child)
            child.start()

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Look after the children until `ready`."""
        give_up = time.monotonic() + READY_S
        while not ready():
            if time.monotonic() > give_up:
                raise NotReady(seconds=round(READY_S), log=self._children[-1].log.parent)
            self.look_after()
            time.sleep(0.05)

    def look_after(self) -> None:
        """Start again whoever ended before its time; stop if that was asked for."""
        signals.check()
        for child in [child for child in self._children if not child.alive()]:
            self._let_go(child) if child.once else self._revive(child)

    def keep(self) -> None:
        """Look after the children for ever."""
        while True:
            self.look_after()
            time.sleep(GLANCE_S)

    def stop(self) -> None:
        """Stop all, those started last first."""
        for child in reversed(self._children):
            child.ask_to_stop()
        for child in reversed(self._children):
            child.wait()
        self._children.clear()

    def _let_go(self, child: Child) -> None:
        """Take leave of one that had a single thing to do."""
        self._children.remove(child)
        if child.failed():
            part = i18n.t(f"up.part.{child.name}")
            say(i18n.t("up.not_done", part=part, log=child.log), "bold yellow")

    def _revive(self, child: Child) -> None:
        name = i18n.t(f"up.part.{child.name}")
        say(children.last_lines(child.log), "dim")
        if not child.ends.too_many():
            say(i18n.t("up.again", part=name), "yellow")
            child.start()
        elif child.essential:
            raise KeepsFailing(part=name, log=child.log)
        else:
            say(i18n.t("up.without", part=name, log=child.log), "bold yellow")
            self._children.remove(child)
