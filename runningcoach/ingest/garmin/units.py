"""Process units: fetch, then store the answer and the unit's state in one transaction."""

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
    """Return the folder of a user's downloads that are not imported yet."""
    return homes.folder(home, "downloads", str(user_id))


class UnitWorker:
    """Worker for the units of one run."""

    def __init__(
        self,
        conn: psycopg.Connection[Any],
        user_id: int,
        client: GarminClient,
        home: Path,
        today: date,
    ) -> None:
        self.conn, self.user_id, self.client = conn, user_id, client
        self.home, self.today = home, today
        self.report = SyncReport()
        for half in downloads(home, user_id).glob(".*"):  # of a process that died while writing
            half.unlink()

    def process(self, unit: SyncUnit) -> None:
        """Process a unit, and defer one that fails. Raises SyncAborted."""
        try:
            self._process(unit)
        except UnitDeferred as deferred:
            self._defer(unit, deferred.reason)
        self.report.requests = self.client.requests
        self.report.units += 1

    def _process(self, unit: SyncUnit) -> None:
        if unit.kind == "list":
            self._process_list(unit)
        elif unit.kind == "fit":
            self._process_original(unit)
        else:
            self._process_answer(unit)

    def _process_answer(self, unit: SyncUnit) -> None:
        lane, answer = self._fetch(unit)
        with locks.hold_change_lock(self.conn, self.user_id):
            self._store_answer(unit, lane, answer)
            if unit.key.isdecimal():
                activities.describe(self.conn, self.user_id, int(unit.key))
            state = "done" if answer.body is not None else "no_data"
            sync_units.finish(self.conn, self.user_id, unit, state)

    def _fetch(self, unit: SyncUnit) -> tuple[LaneName, GarminAnswer]:
        answer = self.client.fetch(unit.kind, "", **_path_values(unit))
        return self.client.lane_of(unit.kind) or "key", answer

    def _store_answer(
        self, unit: SyncUnit, lane: LaneName, answer: GarminAnswer
    ) -> frozenset[date]:
        days = answers.store_answer(
            self.conn, self.user_id, unit.kind, unit.key, answer, lane, self.today
        )
        self.report.days |= days
        return days

    def refresh_window(self, unit: SyncUnit) -> frozenset[date]:
        """Fetch a window that moves with every run; return the days that changed.

        It is added as a unit only when it fails, to be fetched later.
        """
        try:
            lane, answer = self._fetch(unit)
        except UnitDeferred as deferred:
            sync_units.add(self.conn, self.user_id, [unit])
            self._defer(unit, deferred.reason)
            return frozenset()
        with locks.hold_change_lock(self.conn, self.user_id):
            return self._store_answer(unit, lane, answer)

    def _defer(self, unit: SyncUnit, reason: str) -> None:
        gap = reason if reason == "not_supported" else "error"
        answers.note_unanswered(self.conn, self.user_id, unit.kind, unit.key, gap, self.today)
        if reason == "not_supported":
            sync_units.finish(self.conn, self.user_id, unit, "not_supported")
            return
        sync_units.park(self.conn, self.user_id, unit, reason)
        self.report.parked += 1

    def _process_list(self, unit: SyncUnit) -> None:
        """List the activities of a window, and remove those no longer listed."""
        first, last = unit_plan.window_of(unit.key)
        seen = {one.number for one in self.list_activities(first, last)}
        self.remove_unlisted(first, last, seen)
        sync_units.finish(self.conn, self.user_id, unit, "done")

    def list_activities(self, first: date, last: date) -> Iterator[ListedAtGarmin]:
        """Yield the activities of some days, newest first, and add their units."""
        start = 0
        while True:
            query = f"start={start}&limit={unit_plan.PAGE}&startDate={first}&endDate={last}"
            page = self.fetch_page(query)
            yield from page
            if len(page) < unit_plan.PAGE:
                return
            start += unit_plan.PAGE

    def fetch_page(self, query: str) -> list[ListedAtGarmin]:
        """Fetch one page of the list; store its entries and add their units."""
        lane = self.client.lane_of("activities")
        answer = self.client.fetch("activities", query)
        if not isinstance(answer.body or [], list):
            raise UnitDeferred("malformed")
        with locks.hold_change_lock(self.conn, self.user_id):
            stored = [
                activities.store_listed(self.conn, self.user_id, item, lane or "key")
                for item in answer.body or []
            ]
            listed = [one for one in stored if one is not None]
            for one in listed:
                self._add_units_of(one)
        return listed

    def _add_units_of(self, one: ListedAtGarmin) -> None:
        """Add the units of an activity: all of a new one, texts of a changed one."""
        units = list(unit_plan.of_activity(one.number, one.day, self.today, self.client.can_fetch))
        sync_units.add(self.conn, self.user_id, units)
        if one.state == "new":
            self.report.new += 1
        elif one.state == "changed":
            self.report.changed += 1
            texts = [unit for unit in units if unit.kind != "fit"]
            sync_units.add(self.conn, self.user_id, texts, reopen=True)
            activities.describe(self.conn, self.user_id, one.number)
            self.report.days.add(one.day)

    def remove_unlisted(self, first: date, last: date, seen: set[int]) -> None:
        """Remove the activities of some days that Garmin no longer lists."""
        for number in activities.unlisted_numbers(self.conn, self.user_id, first, last, seen):
            activities.remove(
                self.conn,
                self.user_id,
                number,
                self.home,
                self.client.lane_of("activities") or "key",
            )
            self.report.deleted += 1

    def _process_original(self, unit: SyncUnit) -> None:
        """Fetch the file of an activity; it is written to disk before it is imported."""
        staged = downloads(self.home, self.user_id) / f"{unit.key}.zip"
        if not staged.exists():
            data = self.client.download_original(int(unit.key))
            if data is None:
                self._put_without_file(unit)
                return
            homes.put(staged, _checked_zip(data))
        name = f"{unit.key}_ACTIVITY.zip"
        data = staged.read_bytes()
        outcome = imports.take_bytes(
            self.conn, self.user_id, data, name,
            home=self.home, lane="garmin", executor=reader_pool.shared_pool(),
        )  # fmt: skip
        with locks.hold_change_lock(self.conn, self.user_id):
            sha256 = _sha256_inside(data)
            activities.describe(
                self.conn, self.user_id, int(unit.key), sha256, outcome.activity_ids
            )
            sync_units.finish(self.conn, self.user_id, unit, "done")
        staged.unlink()
        self.report.days.add(unit.newest_day)

    def _put_without_file(self, unit: SyncUnit) -> None:
        with locks.hold_change_lock(self.conn, self.user_id):
            activities.put_without_file(self.conn, self.user_id, int(unit.key))
            sync_units.finish(self.conn, self.user_id, unit, "no_data")
        self.report.days.add(unit.newest_day)


def _sha256_inside(data: bytes) -> str | None:
    """Return the SHA-256 of the file in a download."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        return hashlib.sha256(archive.read(names[0])).hexdigest() if names else None


def _checked_zip(data: bytes) -> bytes:
    """Return a download that is a complete archive; UnitDeferred for a truncated one."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if archive.testzip() is None:
                return data
    except zipfile.BadZipFile:
        pass
    raise UnitDeferred("truncated")


def _path_values(unit: SyncUnit) -> dict[str, object]:
    """Return the values for the placeholders of an endpoint's path."""
    if unit.key.isdecimal():
        return {"id": unit.key}
    if unit.key == "latest":
        return {}
    first, last = unit_plan.window_of(unit.key)
    return {"a": first, "b": last, "day": last}
