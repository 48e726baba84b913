"""Progress and report of an import."""

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from runningcoach.base import i18n

QUIET = {"imported", "salvaged", "known", "facts", "ignored", "unpacked"}
"""Outcomes that need no line of their own: nothing was left out that the runner may miss."""

MOST_LINES = 200
MOST_ALIKE = 3
"""Files that were left out for one reason have a line each up to so many, else one together."""
ROWS = (
    "typed_in", "known", "duplicate", "deleted", "named", "file_missing", "no_date", "no_time",
    "future", "too_many", "no_id", "no_sport",
)  # fmt: skip
"""What rows of account tables became, in the order of the report."""
REPLACED = "better_recording"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """Outcome of the import of one file."""

    name: str
    outcome: str
    sha256: str | None = None
    reason_code: str | None = None
    reason: str | None = None
    activity_ids: tuple[int, ...] = ()
    replaced: tuple[str, ...] = ()
    """SHA-256 of the files whose recordings this one replaced."""
    has_remarks: bool = False
    """Whether something in it was left out or corrected; its activities hold the remarks."""
    is_stored: bool = True
    """Whether its bytes are stored; those of a file in quarantine may not fit there."""

    def why(self, language: str | None = None) -> str:
        """Return the reason in the reader's language, and a note where the bytes are not stored."""
        codes = [self.reason_code, None if self.is_stored else "not_kept"]
        return " ".join(reason_text(code, language) for code in codes if code)


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """Progress of an import: files and bytes read, of how many, and seconds since its start."""

    files_read: int
    total: int
    bytes_read: int
    bytes_total: int
    seconds: float
    name: str

    @property
    def files_per_s(self) -> float:
        """Files in a second, on average so far."""
        return self.files_read / self.seconds if self.seconds > 0 else 0.0

    @property
    def eta_s(self) -> float | None:
        """Estimated seconds left; None before anything is read."""
        if not self.bytes_read:
            return None
        return (self.bytes_total - self.bytes_read) * self.seconds / self.bytes_read


@dataclass(slots=True)
class ImportReport:
    """Report of an import: an outcome for every file, and its duration."""

    files: list[FileOutcome] = field(default_factory=list)
    seconds: float = 0.0
    described: int = 0
    rows: Counter[str] = field(default_factory=Counter[str])
    """How many rows of account tables became what, and how many activities have no sport."""
    typed_in: list[int] = field(default_factory=list[int])

    def add(self, outcome: FileOutcome) -> None:
        """Add the outcome of a file; files that it replaced become duplicates."""
        self.files.append(outcome)
        for sha256 in outcome.replaced:
            self._mark_replaced(sha256, outcome.name)

    def _mark_replaced(self, sha256: str, by: str) -> None:
        reason = stored_reason(REPLACED, [by])
        for place, file in enumerate(self.files):
            if file.sha256 == sha256 and file.outcome in ("imported", "salvaged"):
                self.files[place] = replace(
                    file, outcome="duplicate", reason_code=REPLACED, reason=reason
                )

    @property
    def counts(self) -> Counter[str]:
        """How many files had each outcome."""
        return Counter(file.outcome for file in self.files)

    @property
    def activity_ids(self) -> list[int]:
        """The activities that came in or changed, in the order of the files."""
        of_files = (one for file in self.files for one in file.activity_ids)
        return list(dict.fromkeys([*of_files, *self.typed_in]))

    @property
    def left_out(self) -> list[FileOutcome]:
        """The files that gave no activity though they may have been meant to."""
        return [file for file in self.files if file.outcome not in QUIET]

    def __str__(self) -> str:
        lines = [self._summary(), *self._totals(), *self._notes()]
        lines += [f"  {': '.join(cells[:2])}. {cells[2]}".rstrip() for cells in self._table_rows()]
        return "\n".join(lines + self._overflow_note())

    def _repr_html_(self) -> str:
        totals = "".join(f"<li>{html.escape(line.strip())}</li>" for line in self._totals())
        rows = "".join(_html_row(cells) for cells in self._table_rows())
        head = _html_row([i18n.t(f"ingest.report.column_{c}") for c in COLUMNS], "th")
        table = f"<table>{head}{rows}</table>" if rows else ""
        notes = "".join(
            f"<p>{html.escape(note)}</p>" for note in self._notes() + self._overflow_note()
        )
        title = html.escape(self._summary())
        return f"<div><strong>{title}</strong><ul>{totals}</ul>{table}{notes}</div>"

    def _summary(self) -> str:
        summary = i18n.t(
            "ingest.report.summary", files=len(self.files), seconds=f"{self.seconds:.1f}"
        )
        return f"{i18n.t('ingest.report.title')}: {summary}"

    def _totals(self) -> list[str]:
        return [
            f"  {count:6d}  {i18n.t(f'ingest.outcomes.{outcome}')}"
            for outcome, count in self.counts.most_common()
        ]

    def _notes(self) -> list[str]:
        remarks = sum(file.has_remarks for file in self.files if file.outcome == "imported")
        counts = {"described": self.described, "remarks": remarks}
        counts |= {name: self.rows[name] for name in ROWS}
        return [
            i18n.t(f"ingest.report.{name}", count=count) for name, count in counts.items() if count
        ]

    def _table_rows(self) -> list[list[str]]:
        return [_cells(files) for files in self._groups()[:MOST_LINES]]

    def _groups(self) -> list[list[FileOutcome]]:
        """Return the files that miss something or all, those of one outcome and reason together."""
        groups: dict[tuple[str, str | None, bool], list[FileOutcome]] = {}
        damaged = [file for file in self.files if file.outcome == "salvaged"]
        for file in self.left_out + damaged:
            groups.setdefault((file.outcome, file.reason_code, file.is_stored), []).append(file)
        return [
            part
            for files in groups.values()
            for part in ([files] if len(files) > MOST_ALIKE else [[file] for file in files])
        ]

    def _overflow_note(self) -> list[str]:
        more = len(self._groups()) - MOST_LINES
        return [i18n.t("ingest.report.more", count=more)] if more > 0 else []


COLUMNS = ("file", "outcome", "reason")


def reason_text(code: str, language: str | None = None) -> str:
    """Return the sentence for a reason code; the code itself where no sentence is written."""
    try:
        return i18n.t(f"ingest.reasons.{code}", language)
    except KeyError:
        return code


def stored_reason(code: str, details: Sequence[str] = ()) -> str:
    """Return the reason in the stored form: the English sentence and its details."""
    detail_text = "; ".join(detail for detail in details if detail).replace("\0", "")
    return f"{reason_text(code, 'en')} ({detail_text})" if detail_text else reason_text(code, "en")


def decoder_reason(code: str, reasons: Sequence[str]) -> str:
    """Return the decoder's sentences about a file, or the sentence of the reason code."""
    return " ".join(reasons).replace("\0", "") or reason_text(code, "en")


def _cells(files: Sequence[FileOutcome]) -> list[str]:
    """Return name, outcome and reason of a file, or of many that share both."""
    first = files[0]
    name = first.name
    if len(files) > 1:
        name = i18n.t("ingest.report.alike", name=first.name, count=len(files) - 1)
    return [name, i18n.t(f"ingest.outcomes.{first.outcome}"), first.why()]


def _html_row(cells: Sequence[Any], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(str(cell))}</{tag}>' for cell in cells)}</tr>"
