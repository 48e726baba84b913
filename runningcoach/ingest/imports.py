"""Take in files, folders, archives and account exports; safe to stop and to run again.

What is new is decided by the hash of the unpacked bytes. Tables that stand beside the files come
first, then FIT, TCX and GPX, each in the order of names: an import that was killed and started
again does the rest in the same order and ends with the same rows. Every file is one transaction.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import psycopg

from runningcoach.base import executors
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.settings import settings
from runningcoach.ingest import file_rows, originals
from runningcoach.ingest.exports import description_index, manual_activities, tables
from runningcoach.ingest.files import decoding
from runningcoach.ingest.files.archives import (
    UNREADABLE,
    Archive,
    ArchiveWalk,
    ImportItem,
    RefusedItem,
    TooBig,
    why,
)
from runningcoach.ingest.files.bounds import MAX_ACTIVITIES
from runningcoach.ingest.files.decoding import DecodedFile, DecodeTask, Engine
from runningcoach.ingest.files.sport_choice import Sport
from runningcoach.ingest.files.temporary_folders import scratch_folder
from runningcoach.ingest.import_context import ImportContext
from runningcoach.ingest.import_report import (
    FileOutcome,
    ImportProgress,
    ImportReport,
    sentence,
    told,
    words,
)
from runningcoach.ingest.quarantine_files import Quota
from runningcoach.store import database
from runningcoach.store import home as homes
from runningcoach.store import imports as store
from runningcoach.store import quarantine as quarantined
from runningcoach.store.blobs import files
from runningcoach.store.imports import SideFact

__all__ = ["Engine", "FileOutcome", "ImportProgress", "ImportReport", "Lane", "take", "take_bytes"]

type Lane = Literal["file", "folder", "archive", "upload", "watch", "garmin"]

ORDER = {"json": 0, "csv": 1, "fit": 2, "tcx": 3, "gpx": 4}
TABLES = ("json", "csv")
HASHING_THREADS = 2
MB = 2**20
LONGEST_NAME = 120


class PathNotFound(RunningCoachError):
    """What should be imported is not there."""

    code = "ingest.path_not_found"
    status = 404


def take(
    conn: psycopg.Connection[Any],
    user_id: int,
    path: Path | Sequence[Path],
    *,
    home: Path,
    lane: Lane = "folder",
    workers: int = 1,
    engine: Engine = "numpy",
    progress: Callable[[ImportProgress], None] | None = None,
    again: bool = False,
    legs: frozenset[int] | None = None,
    sport: Sport | None = None,
    executor: Executor | None = None,
) -> ImportReport:
    """Import everything under a path, or under several; return what became of every file.

    Files that are known are passed over; `again` decodes them once more, and brings back what
    the runner deleted: all of it, or the `legs` alone. `sport` is for files that state none. An
    `executor` reads the files in place of `workers` processes of this import's own. What is
    derived from activities is behind afterwards: see derive.
    """
    paths = [path] if isinstance(path, Path) else list(path)
    for one in paths:
        if not one.exists():
            raise PathNotFound(path=one)
    zone = store.home_zone(conn, user_id)
    running = ImportRun(
        conn, user_id, zone, home, lane, workers, engine, progress, again, legs, sport, executor
    )
    with scratch_folder(home) as scratch:
        return running.over(paths, scratch)


def take_bytes(
    conn: psycopg.Connection[Any],
    user_id: int,
    data: bytes,
    name: str,
    *,
    home: Path,
    lane: Lane = "upload",
    engine: Engine = "numpy",
    again: bool = False,
    legs: frozenset[int] | None = None,
    executor: Executor | None = None,
) -> FileOutcome:
    """Import one file that is in memory, an archive too; of an archive the whole is told."""
    with scratch_folder(home) as scratch:
        path = scratch / plain_name(name)
        with homes.writing(path):
            path.write_bytes(data)
        report = take(
            conn, user_id, path, home=home, lane=lane, engine=engine, again=again, legs=legs,
            executor=executor,
        )  # fmt: skip
    recordings = [file for file in report.files if file.outcome not in ("unpacked", "ignored")]
    if len(recordings) == 1:
        (only,) = recordings
        return replace(only, activity_ids=tuple(report.activity_ids))
    whole = report.files[-1]
    return FileOutcome(name, whole.outcome, whole.sha256, activity_ids=tuple(report.activity_ids))


def plain_name(name: str) -> str:
    """Return a name that is safe as a file's: its last part, not hidden, not too long."""
    last = PurePosixPath(name.replace("\\", "/").replace("\0", "")).name.lstrip(".")
    return last[-LONGEST_NAME:].lstrip(".") or "upload"


