"""One value everywhere: list, page, panel, API, report and notebook say the same of a number.

A season of the made-up runner and small recordings of other sports lie in one database. Panel
and API are asked over HTTP, notebooks by `rc`, the cards of pages and reports are drawn. Each
view writes a quantity in its own way; here every view's number is brought to the words that the
page shows, by formats of this file, and all words must be equal.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from markupsafe import Markup
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient

from runningcoach import jobs
from runningcoach.api.app import create_app
from runningcoach.base import i18n, periods
from runningcoach.base.settings import Settings
from runningcoach.coach.plans.athlete import load_paces
from runningcoach.derive import pace_index
from runningcoach.model.user import User
from runningcoach.pages.tiles import activity as activity_tiles
from runningcoach.pages.tiles import common, frames, readiness, summary, trends
from runningcoach.pages.tiles import fitness as fitness_tiles
from runningcoach.store import (
    activities,
    activity_totals,
    benchmarks,
    database,
    fitness,
    health,
    race_predictions,
)
from runningcoach.store.database import migrate
from runningcoach.store.workbench import Workbench
from tests.api.conftest import with_session
from tests.conftest import SHARED, corpus_folder
from tests.derive.demo import UNTIL, season

CASES = (
    ("ascent_shown", "*.fit"), ("swim_strength_time", "*.fit"), ("week_mixes_sports", "*.zip"),
)  # fmt: skip
MINUS = "−"


class Life(NamedTuple):
    """A runner with a season and a few other sports, and the ways to look at it."""

    conn: psycopg.Connection[Any]
    user: User
    today: date
    client: TestClient
    rc: Workbench

    def get(self, path: str, **query: object) -> Any:
        """Return what the API answers."""
        answer = self.client.get(f"/api/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def panel(self, metric: str, **subject: object) -> float | None:
        """Return the value that the panel explains."""
        return self.get(f"/metrics/explain/{metric}", **subject)["value"]

    def notebook(self, query: str) -> list[dict[str, Any]]:
        """Return the rows that a notebook sees."""
        return self.rc.sql(query).to_dict("records")


@pytest.fixture(scope="module")
def life(server, clone, tmp_path_factory) -> Iterator[Life]:
    cases = corpus_folder("RC_CASES", SHARED / "cases")
    folder: Path = tmp_path_factory.mktemp("life")
    with season(clone, folder, years=0.4) as found:
        paths = [path for case, kind in CASES for path in sorted((cases / case).glob(kind))]
        jobs.take_files(found.conn, found.user.id, paths, home=folder / "home")
        url = make_conninfo(server.url, dbname=found.conn.info.dbname)
        app = create_app(Settings(database_url=url, home=folder / "home"))
        password = database.notebook_password_file(server.home).read_text()
        migrate.ensure_notebook_role(url, password)
        rc = Workbench(found.user.id, folder / "home", database.as_notebook_role(url, password))
        with TestClient(app):
            yield Life(found.conn, found.user, UNTIL, with_session(app, found.conn, found.user), rc)


@pytest.fixture(autouse=True)
def _korean():
    with i18n.speaking("ko"):
        yield


class Views:
    """What each view says of each quantity of one subject."""

    def __init__(self) -> None:
        self.said: dict[str, dict[str, str]] = defaultdict(dict)

    def say(self, view: str, **words: str | None) -> None:
        for quantity, text in words.items():
            if text is not None:
                self.said[quantity][view] = text

    def differences(self) -> dict[str, dict[str, str]]:
        return {q: views for q, views in self.said.items() if len(set(views.values())) > 1}


def words(markup: object) -> str:
    """Return a cell's or a number's text: without tags, spaces closed up."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", str(markup))).split())


def stats(card: Markup) -> dict[str, str]:
    """Return the numbers of a card by the metric that they are explained by, else their name."""
    found = {}
    for part in re.split(r'<div class="stat(?: missing)?"', str(card))[1:]:
        figure = re.search(r"<b>(.*?)</b><small>(.*?)</small>", part)
        name = re.search(r'data-explain="(\w+)"', part)
        label = re.search(r'<div class="label">(.*?)<(?:button|/div)', part)
        assert figure
        assert label
        key = name.group(1) if name else words(label.group(1))
        found[key] = words(f"{figure.group(1)} {figure.group(2)}")
    return found


