"""The tile of an activity's laps: bars and a table."""

from collections.abc import Sequence

import pandas as pd

from runningcoach.base import units
from runningcoach.base.i18n import t
from runningcoach.derive.laps import lap_places_m, lap_speed_mps
from runningcoach.model.activity import Lap
from runningcoach.pages import formatting, page
from runningcoach.pages.charts import activity as charts
from runningcoach.pages.markup import Piece
from runningcoach.pages.tiles import common


def card(rows: Sequence[Lap], width: int = 7, sport: str = "running") -> Piece:
    """Return the laps as bars and as a table."""
    if not rows:
        return ""
    head = [
        t(f"pages.columns.{name}")
        for name in ("lap", "distance", "time", "speed", "heart_rate", "cadence", "gain")
    ]
    drawing = _lap_chart(rows)
    table = page.table(
        head, [_lap(i, r, sport) for i, r in enumerate(rows, start=1)], name="tight laps"
    )
    return page.card(t("pages.activity.laps"), drawing, table, width=width, aside=str(len(rows)))


def _lap_chart(rows: Sequence[Lap]) -> Piece:
    table = [
        {
            "lap": number,
            "from_km": round(units.km(begin), 3),
            "to_km": round(units.km(end), 3),
            "speed_kmh": round(units.kmh(speed), 2),
            "pace": units.pace(speed),
            "average_hr_bpm": row.average_hr_bpm,
        }
        for number, (row, (begin, end)) in enumerate(
            zip(rows, lap_places_m(rows), strict=True), start=1
        )
        if (speed := lap_speed_mps(row)) is not None
    ]
    if len(table) < 2:
        return ""
    return page.chart(charts.laps(pd.DataFrame(table), 130), t("pages.activity.laps"))


def _lap(number: int, row: Lap, sport: str) -> list[Piece]:
    return [
        str(number),
        f"{formatting.km(row.distance_m)} km",
        units.clock(row.timer_s or row.elapsed_s),
        common.with_unit(*common.speed(sport, lap_speed_mps(row))),
        formatting.number(row.average_hr_bpm),
        formatting.number(row.average_cadence_spm),
        formatting.number(row.ascent_m),
    ]