@dataclass(slots=True)
class ImportRun:
    """One import while it runs."""

    conn: psycopg.Connection[Any]
    user_id: int
    home_zone: str
    home: Path
    lane: Lane
    workers: int
    engine: Engine
    progress: Callable[[ImportProgress], None] | None
    again: bool
    legs: frozenset[int] | None = None
    sport: Sport | None = None
    executor: Executor | None = None
    report: ImportReport = field(default_factory=ImportReport)
    started: float = field(default_factory=time.monotonic)
    files_total: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    names_of_known: dict[str, str] = field(default_factory=dict[str, str])
    rows: list[SideFact] = field(default_factory=list[SideFact])
    quota: Quota = field(init=False)

    def __post_init__(self) -> None:
        """Find out how much may go to quarantine when the first file has to."""
        held = partial(quarantined.hashes, self.conn, self.user_id)
        self.quota = Quota(self.home, held, settings().quarantine_mb * MB)

    def over(self, paths: Sequence[Path], scratch: Path) -> ImportReport:
        """Walk, find out what is new, take it, and remember the archives last."""
        found = [*self._walk(paths, scratch), *self._kept(paths)]
        items = [one for one in found if isinstance(one, ImportItem)]
        self.files_total = len(found)
        self.bytes_total = sum(item.size_bytes for item in items)
        new = self._new(sorted(items, key=_place))
        self._take_tables([one for one in new if one[0].kind in TABLES])
        self._take_recordings([one for one in new if one[0].kind not in TABLES])
        self._take_rows()
        file_rows.claim(self.conn, self.user_id, self.lane, self.names_of_known)
        for refused in found:
            if isinstance(refused, RefusedItem):
                self._done(self._refuse(refused))
        for archive in found:
            if isinstance(archive, Archive):
                self._done(self._remember(archive))
        store.flush(self.conn)
        self.report.rows["no_sport"] = store.count_without_sport(
            self.conn, self.user_id, self.report.activity_ids
        )
        self.report.seconds = time.monotonic() - self.started
        return self.report

    def _walk(
        self, paths: Sequence[Path], scratch: Path
    ) -> Iterator[ImportItem | RefusedItem | Archive]:
        given = [path for path in paths if not originals.are_at(self.home, path)]
        return ArchiveWalk(scratch, self._is_known_archive).over(given)

    def _kept(self, paths: Sequence[Path]) -> list[ImportItem]:
        given = [path for path in paths if originals.are_at(self.home, path)]
        return originals.items(self.conn, self.user_id, self.home, given)

    def _is_known_archive(self, sha256: str) -> bool:
        return not self.again and store.is_unpacked(self.conn, self.user_id, sha256)

    def _arrival(self, name: str, sha256: str) -> ImportContext:
        return ImportContext(
            name, sha256, self.lane, self.user_id, self.home_zone, self.home, self.again, self.legs
        )

    def _new(self, items: Sequence[ImportItem]) -> list[tuple[ImportItem, str]]:
        """Return the items whose content is new, with its hash; account for the others."""
        hashed = list(self._hashed(items))
        hashes = [] if self.again else [sha256 for _, sha256 in hashed]
        known = store.earlier_imports(self.conn, self.user_id, hashes)
        self.names_of_known = {sha256: item.name for item, sha256 in hashed if sha256 in known}
        first: dict[str, ImportItem] = {}
        for item, sha256 in hashed:
            if sha256 in known:
                self._done(_known(item, known[sha256]), item.size_bytes)
            elif sha256 in first:
                self._done(_twin(item, sha256, first[sha256]), item.size_bytes)
            else:
                first[sha256] = item
        return [(item, sha256) for sha256, item in first.items()]

    def _hashed(self, items: Sequence[ImportItem]) -> Iterator[tuple[ImportItem, str]]:
        """Yield every item with its hash; those that cannot be read are refused."""
        with ThreadPoolExecutor(HASHING_THREADS) as threads:
            for item, answer in zip(items, threads.map(_hash, items), strict=True):
                if isinstance(answer, str):
                    yield item, answer
                else:
                    self._done(self._refuse(answer), item.size_bytes)

    def _take_tables(self, new: Sequence[tuple[ImportItem, str]]) -> None:
        for item, sha256 in new:
            self._done(self._take_table(item, self._arrival(item.name, sha256)), item.size_bytes)

    def _take_table(self, item: ImportItem, arrival: ImportContext) -> FileOutcome:
        data = item.read()
        try:
            found = (self.executor or executors.InlineExecutor()).submit(tables.read, item).result()
            files.put(self.home, data, arrival.sha256)
            outcome, described = file_rows.put_table(
                self.conn, arrival, item.kind, len(data), found.events
            )
        except tables.BAD as error:
            return self._quarantine(arrival, f"bad_{item.kind}", repr(error), data)
        except (executors.TooMuchWork, BrokenExecutor) as error:
            return self._quarantine(arrival, _code(error), str(error), data)
        self.rows += found.events
        self.report.rows.update(found.left_out)
        self.report.described += described
        return outcome

    def _take_rows(self) -> None:
        """Make activities of rows without a file; the files of this import came before."""
        activities = [event for event in self.rows if event.kind in description_index.KINDS]
        if not activities:
            return
        told = description_index.index(activities)
        rows = told.typed_in[:MAX_ACTIVITIES]
        counts, made = manual_activities.put_all(self.conn, self.user_id, rows, again=self.again)
        counts["too_many"] = len(told.typed_in) - len(rows)
        self.report.typed_in += made
        self.report.rows.update(counts)
        named = [name for name in told.files if name]
        come = store.imported_names(self.conn, self.user_id, named)
        self.report.rows.update(named=len(named), file_missing=len(named) - len(come))

    def _take_recordings(self, new: Sequence[tuple[ImportItem, str]]) -> None:
        if not new:
            return
        known = description_index.load(self.conn, self.user_id)
        tasks = (
            DecodeTask(
                item, sha256, self.home, self.engine, known.sport_of_file(item.name) or self.sport
            )
            for item, sha256 in new
        )
        workers = min(self.workers, len(new))
        for task, future in executors.in_order(decoding.decode_file, tasks, workers, self.executor):
            outcome = self._put(task, future.exception() or future.result(), known)
            self._done(outcome, task.item.size_bytes)

    def _put(
        self,
        task: DecodeTask,
        result: DecodedFile | BaseException,
        known: description_index.DescriptionIndex,
    ) -> FileOutcome:
        """Write one file; what is wrong with it alone ends in quarantine."""
        arrival = self._arrival(task.item.name, task.sha256)
        if isinstance(result, RunningCoachError):
            raise result  # the disk refuses, not the file
        if isinstance(result, BaseException):
            return self._quarantine(arrival, _code(result), repr(result), _bytes_of(task.item))
        if result.outcome == "unreadable":
            code = result.reason_code or "unreadable_file"
            why_not = told(code, result.reasons)
            return self._hold(arrival, code, why_not, _bytes_of(task.item), kind=result.kind)
        try:
            outcome = database.with_retries(
                self.conn, lambda: file_rows.put(self.conn, arrival, result, known)
            )
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            why_not = error.diag.message_primary or repr(error)
            return self._quarantine(arrival, "unstorable", why_not, _bytes_of(task.item))
        if self.again and outcome.outcome != "quarantined":
            for leg in sorted(self.legs) if self.legs is not None else [None]:
                file_rows.release(self.conn, self.user_id, self.home, arrival.sha256, leg)
        return outcome

    def _refuse(self, refused: RefusedItem) -> FileOutcome:
        if refused.code == "ignored":
            return FileOutcome(refused.name, "ignored", reason_code="ignored")
        data = _bytes_of(refused.item) if refused.item else None
        sha256 = refused.stand_in if refused.item is None else refused.item.sha256()
        arrival = self._arrival(refused.name, sha256)
        return self._quarantine(arrival, refused.code, refused.detail, data, refused.size_bytes)

    def _quarantine(
        self,
        arrival: ImportContext,
        code: str,
        detail: str,
        data: bytes | None,
        size_bytes: int = 0,
    ) -> FileOutcome:
        return self._hold(arrival, code, sentence(code, [detail]), data, size_bytes)

    def _hold(
        self,
        arrival: ImportContext,
        code: str,
        why: str,
        data: bytes | None,
        size_bytes: int = 0,
        kind: str = "unknown",
    ) -> FileOutcome:
        """Put a file aside with the reason, and its bytes where they can be had and have room."""
        is_kept = data is not None and self.quota.keep(arrival.sha256, data)
        if data is not None and not is_kept:
            why = f"{why} {words('not_kept', 'en')}"
        size_bytes = len(data) if data is not None else size_bytes
        return file_rows.quarantine(
            self.conn, arrival, code, why, size_bytes=size_bytes, kind=kind, is_kept=is_kept
        )

    def _remember(self, archive: Archive) -> FileOutcome:
        if archive.known:
            return FileOutcome(archive.name, "known", archive.sha256)
        arrival = self._arrival(archive.name, archive.sha256)
        return file_rows.put_archive(self.conn, arrival, archive.size_bytes)

    def _done(self, outcome: FileOutcome, size_bytes: int = 0) -> None:
        self.report.add(outcome)
        self.bytes_done += size_bytes
        if self.progress is not None:
            self.progress(
                ImportProgress(
                    done=len(self.report.files),
                    total=self.files_total,
                    bytes_done=self.bytes_done,
                    bytes_total=self.bytes_total,
                    seconds=time.monotonic() - self.started,
                    name=outcome.name,
                )
            )


