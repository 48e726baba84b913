"""Read any activity file. The content decides its kind, not the name."""

import numpy as np

from runningcoach.fit.decode import Engine
from runningcoach.fit.problems import problem
from runningcoach.ingest.files.fit_recordings import read_fit
from runningcoach.ingest.files.recordings import (
    Device,
    Kind,
    Outcome,
    Pauses,
    ReadFile,
    RecordedLap,
    Recording,
    Samples,
)
from runningcoach.ingest.files.tcx_gpx import read_gpx, read_tcx

__all__ = [
    "Device",
    "Kind",
    "Outcome",
    "Pauses",
    "ReadFile",
    "RecordedLap",
    "Recording",
    "Samples",
    "read",
]

_FIT_SIGNATURE = slice(8, 12)
_HEAD_BYTES = 4096
_MARKS = {
    "gpx": (b"<gpx",),
    "tcx": (b"<trainingcenterdatabase",),
    "html": (b"<!doctype html", b"<html"),
}


@np.errstate(all="ignore")  # damaged files hold any number, also such as overflow
def read(data: bytes, name: str, engine: Engine = "numpy") -> ReadFile:
    """Return the recordings of a FIT, TCX or GPX file, or the reason why there are none."""
    kind = _sniff_kind(data, name)
    if kind == "fit":
        return read_fit(data, engine, name)
    if kind == "gpx":
        return read_gpx(data, name)
    if kind == "tcx":
        return read_tcx(data, name)
    return ReadFile("unknown", "unreadable", kind, (problem(0, kind).text,))


def _sniff_kind(data: bytes, name: str) -> str:
    """Return the kind of file, or the code of the reason why it is none of ours."""
    if not data.strip(b"\0 \t\r\n"):
        return "empty"
    if data[_FIT_SIGNATURE] == b".FIT":
        return "fit"
    if data.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        return "zip"
    head = data[:_HEAD_BYTES].replace(b"\0", b"").lower()
    for kind, marks in _MARKS.items():
        if any(mark in head for mark in marks):
            return kind
    return "fit" if name.lower().endswith(".fit") else "unknown_format"
