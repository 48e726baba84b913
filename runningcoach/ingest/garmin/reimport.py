"""Import the runner's own files again, after Garmin's better recordings were deleted."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest import file_rows
from runningcoach.ingest.exports.description_index import DescriptionIndex
from runningcoach.ingest.files import decoding, reader_pool
from runningcoach.ingest.files.archives import ImportItem
from runningcoach.ingest.files.decoding import DecodedFile, DecodeTask
from runningcoach.ingest.import_context import ImportContext
from runningcoach.store import garmin_purge, imports
from runningcoach.store.blobs import files
from runningcoach.store.garmin_purge import OtherSourceFile, PurgedActivity

log = logging.getLogger(__name__)


def reimport_files(
    conn: psycopg.Connection[Any],
    user_id: int,
    home: Path,
    touched: Sequence[PurgedActivity],
    index: DescriptionIndex,
) -> None:
    """Restore some activities from the runner's own recordings.

    Only recordings that share time with one of `touched` are imported: other skipped files may be
    of activities that the runner deleted. An unreadable original is left out.
    """
    zone = imports.home_zone(conn, user_id)
    in_use = [one.file_sha256 for one in touched]
    for own in garmin_purge.list_other_files(conn, user_id, in_use) if touched else ():
        decoded = _decoded(home, own)
        if decoded is not None and _is_of(decoded, touched):
            deleted = file_rows.deleted_legs(conn, user_id, own.sha256, decoded.legs)
            legs = frozenset(leg.recording.leg for leg in decoded.legs) - deleted
            context = ImportContext(
                own.name, own.sha256, own.lane, user_id, zone, home, again=True, legs=legs
            )
            file_rows.put_file(conn, context, decoded, index)


def _decoded(home: Path, own: OtherSourceFile) -> DecodedFile | None:
    item = ImportItem(own.name, "unknown", files.path(home, own.sha256), None, 0)
    task = DecodeTask(item, own.sha256, home)
    future = reader_pool.shared_pool().submit(decoding.decode_file, task)
    if error := future.exception():
        log.warning("an original cannot be read again", extra={"sha256": own.sha256, "why": error})
        return None
    return future.result()


def _is_of(decoded: DecodedFile, touched: Sequence[PurgedActivity]) -> bool:
    recordings = [leg.recording for leg in decoded.legs]
    return any(
        one.overlaps(recording.started_at, recording.summary.get("elapsed_s", 0.0))
        for recording in recordings
        for one in touched
    )
