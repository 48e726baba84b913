"""Decode one file in a worker process: no database, no pandas, no web.

The arrays stay here: samples go to their Parquet file, the original to its place by hash, and
what returns is small.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from runningcoach.base import i18n
from runningcoach.ingest.files import readers, recording_rows
from runningcoach.ingest.files.archives import ImportItem
from runningcoach.ingest.files.readers import ReadFile, Recording
from runningcoach.ingest.files.sport_choice import Sport, with_sport
from runningcoach.metrics import activity
from runningcoach.metrics.activity import Facts
from runningcoach.metrics.totals import Stated
from runningcoach.store import facts
from runningcoach.store.blobs import files, samples
from runningcoach.store.blobs.samples import SampleFile

type Engine = Literal["numpy", "fitparse"]


@dataclass(frozen=True, slots=True)
class DecodeTask:
    """A file to decode: where it is, its hash, and the home that its parts go to.

    `sport` is for recordings that state none.
    """

    item: ImportItem
    sha256: str
    home: Path
    engine: Engine = "numpy"
    sport: Sport | None = None


@dataclass(frozen=True, slots=True)
class DecodedLeg:
    """One recording of a file, without its arrays; its summary and pauses are those decided."""

    recording: Recording
    position: tuple[float, float] | None
    facts: Facts
    samples: SampleFile


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """The result of decoding a file."""

    kind: str
    outcome: str
    reason_code: str | None
    reasons: tuple[str, ...]
    size_bytes: int
    legs: tuple[DecodedLeg, ...] = ()


def decode_file(task: DecodeTask) -> DecodedFile:
    """Read, decode and keep the parts of one file."""
    return decode(task.item.read(), task)


def decode(data: bytes, task: DecodeTask) -> DecodedFile:
    """Decode bytes that were read already, and keep their parts."""
    with i18n.speaking("en"):  # what is kept does not depend on who imports
        read = readers.read(data, task.item.name, task.engine)
    if read.outcome == "unreadable":
        return _decoded_file(read, data, ())
    with ThreadPoolExecutor(1) as aside:  # writing waits for the disk, measuring does not
        writing = aside.submit(files.put, task.home, data, task.sha256)
        recordings = (with_sport(recording, task.sport) for recording in read.recordings)
        legs = [_decode_leg(recording, task, read.kind) for recording in recordings]
        writing.result()
    return _decoded_file(read, data, tuple(legs))


def _decoded_file(read: ReadFile, data: bytes, legs: tuple[DecodedLeg, ...]) -> DecodedFile:
    return DecodedFile(read.kind, read.outcome, read.reason_code, read.reasons, len(data), legs)


def _decode_leg(recording: Recording, task: DecodeTask, kind: str) -> DecodedLeg:
    stated = stated_of(recording)
    measured = activity.measure_recording(
        recording.samples,
        recording.pauses,
        stated,
        sport=recording.sport,
        treadmill=recording.is_treadmill,
        barometric=kind == "fit",
    )
    stem = samples.stem(task.sha256, recording.leg)
    decided = facts.totals_row(stated, measured)
    return DecodedLeg(
        recording=replace(
            recording,
            samples={},
            rr_ms=None,
            stated=stated,
            pauses=measured.totals.pauses,
            summary=recording.summary | decided,
        ),
        position=recording_rows.start_position(recording),
        facts=measured.facts,
        samples=samples.write(task.home, recording.samples, recording.started_at, stem),
    )


def stated_of(recording: Recording) -> Stated:
    """Return what the file states of totals and averages."""
    averages = {name: recording.summary.get(name) for name in facts.AVERAGES}
    return replace(recording.stated, **averages)
