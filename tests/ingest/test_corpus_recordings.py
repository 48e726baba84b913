"""Every file of the corpus gets an outcome, and the totals of runs are those of their devices.

Expected totals are read from a file's own session messages by fitdecode, and from a TCX file's
laps by a search in its text; nothing of ours takes part in them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runningcoach.ingest.files.readers import Recording, read
from tests.fit.corpus import SUFFIXES, content, corpus_files, stated_messages
from tests.ingest.build import decided, decided_by_samples

SHARE = 0.005
SAMPLING_S = 2.0
HALF_A_BEAT = 0.5

DIFFERENT: dict[tuple[str, str], str] = {}
"""Runs whose samples do not add up to their own session: (file, total) -> reason. None so far."""


@pytest.mark.parametrize("path", corpus_files(*SUFFIXES), ids=lambda path: path.name)
def test_every_file_gets_an_outcome(path: Path) -> None:
    file = read(content(path), path.name)
    assert file.kind == path.name.lower().removesuffix(".gz").rpartition(".")[2]
    assert bool(file.recordings) == (file.outcome in ("ok", "salvaged"))
    assert (file.outcome == "ok") == (not file.reasons) == (file.reason_code is None)
    for number, recording in enumerate(file.recordings):
        assert recording.leg == number
        assert_form(recording)


def assert_form(recording: Recording) -> None:
    samples = recording.samples
    assert samples["t_s"].dtype == np.int32
    assert len(samples["t_s"]) > 0
    assert samples["t_s"][0] >= 0
    assert (np.diff(samples["t_s"]) >= 0).all()
    for name, values in samples.items():
        assert len(values) == len(samples["t_s"])
        assert name == "t_s" or (values.dtype == np.float64 and not np.isnan(values).all())
    assert recording.started_at.tzinfo is not None
    assert all(np.isfinite(value) for value in recording.summary.values())
    assert all(0 <= begin < end for begin, end in recording.pauses)
    assert recording.has_gps == ("latitude_deg" in samples)


# Runs ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One run of an intact file, beside what fitdecode reads in the file itself."""

    name: str
    recording: Recording
    session: dict[str, Any]
    legs: int
    laps_of_legs: int
    laps_in_file: int


TOTALS = (
    ("distance_m", "total_distance", 0.0),
    ("timer_s", "total_timer_time", SAMPLING_S),
    ("average_hr_bpm", "avg_heart_rate", HALF_A_BEAT),
)


@pytest.fixture(scope="module")
def runs(fit_corpus: Path) -> list[Run]:
    paths = (path for path in sorted(fit_corpus.rglob("*")) if is_fit(path))
    found = [run for path in paths for run in runs_of(path)]
    if not found:
        pytest.skip("no intact run in the corpus")
    return found


def is_fit(path: Path) -> bool:
    return path.name.lower().endswith((".fit", ".fit.gz"))


def runs_of(path: Path) -> Iterator[Run]:
    file = read(content(path), path.name)
    if file.outcome != "ok" or not any(r.sport == "running" for r in file.recordings):
        return
    stated = stated_messages(path)
    sessions = {s["start_time"]: s for name, s in stated if name == "session" and "start_time" in s}
    legs = file.recordings
    assert len(legs) == max(len(sessions), 1), path.name
    for recording, start in zip(legs, sorted(sessions), strict=False):
        if recording.sport == "running":
            laps = sum(len(leg.laps) for leg in legs)
            written = sum(name == "lap" for name, _ in stated)
            yield Run(path.name, recording, sessions[start], len(legs), laps, written)


@pytest.mark.deep
def test_totals_are_those_of_the_session(runs: list[Run]) -> None:
    differing = [
        (run.name, ours, decided(run.recording).get(ours), run.session[theirs])
        for run in runs
        for ours, theirs, _ in TOTALS
        if run.session.get(theirs)
        and decided(run.recording).get(ours) != pytest.approx(run.session[theirs], rel=SHARE)
    ]
    assert differing == []


@pytest.mark.deep
def test_ascent_is_that_of_the_session(runs: list[Run]) -> None:
    differing = [
        (run.name, decided(run.recording).get("ascent_m"), run.session["total_ascent"])
        for run in runs
        if run.session.get("total_ascent")
        and decided(run.recording).get("ascent_m")
        != pytest.approx(run.session["total_ascent"], rel=SHARE, abs=1)
    ]
    assert differing == []


@pytest.mark.deep
def test_laps_are_those_of_the_file(runs: list[Run]) -> None:
    assert [run.name for run in runs if run.laps_of_legs != run.laps_in_file] == []
    stated = [run for run in runs if run.legs == 1 and run.session.get("num_laps")]
    assert [r.name for r in stated if len(r.recording.laps) != r.session["num_laps"]] == []


@pytest.mark.deep
def test_samples_add_up_to_the_session(runs: list[Run]) -> None:
    differing = [(run.name, total) for run in runs for total in not_adding_up(run)]
    assert [which for which in differing if which not in DIFFERENT] == []


def not_adding_up(run: Run) -> list[str]:
    from_samples = counted(run.recording)
    return [
        ours
        for ours, theirs, slack in TOTALS
        if (stated := run.session.get(theirs))
        and abs((from_samples.get(ours) or 0.0) - stated) > SHARE * stated + slack
    ]


def counted(recording: Recording) -> dict[str, Any]:
    """Return what the samples say alone; the distance as their counter ends, where they have one.

    What is decided without a session leaves out what the counter made in pauses.
    """
    totals = decided_by_samples(recording)
    counter = recording.samples.get("distance_m")
    return totals if counter is None else totals | {"distance_m": float(np.nanmax(counter))}


@pytest.fixture(scope="module")
def tcx_runs(fit_corpus: Path) -> list[tuple[str, Recording, list[str]]]:
    """Return each TCX file of one run: name, recording, and the text of its laps."""
    found = []
    for path in sorted(fit_corpus.rglob("*.tcx")):
        text = content(path).decode("utf-8", "replace")
        if 'Activity Sport="Running"' in text and text.count("<Activity ") == 1:
            (recording,) = read(content(path), path.name).recordings
            found.append((path.name, recording, re.split(r"<Lap\b", text)[1:]))
    if not found:
        pytest.skip("no run as TCX in the corpus")
    return found


def test_totals_of_tcx_runs_are_those_of_their_laps(tcx_runs) -> None:
    for name, recording, laps in tcx_runs:
        assert len(recording.laps) == len(laps), name
        for ours, tag in (
            ("laps_timer_s", "TotalTimeSeconds"),
            ("laps_distance_m", "DistanceMeters"),
        ):
            expected = sum(first_number(lap, tag) for lap in laps)
            if expected:
                assert getattr(recording.stated, ours) == pytest.approx(expected, rel=SHARE), name


def first_number(lap: str, tag: str) -> float:
    """Return a lap's own number: the first in its text, which stands before its track."""
    found = re.search(rf"<{tag}>\s*([\d.]+)", lap.partition("<Track>")[0])
    return float(found[1]) if found else 0.0
