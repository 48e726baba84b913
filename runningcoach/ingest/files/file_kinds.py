"""What kind of file something is: by its name's ending, else by its first bytes."""

from collections.abc import Callable
from pathlib import PurePosixPath

from runningcoach.ingest.files import tars

type Kind = str
"""One of fit, tcx, gpx, json, csv, archive, unknown: the first guess, by name or first bytes."""

ACTIVITY_SUFFIXES = {".fit": "fit", ".tcx": "tcx", ".gpx": "gpx"}
SIDE_SUFFIXES = {".json": "json", ".csv": "csv"}


def kind_of(name: str, head: Callable[[], bytes]) -> Kind:
    """Return the kind by the name's ending; by the first bytes where the ending says nothing."""
    bare = PurePosixPath(name.lower().removesuffix(".gz"))
    by_name = ACTIVITY_SUFFIXES.get(bare.suffix) or SIDE_SUFFIXES.get(bare.suffix)
    if by_name is None:
        return "archive" if tars.is_tar_name(name.lower()) else sniff(head())
    if by_name in SIDE_SUFFIXES.values() and not is_side_file(bare.name):
        return "unknown"
    # A ".fit" of Garmin's website is a zip around the file; only real FIT data starts otherwise.
    return "archive" if by_name == "fit" and is_zip(head()) else by_name


def is_side_file(name: str) -> bool:
    """Return whether a JSON or CSV file is one of those that the account exports bring."""
    return name == "activities.csv" or any(mark in name for mark in SIDE_MARKS)


SIDE_MARKS = (
    "summarizedactivities", "_gear", "sleepdata", "udsfile", "userbiometrics", "healthstatusdata",
)  # fmt: skip


def sniff(head: bytes) -> Kind:
    """Return the kind that the first bytes of a file show."""
    if is_zip(head) or tars.is_tar_head(head):
        return "archive"
    if head[8:12] == b".FIT":
        return "fit"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"<"):
        return "unknown"
    if b"<TrainingCenterDatabase" in text:
        return "tcx"
    return "gpx" if b"<gpx" in text else "unknown"


def is_zip(head: bytes) -> bool:
    """Return whether the bytes begin like a zip archive (an empty one too)."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06")
