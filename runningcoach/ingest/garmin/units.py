"""Doing one unit of work: ask, then keep the answer and note the unit in one transaction."""

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest import imports
from runningcoach.ingest.files import reader_pool
from runningcoach.ingest.garmin import activities, answers, unit_plan
from runningcoach.ingest.garmin.activities import ListedAtGarmin
from runningcoach.ingest.garmin.client import GarminClient, UnitDeferred
from runningcoach.ingest.garmin.sync_report import SyncReport
from runningcoach.sources.garmin import GarminAnswer, LaneName
from runningcoach.store import home as homes
from runningcoach.store import sync_units
from runningcoach.store.database import locks
from runningcoach.store.sync_units import SyncUnit


def downloads(home: Path, user_id: int) -> Path:
    """Return the folder of a runner's files that were fetched and are not yet taken."""
    return homes.folder(home, "downloads", str(user_id))


class UnitWorker:
    """Does the units of one run."""

    def __init__(
        self,
        conn: psycopg.Connection[Any],
        user_id: int,
        gate: GarminClient,
        home: Path,
        today: date,
    ) -> None:
        self.conn, self.user_id, self.gate = conn, user_id, gate
        self.home, self.today = home, today
        self.report = SyncReport()
        for half in downloads(home, user_id).glob(".*"):  # of a process that died while writing
            half.unlink()

    def do(self, unit: SyncUnit) -> None:
        """Do a unit; one that fails is put aside. Raises Stopped."""
        try:
            self._do(unit)
        except UnitDeferred as parked:
            self._put_aside(unit, parked.reason)
        self.report.requests = self.gate.requests
        self.report.units += 1

    def _do(self, unit: SyncUnit) -> None:
        if unit.kind == "list":
            self._list(unit)
        elif unit.kind == "fit":
            self._original(unit)
        else:
            self._answer(unit)

    def _answer(self, unit: SyncUnit) -> None:
        lane, answer = self._asked(unit)
        with locks.hold_change_lock(self.conn, self.user_id):
            self._take(unit, lane, answer)
            if unit.key.isdecimal():
                activities.describe(self.conn, self.user_id, int(unit.key))
            state = "done" if answer.body is not None else "no_data"
            sync_units.finish(self.conn, self.user_id, unit, state)

    def _asked(self, unit: SyncUnit) -> tuple[LaneName, GarminAnswer]:
        answer = self.gate.ask(unit.kind, "", **_blanks(unit))
        return self.gate.lane_of(unit.kind) or "key", answer

    def _take(self, unit: SyncUnit, lane: LaneName, answer: GarminAnswer) -> frozenset[date]:
        days = answers.take(self.conn, self.user_id, unit.kind, unit.key, answer, lane, self.today)
        self.report.days |= days
        return days

    def look(self, unit: SyncUnit) -> frozenset[date]:
        """Ask for a window that moves with every run; return the days that changed.

        It is put into the list only when it could not be had, to be asked for later.
        """
        try:
            lane, answer = self._asked(unit)
        except UnitDeferred as parked:
            sync_units.add(self.conn, self.user_id, [unit])
            self._put_aside(unit, parked.reason)
            return frozenset()
        with locks.hold_change_lock(self.conn, self.user_id):
            return self._take(unit, lane, answer)

    def _put_aside(self, unit: SyncUnit, reason: str) -> None:
        gap = reason if reason == "not_supported" else "error"
        answers.unanswered(self.conn, self.user_id, unit.kind, unit.key, gap, self.today)
        if reason == "not_supported":
            sync_units.finish(self.conn, self.user_id, unit, "not_supported")
            return
        sync_units.park(self.conn, self.user_id, unit, reason)
        self.report.parked += 1

    def _list(self, unit: SyncUnit) -> None:
        """List the activities of a window, and see which of them are gone."""
        first, last = unit_plan.window_of(unit.key)
        seen = {one.number for one in self.listed(first, last)}
        self.forget(first, last, seen)
        sync_units.finish(self.conn, self.user_id, unit, "done")

    def listed(self, first: date, last: date) -> Iterator[ListedAtGarmin]:
        """Yield the activities of some days, newest first, and note what there is to fetch."""
        start = 0
        while True:
            more = f"start={start}&limit={unit_plan.PAGE}&startDate={first}&endDate={last}"
            page = self.page(more)
            yield from page
            if len(page) < unit_plan.PAGE:
                return
            start += unit_plan.PAGE

    def page(self, more: str) -> list[ListedAtGarmin]:
        """Ask for one page of the list; keep its entries, and the units that they call for."""
        lane = self.gate.lane_of("activities")
        answer = self.gate.ask("activities", more)
        if not isinstance(answer.body or [], list):
            raise UnitDeferred("malformed")
        with locks.hold_change_lock(self.conn, self.user_id):
            kept = [
                activities.listed(self.conn, self.user_id, item, lane or "key")
                for item in answer.body or []
            ]
            found = [one for one in kept if one is not None]
            for one in found:
                self._note(one)
        return found

    def _note(self, one: ListedAtGarmin) -> None:
        """Put what an activity calls for into the list: all of a new one, texts of a changed."""
        units = list(unit_plan.of_activity(one.number, one.day, self.today, self.gate.can))
        sync_units.add(self.conn, self.user_id, units)
        if one.state == "new":
            self.report.new += 1
        elif one.state == "changed":
            self.report.changed += 1
            texts = [unit for unit in units if unit.kind != "fit"]
            sync_units.add(self.conn, self.user_id, texts, reopen=True)
            activities.describe(self.conn, self.user_id, one.number)
            self.report.days.add(one.day)

    def forget(self, first: date, last: date, seen: set[int]) -> None:
        """Take away the activities of some days that Garmin no longer lists."""
        for number in activities.gone(self.conn, self.user_id, first, last, seen):
            activities.remove(
                self.conn, self.user_id, number, self.home, self.gate.lane_of("activities") or "key"
            )
            self.report.deleted += 1

    def _original(self, unit: SyncUnit) -> None:
        """Fetch the file of an activity; it is on the disk before anything is done with it."""
        staged = downloads(self.home, self.user_id) / f"{unit.key}.zip"
        if not staged.exists():
            data = self.gate.original(int(unit.key))
            if data is None:
                self._by_hand(unit)
                return
            homes.put(staged, _whole(data))
        name = f"{unit.key}_ACTIVITY.zip"
        data = staged.read_bytes()
        outcome = imports.take_bytes(
            self.conn, self.user_id, data, name,
            home=self.home, lane="garmin", executor=reader_pool.staying(),
        )  # fmt: skip
        with locks.hold_change_lock(self.conn, self.user_id):
            sha256 = _sha256_inside(data)
            activities.describe(
                self.conn, self.user_id, int(unit.key), sha256, outcome.activity_ids
            )
            sync_units.finish(self.conn, self.user_id, unit, "done")
        staged.unlink()
        self.report.days.add(unit.newest_day)

    def _by_hand(self, unit: SyncUnit) -> None:
        with locks.hold_change_lock(self.conn, self.user_id):
            activities.without_file(self.conn, self.user_id, int(unit.key))
            sync_units.finish(self.conn, self.user_id, unit, "no_data")
        self.report.days.add(unit.newest_day)


def _sha256_inside(data: bytes) -> str | None:
    """Return the hash of the file in a download, by which its activity is known."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        return hashlib.sha256(archive.read(names[0])).hexdigest() if names else None


def _whole(data: bytes) -> bytes:
    """Return a download that is a whole archive; Parked for one that was cut, to be asked anew."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if archive.testzip() is None:
                return data
    except zipfile.BadZipFile:
        pass
    raise UnitDeferred("truncated")


def _blanks(unit: SyncUnit) -> dict[str, object]:
    """Return what fills the blanks of an endpoint's path."""
    if unit.key.isdecimal():
        return {"id": unit.key}
    if unit.key == "latest":
        return {}
    first, last = unit_plan.window_of(unit.key)
    return {"a": first, "b": last, "day": last}
