"""Zones where they are used: ranges of heart rate in bpm, and training paces."""

from collections.abc import Mapping

from runningcoach.base import units
from runningcoach.base.i18n import t
from runningcoach.derive.pace_index import PaceIndex
from runningcoach.derive.zones import HrRange, hr_ranges, training_paces
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros
from runningcoach.store.benchmarks import BenchmarkDetail

CARDS = macros("cards")
FITNESS = macros("fitness")

type InForce = Mapping[str, BenchmarkDetail]


def bpm(zone: HrRange) -> str:
    """Write a range of heart rate; the last zone of an unknown maximum is open."""
    high = "" if zone.high_bpm is None else str(zone.high_bpm)
    return f"{zone.low_bpm}–{high} bpm"


def bpm_by_zone(in_force: InForce) -> dict[int, str]:
    """Return the ranges of heart rate in force, by zone 1 to 5; empty where not known."""
    return {zone.zone: bpm(zone) for zone in hr_ranges(in_force)}


def card(in_force: InForce, index: PaceIndex | None, width: int = 12) -> Piece:
    """Return zones of heart rate and training paces side by side, with what they rest on."""
    body = CARDS.columns((_hearts(in_force), _paces(index)))
    return page.card(t("pages.zones_in_force.title"), body, width=width, name="zones-in-force")


def _hearts(in_force: InForce) -> Piece:
    rows = [[t(f"pages.zones.z{zone.zone}"), bpm(zone)] for zone in hr_ranges(in_force)]
    head = [t("pages.zones_in_force.hr"), t("pages.zones_in_force.range")]
    highest = in_force.get("hrmax_bpm")
    return _table(head, rows, _basis(highest) if highest else "")


def _paces(index: PaceIndex | None) -> Piece:
    rows: list[list[Piece]] = [
        [t(f"pages.zones_in_force.paces.{one.zone}"), _pace(one.slow_mps, one.fast_mps)]
        for one in training_paces(index.value if index else None)
    ]
    head = [t("pages.zones_in_force.pace"), t("pages.zones_in_force.range")]
    return _table(head, rows, _pace_basis(index) if index else "")


def _pace(slow_mps: float, fast_mps: float) -> str:
    slow, fast = units.pace(slow_mps), units.pace(fast_mps)
    return f"{fast} /km" if slow == fast else f"{fast}–{slow} /km"


def _table(head: list[Piece], rows: list[list[Piece]], basis: str) -> Piece:
    if not rows or not basis:
        return page.paragraph(t("pages.zones_in_force.none"), "none")
    return FITNESS.zones(page.table(head, rows, name="tight"), basis)


def _pace_basis(index: PaceIndex) -> str:
    """Return what the paces rest on."""
    return t(
        "pages.zones_in_force.pace_basis",
        index=formatting.number(index.value, 1),
        evidence=t(f"planner.codes.basis.{index.evidence}"),
    )


def _basis(row: BenchmarkDetail) -> str:
    """Return what the zones of heart rate rest on, whose it is, and how sure."""
    return t(
        "pages.zones_in_force.basis",
        name=t(f"metrics.labels.{row.kind}"),
        value=f"{formatting.number(row.value)} bpm",
        source=t(f"metrics.sources.{row.source}"),
        confidence=t(f"pages.confidence.{row.confidence}"),
    )
