"""Sample files that are gone or damaged, made again from the originals that are kept."""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import executors
from runningcoach.ingest.files import decoding
from runningcoach.ingest.files.archives import ImportItem
from runningcoach.ingest.files.decoding import DecodedFile, DecodeTask, Engine
from runningcoach.store.blobs import files, samples
from runningcoach.store.blobs.samples import StoredSamples
from runningcoach.store.database import locks

log = logging.getLogger(__name__)


class RestoredSamples(NamedTuple):
    """How many sample files were gone or damaged, and how many of them are back."""

    lost: int
    restored: int


def restore(
    conn: psycopg.Connection[Any],
    user_id: int,
    home: Path,
    *,
    workers: int = 1,
    engine: Engine = "numpy",
    executor: Executor | None = None,
) -> RestoredSamples:
    """Decode the originals of lost sample files once more and put the files in their place.

    Activities keep their numbers and all that is known of them. What another version of the
    decoder reads otherwise lies in another file, which the manifest then names. An original that
    is gone or damaged leaves its samples lost.
    """
    manifest = samples.manifest(conn, user_id)
    lost = [one for one in manifest if not samples.is_intact(home, one.path, one.sha256)]
    originals = _by_original(lost)
    tasks = (_task(found[0], home, engine) for found in originals.values())
    restored = 0
    for task, future in executors.in_order(decoding.decode_file, tasks, workers, executor):
        if error := future.exception():
            log.warning("samples cannot be made again", extra={"sha256": task.sha256, "why": error})
        else:
            restored += _keep(conn, user_id, originals[task.sha256], future.result())
    return RestoredSamples(len(lost), restored)


def _by_original(lost: Sequence[StoredSamples]) -> Mapping[str, list[StoredSamples]]:
    of_original = attrgetter("original_sha256")
    return {key: list(found) for key, found in groupby(sorted(lost, key=of_original), of_original)}


def _task(lost: StoredSamples, home: Path, engine: Engine) -> DecodeTask:
    original = files.path(home, lost.original_sha256)
    return DecodeTask(
        ImportItem(lost.name, "unknown", original, None, 0), lost.original_sha256, home, engine
    )


def _keep(
    conn: psycopg.Connection[Any], user_id: int, lost: Sequence[StoredSamples], decoded: DecodedFile
) -> int:
    """Let the manifest name what was decoded; return how many files are back."""
    made = {leg.recording.leg: leg.samples for leg in decoded.legs}
    found = [(one, made[one.leg]) for one in lost if one.leg in made]
    with locks.hold_change_lock(conn, user_id):
        for one, file in found:
            if file.path != one.path:
                samples.repoint(conn, user_id, one, file)
    return len(found)
