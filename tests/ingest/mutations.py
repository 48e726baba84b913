"""Damaged files by the thousand: `python -m tests.ingest.mutations KIND COUNT SEED`.

Each is a file of the writer or of the corpus with bytes changed, cut, doubled or swapped, or with
numbers that cannot be; half of the FIT files have a right checksum all the same. Prints as JSON
what was wrong with what became of them, and what it took.
"""

import json
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from runningcoach.fit.write import seal
from runningcoach.ingest import activity_rows
from runningcoach.ingest.exports import description_index
from runningcoach.ingest.files import decoding, recording_rows
from runningcoach.ingest.files.archives import ImportItem
from runningcoach.ingest.files.bounds import FASTEST_MPS, FASTEST_OF_ALL_MPS, POSSIBLE, SLACK_M
from runningcoach.ingest.files.decoding import DecodedFile, DecodedLeg, DecodeTask
from runningcoach.ingest.import_context import ImportContext
from runningcoach.metrics import moving_time
from runningcoach.store import home as homes
from runningcoach.store.blobs import samples as stored_samples
from tests.ingest import build

LARGEST_BYTES = 60_000
"""Of a file that is damaged: many small ones find more than a few large ones."""
ODD_NUMBERS = (
    b"1e308", b"-1e308", b"NaN", b"Infinity", b"-1", b"0", b"99999999999999999999", b"1e-320",
    b"4294967295", b"2147483648", b"", b"1,5", b"0x10",
)  # fmt: skip
NUMBER = re.compile(rb"(?<=[>\"])-?\d+(?:\.\d+)?(?=[<\"])")
HOME = Path(tempfile.gettempdir()) / "no-file-is-written-here"


def originals(kind: str, corpus: Path) -> list[bytes]:
    """Return the sound files of a kind: ours, and the smaller ones of the corpus."""
    ours = {
        "fit": [build.fit(seconds=200), build.fit(legs=("swimming", "cycling", "running"))],
        "gpx": [build.gpx(seconds=900)],
        "tcx": [],
    }[kind]
    paths = sorted(corpus.rglob(f"*.{kind}")) if corpus.is_dir() else []
    return ours + [path.read_bytes() for path in paths if path.stat().st_size < LARGEST_BYTES]


def mutated(data: bytes, chance: random.Random, others: list[bytes], kind: str) -> bytes:
    """Return a file with one to three kinds of damage."""
    changed = bytearray(data)
    kinds = [flip, cut, double, drop, splice, *([number] * 4 if kind != "fit" else [extreme] * 3)]
    for damage in chance.choices(kinds, k=chance.randint(1, 3)):
        if changed:
            damage(changed, chance, others)
    is_fit = kind == "fit" and len(changed) > 40 and changed[0] == 14
    return seal(bytes(changed[14:-2])) if is_fit and chance.random() < 0.5 else bytes(changed)


def flip(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)