def rows(card: Markup) -> list[list[str]]:
    """Return the lines of a card's tables, cell by cell."""
    lines = re.findall(r"<tr>(.*?)</tr>", str(card).replace("\n", ""))
    return [[words(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line)] for line in lines]


# Formats of this file's own: what the pages show of a number.


def clock(seconds: float) -> str:
    minutes, secs = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def spell(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours:,}시간 {minutes:02d}분" if hours else f"{minutes}분"


def plain(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}"


def signed(value: float, digits: int = 0) -> str:
    text = f"{value:+,.{digits}f}"
    return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text.replace("-", MINUS)


def maybe(value: float | None, write: Callable[[float], str]) -> str:
    return "–" if value is None or value != value else write(value)


def zone_times(seconds: Iterable[float] | None) -> str:
    return "–" if seconds is None else ";".join(clock(s) for s in seconds) or "–"


def climb(metres: float | None) -> str:
    return maybe(metres, lambda v: f"{plain(v)} m")


def speed(sport: str, metres: float | None, seconds: float | None) -> str:
    if not metres or not seconds or sport == "training":
        return "–"
    if sport == "running":
        return f"{clock(1000 * seconds / metres)} /km"
    if sport == "swimming":
        return f"{clock(100 * seconds / metres)} /100 m"
    return f"{3.6 * metres / seconds:.1f} km/h"


# Activities ------------------------------------------------------------------------------------


def of_numbers(activity: Mapping[str, Any], metrics: Mapping[str, Any]) -> dict[str, str]:
    """Return what a view of plain numbers says of an activity, in words."""
    seconds, metres = metrics["moving_s"], activity["distance_m"]
    return {
        "distance": maybe(metres, lambda v: f"{v / 1000:.2f} km"),
        "time": clock(seconds),
        "speed": speed(activity["sport"], metres, seconds),
        "heart_rate": maybe(activity["average_hr_bpm"], lambda v: f"{plain(v)} bpm"),
        "ascent": climb(activity["ascent_m"]),
        "climb": climb(metrics["elevation_gain_m"]),
        "load": maybe(metrics["load"], plain),
        "load_source": str(metrics["load_source"]),
        "trimp": maybe(metrics["trimp"], plain),
        "gap": maybe(metrics["gap_mps"], lambda v: f"{clock(1000 / v)} /km"),
        "ngp": maybe(metrics["ngp_mps"], lambda v: f"{clock(1000 / v)} /km"),
        "efficiency": maybe(metrics["efficiency_factor"], lambda v: plain(v, 2)),
        "decoupling": maybe(metrics["decoupling_pct"], lambda v: f"{signed(v, 1)} %"),
        "vo2max": maybe(metrics["effective_vo2max"], lambda v: plain(v, 1)),
        "zones": zone_times(metrics.get("hr_zone_s")),
    }


NOTED = """
    SELECT a.*, m.moving_s, m.elevation_gain_m, m.load, m.load_source, m.trimp, m.gap_mps,
           m.ngp_mps, m.efficiency_factor, m.decoupling_pct, m.effective_vo2max, m.hr_zone_s
      FROM activities a JOIN activity_metrics m ON m.activity_id = a.id"""
"""What a notebook asks of activities."""

PANEL = {
    "time": ("moving_s", clock),
    "ascent": ("elevation_gain_m", lambda v: climb(v)),
    "descent": ("elevation_loss_m", lambda v: climb(v)),
    "load": ("load", plain),
    "trimp": ("trimp", plain),
    "gap": ("gap_mps", lambda v: f"{clock(1000 / v)} /km"),
    "ngp": ("ngp_mps", lambda v: f"{clock(1000 / v)} /km"),
    "efficiency": ("efficiency_factor", lambda v: plain(v, 2)),
    "decoupling": ("decoupling_pct", lambda v: f"{signed(v, 1)} %"),
    "vo2max": ("effective_vo2max", lambda v: plain(v, 1)),
    "zones": ("hr_zone_s", lambda v: ";".join(clock(s) for s in v)),
}
PAGE = {
    "time": "moving_s", "heart_rate": "평균 심박", "ascent": "elevation_gain_m", "load": "load",
    "trimp": "trimp", "gap": "gap_mps", "efficiency": "efficiency_factor",
    "decoupling": "decoupling_pct", "vo2max": "effective_vo2max", "distance": "거리",
}  # fmt: skip
"""How the page of an activity names its numbers."""


