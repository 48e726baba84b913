"""Import files, folders, archives and account exports; safe to stop and to run again.

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
    error_text,
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
    decoder_reason,
    reason_text,
    stored_reason,
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
    """Import everything under a path, or under several; return the outcome of every file.

    Known files are skipped; `again` decodes them once more and restores what the runner deleted:
    all of it, or the `legs` alone. `sport` is for files that state none. An
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
        return running.import_paths(paths, scratch)


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
    """Import one file in memory; for an archive, return the outcome of the archive."""
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
    bytes_read: int = 0
    known_names: dict[str, str] = field(default_factory=dict[str, str])
    rows: list[SideFact] = field(default_factory=list[SideFact])
    quota: Quota = field(init=False)

    def __post_init__(self) -> None:
        """Limit the bytes that this user may hold in quarantine."""
        held = partial(quarantined.hashes, self.conn, self.user_id)
        self.quota = Quota(self.home, held, settings().quarantine_mb * MB)

    def import_paths(self, paths: Sequence[Path], scratch: Path) -> ImportReport:
        """Import all new files below the paths, tables first; store the archives last."""
        entries = [*self._walk(paths, scratch), *self._originals(paths)]
        items = [one for one in entries if isinstance(one, ImportItem)]
        self.files_total = len(entries)
        self.bytes_total = sum(item.size_bytes for item in items)
        new = self._select_new(sorted(items, key=_import_order))
        self._take_tables([one for one in new if one[0].kind in TABLES])
        self._take_recordings([one for one in new if one[0].kind not in TABLES])
        self._take_rows()
        file_rows.claim_fetched_files(self.conn, self.user_id, self.lane, self.known_names)
        for refused in entries:
            if isinstance(refused, RefusedItem):
                self._add_outcome(self._quarantine_refused(refused))
        for archive in entries:
            if isinstance(archive, Archive):
                self._add_outcome(self._put_archive(archive))
        store.flush(self.conn)
        self.report.rows["no_sport"] = store.count_without_sport(
            self.conn, self.user_id, self.report.activity_ids
        )
        self.report.seconds = time.monotonic() - self.started
        return self.report

    def _walk(
        self, paths: Sequence[Path], scratch: Path
    ) -> Iterator[ImportItem | RefusedItem | Archive]:
        given = [path for path in paths if not originals.is_originals_path(self.home, path)]
        return ArchiveWalk(scratch, self._is_known_archive).over(given)

    def _originals(self, paths: Sequence[Path]) -> list[ImportItem]:
        given = [path for path in paths if originals.is_originals_path(self.home, path)]
        return originals.list_originals(self.conn, self.user_id, self.home, given)

    def _is_known_archive(self, sha256: str) -> bool:
        return not self.again and store.is_unpacked(self.conn, self.user_id, sha256)

    def _context(self, name: str, sha256: str) -> ImportContext:
        return ImportContext(
            name, sha256, self.lane, self.user_id, self.home_zone, self.home, self.again, self.legs
        )

    def _select_new(self, items: Sequence[ImportItem]) -> list[tuple[ImportItem, str]]:
        """Return new items with their SHA-256; add the outcomes of known ones and duplicates."""
        hashed = list(self._hash_items(items))
        hashes = [] if self.again else [sha256 for _, sha256 in hashed]
        known = store.earlier_imports(self.conn, self.user_id, hashes)
        self.known_names = {sha256: item.name for item, sha256 in hashed if sha256 in known}
        first: dict[str, ImportItem] = {}
        for item, sha256 in hashed:
            if sha256 in known:
                self._add_outcome(_known_outcome(item, known[sha256]), item.size_bytes)
            elif sha256 in first:
                self._add_outcome(_duplicate_outcome(item, sha256, first[sha256]), item.size_bytes)
            else:
                first[sha256] = item
        return [(item, sha256) for sha256, item in first.items()]

    def _hash_items(self, items: Sequence[ImportItem]) -> Iterator[tuple[ImportItem, str]]:
        """Yield every readable item with its SHA-256; quarantine the others."""
        with ThreadPoolExecutor(HASHING_THREADS) as threads:
            for item, answer in zip(items, threads.map(_hash, items), strict=True):
                if isinstance(answer, str):
                    yield item, answer
                else:
                    self._add_outcome(self._quarantine_refused(answer), item.size_bytes)

    def _take_tables(self, new: Sequence[tuple[ImportItem, str]]) -> None:
        for item, sha256 in new:
            self._add_outcome(
                self._take_table(item, self._context(item.name, sha256)), item.size_bytes
            )

    def _take_table(self, item: ImportItem, context: ImportContext) -> FileOutcome:
        data = item.read()
        try:
            table = (self.executor or executors.InlineExecutor()).submit(tables.read, item).result()
            files.put(self.home, data, context.sha256)
            outcome, described = file_rows.put_table(
                self.conn, context, item.kind, len(data), table.events
            )
        except tables.BAD as error:
            return self._quarantine(context, f"bad_{item.kind}", repr(error), data)
        except (executors.TooMuchWork, BrokenExecutor) as error:
            return self._quarantine(context, _failure_code(error), str(error), data)
        self.rows += table.events
        self.report.rows.update(table.left_out)
        self.report.described += described
        return outcome

    def _take_rows(self) -> None:
        """Create activities from table rows without a file, after the files of this import."""
        activities = [event for event in self.rows if event.kind in description_index.KINDS]
        if not activities:
            return
        index = description_index.build_index(activities)
        rows = index.typed_in[:MAX_ACTIVITIES]
        counts, activity_ids = manual_activities.put_all(
            self.conn, self.user_id, rows, again=self.again
        )
        counts["too_many"] = len(index.typed_in) - len(rows)
        self.report.typed_in += activity_ids
        self.report.rows.update(counts)
        named = [name for name in index.files if name]
        imported = store.imported_names(self.conn, self.user_id, named)
        self.report.rows.update(named=len(named), file_missing=len(named) - len(imported))

    def _take_recordings(self, new: Sequence[tuple[ImportItem, str]]) -> None:
        if not new:
            return
        index = description_index.load_index(self.conn, self.user_id)
        tasks = (
            DecodeTask(
                item, sha256, self.home, self.engine, index.sport_of_file(item.name) or self.sport
            )
            for item, sha256 in new
        )
        workers = min(self.workers, len(new))
        for task, future in executors.in_order(decoding.decode_file, tasks, workers, self.executor):
            outcome = self._put_recording(task, future.exception() or future.result(), index)
            self._add_outcome(outcome, task.item.size_bytes)

    def _put_recording(
        self,
        task: DecodeTask,
        result: DecodedFile | BaseException,
        index: description_index.DescriptionIndex,
    ) -> FileOutcome:
        """Write one decoded file, or quarantine it where it cannot be stored."""
        context = self._context(task.item.name, task.sha256)
        if isinstance(result, RunningCoachError):
            raise result  # the disk failed, not the file
        if isinstance(result, BaseException):
            return self._quarantine(
                context, _failure_code(result), repr(result), _read_bytes(task.item)
            )
        if result.outcome == "unreadable":
            code = result.reason_code or "unreadable_file"
            reason = decoder_reason(code, result.reasons)
            return self._quarantine_with_reason(
                context, code, reason, _read_bytes(task.item), kind=result.kind
            )
        try:
            outcome = database.with_retries(
                self.conn, lambda: file_rows.put_file(self.conn, context, result, index)
            )
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            reason = error.diag.message_primary or repr(error)
            return self._quarantine(context, "unstorable", reason, _read_bytes(task.item))
        if self.again and outcome.outcome != "quarantined":
            for leg in sorted(self.legs) if self.legs is not None else [None]:
                file_rows.release(self.conn, self.user_id, self.home, context.sha256, leg)
        return outcome

    def _quarantine_refused(self, refused: RefusedItem) -> FileOutcome:
        if refused.code == "ignored":
            return FileOutcome(refused.name, "ignored", reason_code="ignored")
        data = _read_bytes(refused.item) if refused.item else None
        sha256 = refused.stand_in if refused.item is None else refused.item.sha256()
        context = self._context(refused.name, sha256)
        return self._quarantine(context, refused.code, refused.detail, data, refused.size_bytes)

    def _quarantine(
        self,
        context: ImportContext,
        code: str,
        detail: str,
        data: bytes | None,
        size_bytes: int = 0,
    ) -> FileOutcome:
        return self._quarantine_with_reason(
            context, code, stored_reason(code, [detail]), data, size_bytes
        )

    def _quarantine_with_reason(
        self,
        context: ImportContext,
        code: str,
        why: str,
        data: bytes | None,
        size_bytes: int = 0,
        kind: str = "unknown",
    ) -> FileOutcome:
        """Quarantine a file with its reason, and its bytes where they are readable and fit."""
        is_stored = data is not None and self.quota.keep(context.sha256, data)
        if data is not None and not is_stored:
            why = f"{why} {reason_text('not_kept', 'en')}"
        size_bytes = len(data) if data is not None else size_bytes
        return file_rows.quarantine(
            self.conn, context, code, why, size_bytes=size_bytes, kind=kind, is_stored=is_stored
        )

    def _put_archive(self, archive: Archive) -> FileOutcome:
        if archive.known:
            return FileOutcome(archive.name, "known", archive.sha256)
        context = self._context(archive.name, archive.sha256)
        return file_rows.put_archive(self.conn, context, archive.size_bytes)

    def _add_outcome(self, outcome: FileOutcome, size_bytes: int = 0) -> None:
        self.report.add(outcome)
        self.bytes_read += size_bytes
        if self.progress is not None:
            self.progress(
                ImportProgress(
                    files_read=len(self.report.files),
                    total=self.files_total,
                    bytes_read=self.bytes_read,
                    bytes_total=self.bytes_total,
                    seconds=time.monotonic() - self.started,
                    name=outcome.name,
                )
            )