def _place(item: ImportItem) -> tuple[int, str]:
    return ORDER.get(item.kind, len(ORDER)), item.name


def _hash(item: ImportItem) -> str | RefusedItem:
    try:
        return item.sha256()
    except TooBig:
        return RefusedItem(item.name, "too_big", size_bytes=item.size_bytes)
    except UNREADABLE as error:
        code = "unreadable" if item.member is None else "archive_bad"
        return RefusedItem(item.name, code, why(error), item.size_bytes)


def _known(item: ImportItem, known: store.KnownImport) -> FileOutcome:
    """Return the outcome of a file that came before; of a deleted one, that it stays so."""
    if known.outcome == "deleted":
        return FileOutcome(item.name, "deleted", known.sha256, "deleted_before")
    return FileOutcome(item.name, "known", known.sha256, known.reason_code, known.reason)


def _twin(item: ImportItem, sha256: str, first: ImportItem) -> FileOutcome:
    reason = sentence("same_content", [first.name])
    return FileOutcome(item.name, "duplicate", sha256, "same_content", reason)


def _code(error: BaseException) -> str:
    """Return the reason code of what a worker failed on."""
    if isinstance(error, executors.TooMuchWork):
        return "too_much_work"
    return "decoder_crashed" if isinstance(error, BrokenExecutor) else "decoder_failed"


def _bytes_of(item: ImportItem) -> bytes | None:
    try:
        return item.read()
    except (TooBig, *UNREADABLE):
        return None