def chosen(life: Life) -> list[int]:
    """Return twenty activities of all kinds: races, other sports, the newest and the oldest."""
    listed = activities.page(life.conn, life.user.id, limit=200)
    special = [a.id for a in listed if a.sport != "running" or a.is_race or a.is_treadmill]
    usual = [a.id for a in listed if a.id not in special]
    return (special[:12] + usual[: 20 - min(12, len(special))])[:20]


def test_every_view_of_an_activity_says_the_same(life: Life):
    conn, me = life.conn, life.user.id
    listed = {a.id: a for a in activities.page(conn, me, limit=200)}
    frame = {row["id"]: row for row in activities.for_pages(conn, me)}
    of_list = {row["id"]: row for row in life.get("/activities", limit=200)["items"]}
    noted = {row["id"]: row for row in life.notebook(NOTED)}
    found = {}
    ids = chosen(life)
    assert len(ids) == 20
    for activity_id in ids:
        views = Views()
        one = listed[activity_id]
        cells = [words(c) for c in common._row(one, life.today)]
        views.say(
            "list", distance=cells[2], time=cells[3], speed=cells[4], heart_rate=cells[5],
            load=cells[6],
        )  # fmt: skip
        activity = activities.get(conn, me, activity_id)
        metrics = fitness.metrics_of(conn, me, activity_id)
        assert activity
        assert metrics
        shown = stats(activity_tiles.numbers(activity, metrics))
        views.say("page", **{q: shown.get(name) for q, name in PAGE.items()})
        views.say("page", speed=shown.get("평균 페이스", shown.get("평균 속도", "–")))
        zones_shown = re.findall(
            r'class="number">([\d:]+) ', str(activity_tiles.zones(metrics, {}))
        )
        views.say("page", zones=";".join(reversed(zones_shown)) or None)
        of_api = life.get(f"/activities/{activity_id}")["activity"]
        measures = life.get(f"/metrics/activities/{activity_id}")
        views.say("api", **of_numbers(of_api, measures), descent=climb(of_api["descent_m"]))
        views.say("metrics api", descent=climb(measures["elevation_loss_m"]))
        in_list = of_numbers(of_list[activity_id], of_list[activity_id])
        views.say("list api", **{q: text for q, text in in_list.items() if q != "zones"})
        in_notebook = noted[activity_id]
        views.say(
            "notebook",
            **of_numbers(in_notebook, in_notebook),
            descent=climb(in_notebook["descent_m"]),
        )
        views.say("frame", **of_numbers(frame[activity_id], frame[activity_id]))
        views.say("panel", **_panel(life, activity_id))
        report = rows(summary.done(span_of(one.local_date), [one]))
        views.say("report", distance=report[1][2], time=report[1][3], speed=report[1][4])
        _same_climb(views)
        if views.differences():
            found[f"{activity_id} {one.sport} {one.name}"] = views.differences()
        assert len(views.said) >= 14
    assert found == {}


def _same_climb(views: Views) -> None:
    """Ascent of the activity and of its measures are one number."""
    climb = views.said.pop("climb")
    views.said["ascent"] |= {f"{view} (metrics)": text for view, text in climb.items()}
    known = {view: text for view, text in views.said["ascent"].items() if text != "–"}
    views.said["ascent"] = known or views.said["ascent"]


def _panel(life: Life, activity_id: int) -> dict[str, str]:
    found = {}
    for quantity, (metric, write) in PANEL.items():
        value = life.panel(metric, activity=activity_id)
        if value is not None:
            found[quantity] = write(value)
    return found


def span_of(day: date) -> summary.span.Span:
    return summary.week_before(periods.week_start(day) + timedelta(days=7))


# Weeks, months and years -----------------------------------------------------------------------