def _import_order(item: ImportItem) -> tuple[int, str]:
    return ORDER.get(item.kind, len(ORDER)), item.name


def _hash(item: ImportItem) -> str | RefusedItem:
    try:
        return item.sha256()
    except TooBig:
        return RefusedItem(item.name, "too_big", size_bytes=item.size_bytes)
    except UNREADABLE as error:
        code = "unreadable" if item.member is None else "archive_bad"
        return RefusedItem(item.name, code, error_text(error), item.size_bytes)


def _known_outcome(item: ImportItem, known: store.KnownImport) -> FileOutcome:
    """Return the outcome of a file imported before; a deleted one stays deleted."""
    if known.outcome == "deleted":
        return FileOutcome(item.name, "deleted", known.sha256, "deleted_before")
    return FileOutcome(item.name, "known", known.sha256, known.reason_code, known.reason)


def _duplicate_outcome(item: ImportItem, sha256: str, first: ImportItem) -> FileOutcome:
    reason = stored_reason("same_content", [first.name])
    return FileOutcome(item.name, "duplicate", sha256, "same_content", reason)


def _failure_code(error: BaseException) -> str:
    """Return the reason code of a worker's failure."""
    if isinstance(error, executors.TooMuchWork):
        return "too_much_work"
    return "decoder_crashed" if isinstance(error, BrokenExecutor) else "decoder_failed"


def _read_bytes(item: ImportItem) -> bytes | None:
    try:
        return item.read()
    except (TooBig, *UNREADABLE):
        return None