def extreme(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    for _ in range(chance.randint(1, 8)):
        place, width = chance.randrange(len(data)), chance.choice((1, 2, 4))
        value = chance.choice((b"\0", b"\xfe", b"\x7f", b"\x80"))
        data[place : place + width] = value * len(data[place : place + width])


def cut(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    del data[chance.randrange(len(data)) :]


def drop(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    place = chance.randrange(len(data))
    del data[place : place + chance.randint(1, 200)]


def double(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    place = chance.randrange(len(data))
    data[place:place] = data[place : place + chance.randint(1, 2000)] * chance.randint(1, 4)


def splice(data: bytearray, chance: random.Random, others: list[bytes]) -> None:
    other = chance.choice(others)
    place = chance.randrange(len(other) or 1)
    data[chance.randrange(len(data)) :] = other[place:]


def number(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    """Put numbers that cannot be in the place of some."""
    places = [match.span() for match in NUMBER.finditer(data)]
    for start, end in sorted(chance.sample(places, min(len(places), 12)), reverse=True):
        data[start:end] = chance.choice(ODD_NUMBERS)


def impossible(decoded: DecodedFile, rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what cannot be in the rows that a file would become."""
    for leg, row in zip(decoded.legs, rows, strict=True):
        yield from outside(row, "activity")
        yield from outside(asdict(leg.recording.stated), "stated")
        yield from too_far(row, is_sound=decoded.outcome == "ok")
        for lap in leg.recording.laps:
            yield from outside(asdict(lap), "lap")
        for name, value in asdict(leg.facts).items():
            if isinstance(value, float) and not np.isfinite(value):
                yield f"facts.{name} {value}"


def outside(row: dict[str, Any], what: str) -> Iterator[str]:
    for name, (least, most) in POSSIBLE.items():
        value = row.get(name)
        if value is not None and not least <= value <= most:
            yield f"{what}.{name} {value}"


def too_far(row: dict[str, Any], *, is_sound: bool) -> Iterator[str]:
    """Yield a distance that nobody goes in that time; in a damaged file, no sport at all."""
    of_sport = FASTEST_MPS.get(row["sport"], FASTEST_OF_ALL_MPS)
    fastest = of_sport if is_sound else max(of_sport, moving_time.FASTEST_MPS)
    seconds = max(row["elapsed_s"] or 0.0, row["timer_s"] or 0.0)
    if seconds and (row["distance_m"] or 0.0) > fastest * seconds + SLACK_M:
        yield f"activity.speed {row['distance_m']} m in {seconds} s, {row['sport']}"


class Recorder:
    """Stands in the place of the disk, and looks at the samples that would be written."""

    def __init__(self) -> None:
        self.odd: list[str] = []

    def write(self, home: Path, samples: Any, started_at: Any, stem: str) -> Any:
        for name, values in samples.items():
            least, most = POSSIBLE.get(name, (-np.inf, np.inf))
            known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
            if len(known) and not (least <= known.min() and known.max() <= most):
                self.odd.append(f"samples.{name} {known.min()} {known.max()}")
        return WRITE(home, samples, started_at, stem)


WRITE = stored_samples.write


def tried(data: bytes, name: str, disk: Recorder) -> tuple[str, list[str]]:
    """Return what became of a file, and what is wrong with that."""
    disk.odd = []
    task = DecodeTask(ImportItem(name, "unknown", HOME, None, len(data)), "0" * 64, HOME)
    try:
        decoded = decoding.decode(data, task)
        rows = [row_of(leg, decoded, name) for leg in decoded.legs]
    except Exception:
        return "crash", [traceback.format_exc(limit=-3)]
    return decoded.outcome, [*impossible(decoded, rows), *disk.odd]


def row_of(leg: DecodedLeg, decoded: DecodedFile, name: str) -> dict[str, Any]:
    row = activity_rows.build_activity_row(
        leg, ImportContext(name, "0" * 64, "file", 1, "UTC", HOME), decoded, NOTHING_BESIDE
    )
    for lap in leg.recording.laps:
        recording_rows.lap_row(lap)
    return row


NOTHING_BESIDE = description_index.build_index([])


def run(kind: str, count: int, seed: int, corpus: Path) -> dict[str, Any]:
    """Damage so many files, read them, and return what is to be told."""
    homes.put = lambda path, data: None
    decoding.files.put = lambda home, data, sha256: HOME
    disk = Recorder()
    decoding.samples.write = disk.write
    found = originals(kind, corpus)
    outcomes: Counter[str] = Counter()
    wrong: list[dict[str, Any]] = []
    slowest_s = 0.0
    for number_ in range(count):
        chance = random.Random(f"{kind} {seed} {number_}")
        data = mutated(chance.choice(found), chance, found, kind)
        began = time.process_time()
        outcome, said = tried(data, f"{number_}.{kind}", disk)
        took_s = time.process_time() - began
        slowest_s = max(slowest_s, took_s)
        outcomes[outcome] += 1
        if said:
            wrong.append({"number": number_, "outcome": outcome, "said": said[:3]})
    # The peak of this process alone; getrusage remembers that of the one that started it.
    most_kb = int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0])
    return {
        "outcomes": outcomes, "wrong": wrong, "slowest_s": slowest_s, "memory_mb": most_kb / 1024,
        "cpu_s": time.process_time(),
    }  # fmt: skip


if __name__ == "__main__":
    kind_, count_, seed_, corpus_ = sys.argv[1:]
    json.dump(run(kind_, int(count_), int(seed_), Path(corpus_)), sys.stdout)