def of_period(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what a view of plain numbers says of a period, in words."""
    return {
        "runs": plain(row["runs"]),
        "distance": f"{row['distance_m'] / 1000:,.1f} km",
        "time": spell(row["moving_s"]),
        "ascent": maybe(row["elevation_gain_m"], lambda v: f"{plain(v)} m"),
        "longest": maybe(row["longest_run_m"], lambda v: f"{v / 1000:,.1f} km"),
        "low": maybe(row["low_share"], lambda v: f"{plain(100 * v)} %"),
        "load": plain(row["load"]),
    }


def test_every_view_of_a_week_says_the_same(life: Life):
    conn, me = life.conn, life.user.id
    weeks = fitness.summaries(conn, me, "week", date.min, life.today)
    shown = [week for week in weeks if week.activities][-20:]
    assert len(shown) == 20
    lines = rows(fitness_tiles._table(shown, "week"))[1:]
    api = {row["starts_on"]: row for row in life.get("/analytics/weekly", **SPAN)}
    noted = {
        f"{row['starts_on']:%Y-%m-%d}": row
        for row in life.notebook("SELECT * FROM analytics_summaries WHERE period = 'week'")
    }
    found = {}
    for week, line in zip(reversed(shown), lines, strict=True):
        views = Views()
        views.say("table", **dict(zip(
            ("runs", "distance", "time", "ascent", "longest", "low", "load"), line[1:], strict=True
        )))  # fmt: skip
        views.say("api", **of_period(api[week.starts_on.isoformat()]))
        views.say("notebook", **of_period(noted[week.starts_on.isoformat()]))
        views.say("report", **_report(life, week.starts_on))
        views.say("days", **_days(life, week.starts_on))
        views.say("list", **_list(life, week.starts_on))
        if views.differences():
            found[str(week.starts_on)] = views.differences()
    assert found == {}


def _report(life: Life, monday: date) -> dict[str, str]:
    span = span_of(monday)
    weeks = fitness.summaries(life.conn, life.user.id, "week", span.starts[0], span.first)
    told = stats(summary.compared(span, summary.beside(span, weeks)))
    names = ("distance", "time", "runs", "load", "ascent", "longest")
    return dict(zip(names, told.values(), strict=True))


def _days(life: Life, monday: date) -> dict[str, str]:
    days = fitness.daily(life.conn, life.user.id, monday, monday + timedelta(days=6))
    day = days[monday.toordinal() // 7 % 7]
    assert life.panel("distance_m", date=day.date) == day.distance_m
    return {
        "distance": f"{sum(day.distance_m for day in days) / 1000:,.1f} km",
        "time": spell(sum(day.moving_s for day in days)),
        "load": plain(sum(day.load for day in days)),
    }


def _list(life: Life, monday: date) -> dict[str, str]:
    sums = activity_totals.sums_by_sport(life.conn, life.user.id, span_of(monday).filters)
    runs = next((one for one in sums if one.sport == "running"), None)
    found = {"load": plain(sum(one.load for one in sums))}
    if runs is None:
        return found
    return found | {
        "runs": plain(runs.activities),
        "distance": f"{(runs.distance_m or 0) / 1000:,.1f} km",
        "time": spell(runs.moving_s),
        "ascent": maybe(runs.elevation_gain_m, lambda v: f"{plain(v)} m"),
    }


# Days and mornings -----------------------------------------------------------------------------

STEP_DAYS = 5
SPAN = {"from": "2020-01-01", "to": UNTIL.isoformat()}

DAY = {
    "ctl": lambda v: plain(v, 1), "atl": lambda v: plain(v, 1), "tsb": lambda v: signed(v, 1),
    "ramp_7d": lambda v: signed(v, 1), "monotony": lambda v: plain(v, 2),
    "vo2max_trend": lambda v: plain(v, 1),
    "vo2max_correction": lambda v: plain(v, 2), "marathon_shape_pct": lambda v: f"{plain(v)} %",
    "acwr": lambda v: plain(v, 2), "form_pct": lambda v: f"{signed(v)} %",
}  # fmt: skip


def panels(life: Life, metrics: Iterable[str], day: date) -> dict[str, float | None]:
    """Return what the panel says of every third quantity, others on the next days: it is slow."""
    return {
        metric: life.panel(metric, date=day)
        for turn, metric in enumerate(metrics, day.toordinal() // STEP_DAYS)
        if turn % 3 == 0
    }


def test_every_view_of_a_day_says_the_same(life: Life):
    conn, me = life.conn, life.user.id
    days = fitness.daily(conn, me, date.min, life.today)
    api = {row["date"]: row for row in life.get("/metrics/daily", **SPAN)}
    noted = {
        f"{row['date']:%Y-%m-%d}": row
        for row in life.notebook("SELECT * FROM fitness_metrics_daily")
    }
    found = {}
    for day in days[-20 * STEP_DAYS :: STEP_DAYS]:
        views = Views()
        views.say(
            "fitness",
            **{k: v for k, v in stats(fitness_tiles.now([day], "6m")).items() if k in DAY},
        )
        shown = stats(trends.now([day], "6m"))
        views.say(
            "trends", **{k: v.removesuffix(" ml/kg/min") for k, v in shown.items() if k in DAY}
        )
        of_day = {"api": api[day.date.isoformat()], "notebook": noted[day.date.isoformat()]}
        of_day["panel"] = panels(life, DAY, day.date)
        for view, row in of_day.items():
            views.say(view, **{k: maybe(row[k], w) for k, w in DAY.items() if k in row})
        if views.differences():
            found[str(day.date)] = views.differences()
    assert found == {}


MORNING = {
    "hrv_7d_ms": lambda v: f"{plain(v)} ms",
    "resting_hr_3d_bpm": lambda v: f"{plain(v, 1)} bpm",
    "resting_hr_usual_bpm": lambda v: f"{plain(v, 1)} bpm",
    "sleep_3d_s": spell,
    "sleep_need_s": spell,
    "readiness": lambda v: f"{plain(v)} / 100",
}


def test_every_view_of_a_morning_says_the_same(life: Life):
    conn, me = life.conn, life.user.id
    mornings = [m for m in fitness.recovery(conn, me, date.min, life.today) if m.readiness][-20:]
    days = fitness.daily(conn, me, mornings[0].date, life.today)
    body = health.days(conn, me, mornings[0].date, life.today)
    band = frames.hrv(mornings, body).set_index("date")
    api = {row["date"]: row for row in life.get("/metrics/recovery", **SPAN)}
    noted = {
        f"{row['date']:%Y-%m-%d}": row for row in life.notebook("SELECT * FROM recovery_daily")
    }
    found = {}
    assert len(mornings) == 20
    for morning in mornings:
        views = Views()
        card = readiness.opening([morning], days, life.today)
        views.say("readiness", **{k: v for k, v in stats(card).items() if k in MORNING})
        of_day = {"api": api[morning.date.isoformat()], "notebook": noted[morning.date.isoformat()]}
        of_day["panel"] = panels(life, MORNING, morning.date)
        for view, row in of_day.items():
            views.say(view, **{k: maybe(row[k], w) for k, w in MORNING.items() if k in row})
        views.say("readiness", range=re.search(r"평소 ([\d–]+) ms", str(card)).group(1))
        low, high = (life.panel(f"hrv_{end}_ms", date=morning.date) for end in ("low", "high"))
        views.say("panel", range=f"{plain(low)}–{plain(high)}")
        drawn = band.loc[str(morning.date)]
        drawn_range = [round(morning.hrv_low_ms, 1), round(morning.hrv_high_ms, 1)]
        assert [drawn.low, drawn.high] == drawn_range
        if views.differences():
            found[str(morning.date)] = views.differences()
    assert found == {}


# Races, records, benchmarks --------------------------------------------------------------------


def test_every_view_of_races_records_and_benchmarks_says_the_same(life: Life):
    conn, me = life.conn, life.user.id
    views = Views()
    predicted = race_predictions.predictions(conn, me)
    assert len(predicted) == 4
    of_api = {row["distance_m"]: row for row in life.get("/analytics/predictions")}
    for row, line in zip(predicted, rows(trends.predictions(predicted))[1:], strict=True):
        name = f"prediction {row.distance_m:.0f}"
        views.say("trends", **{name: line[1], f"{name} range": line[2].split(" 차이")[0]})
        api = of_api[row.distance_m]
        views.say("api", **{name: maybe(api["time_s"], clock)})
        fastest_s, slowest_s = api["fastest_s"], api["slowest_s"]
        if fastest_s is not None and fastest_s != slowest_s:
            views.say("api", **{f"{name} range": f"{clock(fastest_s)} – {clock(slowest_s)}"})
    ever = activity_totals.personal_records(conn, me)
    tables = {
        "fitness": {r[0]: r[1] for r in rows(fitness_tiles.records(ever, [], life.today))[1:]},
        "api": {
            fitness_tiles.distance_name(b["distance_m"]): clock(b["elapsed_s"])
            for b in life.get("/analytics/records")["all_time"]
        },
        "baseline": {
            fitness_tiles.distance_name(b["distance_m"]): clock(b["elapsed_s"])
            for b in life.get("/analytics/baseline")["records"]
        },
    }
    for view, table in tables.items():
        views.say(view, **{f"record {name}": time for name, time in table.items()})
    assert len(tables["fitness"]) > 6
    _benchmarks(life, views)
    assert views.differences() == {}


def _benchmarks(life: Life, views: Views) -> None:
    conn, me = life.conn, life.user.id
    kinds = {
        "hrmax_bpm": plain,
        "lthr_bpm": plain,
        "threshold_speed_mps": lambda v: clock(1000 / v),
    }
    in_force = benchmarks.in_force(conn, me, life.today)
    shown = stats(trends.benchmarks(benchmarks.list_all(conn, me), "1y", life.today))
    api = life.get("/analytics/zones", date=life.today)
    values = {
        "hrmax_bpm": api["hr_limits"]["hrmax"], "lthr_bpm": api["hr_limits"]["lthr"],
        "threshold_speed_mps": api["threshold_speed"],
    }  # fmt: skip
    for kind, write in kinds.items():
        views.say("trends", **{kind: shown[kind].split()[0]})
        views.say("in force", **{kind: write(in_force[kind].value)})
        views.say("api", **{kind: write(values[kind]["value"])})
        views.say("panel", **{kind: write(life.panel(kind, date=life.today))})
    index = pace_index.load_pace_index(conn, me, life.today, in_force)
    card = dict(
        line[:2] for line in rows(fitness_tiles.zones_in_force(in_force, index)) if len(line) == 2
    )
    for zone in api["pace_zones"]:
        ends = {clock(1000 / zone["fast_mps"]), clock(1000 / zone["slow_mps"])}
        (text,) = [t for name, t in card.items() if name.startswith(f"{zone['zone']} ")]
        views.say("zones card", **{f"pace {zone['zone']}": text})
        views.say("api", **{f"pace {zone['zone']}": "–".join(sorted(ends)) + " /km"})
    planned = load_paces(conn, me, life.today, in_force)
    assert planned.pace_index == api["vdot"]
    for zone, (slow, fast) in {"T": planned.threshold, "I": planned.interval}.items():
        (ends,) = [(z["slow_mps"], z["fast_mps"]) for z in api["pace_zones"] if z["zone"] == zone]
        assert fast <= 1000 / ends[1] <= 1000 / ends[0] <= slow


def test_the_panel_of_a_garmin_benchmark_names_garmin_and_not_our_formula(life: Life):
    conn, me = life.conn, life.user.id
    row = benchmarks.in_force(conn, me, life.today)["lthr_bpm"]
    conn.execute(
        "INSERT INTO athlete_benchmarks (user_id, kind, value, valid_from, source, confidence)"
        " VALUES (%s, 'lthr_bpm', %s, %s, 'garmin', 'medium')",
        [me, row.value - 1, life.today],
    )
    told = life.get("/metrics/explain/lthr_bpm", date=life.today)
    conn.execute("DELETE FROM athlete_benchmarks WHERE source = 'garmin' AND kind = 'lthr_bpm'")
    assert told["value"] == row.value - 1
    named = (told["formula"], told["literature"], told["algorithm"])
    assert named == ("가민 값", "가민 값", "garmin.given")
    assert "89 %" not in told["meaning"]
    assert "가민" in told["meaning"]
