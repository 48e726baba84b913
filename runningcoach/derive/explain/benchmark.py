"""How a benchmark of the athlete was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from runningcoach.derive.benchmarks import DAYS_A_YEAR
from runningcoach.derive.explain.formulas import FORMULAS
from runningcoach.derive.explain.parts import Account, Part, of_benchmark
from runningcoach.metrics import catalogue
from runningcoach.model.benchmark import BenchmarkKind
from runningcoach.store.benchmarks import BenchmarkDetail

RESTS_ON: dict[str, tuple[tuple[BenchmarkKind, str], ...]] = {
    "lthr_bpm": (("hrmax_bpm", "bpm"),),
    "vt1_bpm": (("hrmax_bpm", "bpm"),),
    "vt2_bpm": (("lthr_bpm", "bpm"),),
    "critical_speed_mps": (("reserve_m", "m"),),
    "reserve_m": (("critical_speed_mps", "m/s"),),
    **{f"hr_zone_{k}_bpm": (("hrmax_bpm", "bpm"),) for k in range(1, 6)},
}
"""From which other benchmarks each is made, with their units."""
UNITS = {"bpm": "bpm", "mps": "m/s", "m": "m", "days": "days"}


@dataclass(frozen=True)
class Subject:
    """A kind on a day: the row that counts, all that count, Garmin's row, the birth date."""

    kind: str
    rows: Mapping[str, BenchmarkDetail]
    garmin: BenchmarkDetail | None = None
    birth_date: date | None = None

    @property
    def row(self) -> BenchmarkDetail | None:
        """The row in force."""
        return self.rows.get(self.kind)


def account(of: Subject) -> Account:
    """Return how the value in force was found."""
    row = of.row
    if row is None:
        return Account(why_not="no_benchmark_yet")
    garmin = _garmins(row, of.garmin)
    if row.source in ("user", "garmin"):
        given = Part(f"given_by_{row.source}", row.value, _unit(row.kind), row.source)
        return Account([given], f"benchmark.given_by_{row.source}", garmin)
    return Account([*_evidence(row), *_basis(of)], formula_of(row), garmin)


def _garmins(row: BenchmarkDetail, garmin: BenchmarkDetail | None) -> Part | None:
    """Return Garmin's value where another's counts."""
    if garmin is None or row.source == "garmin":
        return None
    return Part(row.kind, garmin.value, _unit(row.kind), "garmin")


def _unit(kind: str) -> str:
    return catalogue.named(kind)["benchmark"].unit


def formula_of(row: BenchmarkDetail) -> str:
    """Return the key of the formula of a row: by its algorithm where that has one."""
    stem = (row.algorithm or "").rpartition(".")[0]
    return stem if stem in FORMULAS else f"benchmark.{row.kind}"


def _basis(of: Subject) -> list[Part]:
    row = of.row
    named = set(row.evidence) if row else set[str]()
    parts = [
        of_benchmark(of.rows, kind, unit)
        for kind, unit in RESTS_ON.get(of.kind, ())
        if kind not in named
    ]
    if row and row.algorithm and row.algorithm.startswith("hrmax.prior") and of.birth_date:
        age = (row.valid_from - of.birth_date).days / DAYS_A_YEAR
        parts.append(Part("age_years", age, "", "runner"))
    return parts


def _evidence(row: BenchmarkDetail) -> list[Part]:
    return [_piece(name, value) for name, value in row.evidence.items()]


def _piece(name: str, value: Any) -> Part:
    unit = UNITS.get(name.rpartition("_")[2], "")
    if isinstance(value, bool):
        return Part(name, "yes" if value else "no", "", "evidence")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Part(name, "; ".join(f"{one:g}" for one in value), unit, "evidence")
    return Part(name, value, unit, "evidence")
