"""Restore missing or damaged sample files from the stored originals."""

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
    """Number of missing or damaged sample files, and of those restored."""

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
    """Decode the originals of lost sample files again and write the sample files.

    Activities keep their ids and values. Where a newer decoder reads other samples, the manifest
    is changed to the new file. Samples of a missing or damaged original stay lost.
    """
    manifest = samples.manifest(conn, user_id)
    lost = [one for one in manifest if not samples.is_intact(home, one.path, one.sha256)]
    originals = _by_original(lost)
    tasks = (_task(manifests[0], home, engine) for manifests in originals.values())
    restored = 0
    for task, future in executors.in_order(decoding.decode_file, tasks, workers, executor):
        if error := future.exception():
            log.warning("samples cannot be made again", extra={"sha256": task.sha256, "why": error})
        else:
            restored += _repoint(conn, user_id, originals[task.sha256], future.result())
    return RestoredSamples(len(lost), restored)


def _by_original(lost: Sequence[StoredSamples]) -> Mapping[str, list[StoredSamples]]:
    of_original = attrgetter("original_sha256")
    return {key: list(group) for key, group in groupby(sorted(lost, key=of_original), of_original)}


def _task(lost: StoredSamples, home: Path, engine: Engine) -> DecodeTask:
    original = files.path(home, lost.original_sha256)
    return DecodeTask(
        ImportItem(lost.name, "unknown", original, None, 0), lost.original_sha256, home, engine
    )


def _repoint(
    conn: psycopg.Connection[Any], user_id: int, lost: Sequence[StoredSamples], decoded: DecodedFile
) -> int:
    """Point the manifest to the decoded files; return the number of restored ones."""
    samples_by_leg = {leg.recording.leg: leg.samples for leg in decoded.legs}
    restored = [(one, samples_by_leg[one.leg]) for one in lost if one.leg in samples_by_leg]
    with locks.hold_change_lock(conn, user_id):
        for one, file in restored:
            if file.path != one.path:
                samples.repoint(conn, user_id, one, file)
    return len(restored)
