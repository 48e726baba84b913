"""The tiles of the page "connect": the way to Garmin, and how the sync goes.

Forms and buttons speak to the API by the page's own script; secrets travel in bodies only.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from runningcoach.base import units
from runningcoach.base.i18n import t
from runningcoach.derive.comparisons import fractions, shares_of_sum
from runningcoach.ingest.garmin import connection_status
from runningcoach.ingest.garmin.connection_status import ConnectionStatus
from runningcoach.jobs.sync_requests import SyncRequestStatus
from runningcoach.model.connection import GarminConnection
from runningcoach.pages import formatting, page, session
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.store.sync_status import GapCount, GearDistance

CONNECT = macros("connect")

LOOKS: Mapping[str, str] = {"connected": "good", "needs_mfa": "warn", "cooldown": "warn",
         "needs_reauth": "bad", "disconnected": ""}  # fmt: skip
API = "/api/v1"
STATE_WORDS = ("left", "ends", "rate", "waits", "unattended", "works")


def opening(stands: ConnectionStatus) -> Piece:
    """Return whether Garmin is connected, in words, and what the runner should know."""
    key = "connected" if stands.connected else "first" if not stands.lanes else "none"
    return CONNECT.opening(key, stands.simulated, stands.notices)


def lanes(stands: ConnectionStatus) -> Piece:
    """Return each lane with its state and the way to leave it."""
    known = {lane.lane: lane for lane in stands.lanes}
    rows = [
        _lane(known.get(name) or GarminConnection(lane=name, status="disconnected"))
        for name in ("key", "signin")
    ]
    return page.card(t("pages.connect.lanes"), CONNECT.lanes(rows), width=5, name="ways")


def _lane(lane: GarminConnection) -> dict[str, str]:
    since = t("pages.connect.since", day=_day(lane.connected_at)) if _is_open(lane) else ""
    ends = t("pages.connect.ends_on", day=_day(lane.expires_at)) if lane.expires_at else ""
    return {
        "lane": lane.lane,
        "status": lane.status,
        "look": LOOKS[lane.status],
        "days": " · ".join(filter(None, (since, ends))),
        "path": f"{API}/auth/garmin/{lane.lane}",
    }


def _is_open(lane: GarminConnection) -> bool:
    return lane.status == "connected" and lane.connected_at is not None


def progress(stands: ConnectionStatus, sync: SyncRequestStatus) -> Piece:
    """Return how far the sync is, what it waits for, and the buttons that begin one."""
    if not stands.connected and sync.last_started_at is None:
        return ""
    numbers = page.stats(
        _last(sync),
        page.stat(t("pages.connect.units_done"), formatting.number(sync.units_done),
                  _of_all(sync)),
        page.stat(t("pages.connect.parked"), formatting.number(sync.units_parked),
                  note=t("pages.connect.parked_hint") if sync.units_parked else ""),
        page.stat(t("pages.connect.requests"), formatting.number(sync.requests_today),
                  t("pages.connect.of_units", count=f"{sync.requests_a_day:,}")),
        _back(sync),
    )  # fmt: skip
    return page.card(
        t("pages.connect.sync"),
        numbers,
        _bar(sync),
        _buttons(stands, sync),
        aside=t("pages.connect.running") if sync.running else "",
        name="sync",
    )


def _of_all(sync: SyncRequestStatus) -> str:
    """Return of how many units, once the history was ordered."""
    if not sync.units_left and not sync.backfill_from:
        return ""
    return t("pages.connect.of_units", count=f"{sync.units_done + sync.units_left:,}")


def _last(sync: SyncRequestStatus) -> Piece:
    at = sync.last_success_at
    return page.stat(
        t("pages.connect.last_success"),
        f"{local(at):%H:%M}" if at else formatting.NOTHING,
        note=formatting.full_day(local(at).date()) if at else t("pages.connect.never"),
    )


def _back(sync: SyncRequestStatus) -> Piece:
    day = sync.oldest_day_done
    return page.stat(
        t("pages.connect.back_to"),
        f"{day:%Y.%m.%d}" if day else formatting.NOTHING,
        why="" if day else t("pages.connect.never"),
    )


def _bar(sync: SyncRequestStatus) -> Piece:
    """Return the bar of the backfill; the page's script moves it while a run goes on."""
    begun = sync.units_left or sync.backfill_from
    share = shares_of_sum([sync.units_done, sync.units_left])[0] if begun else 0.0
    words = {name: t(f"pages.connect.bar.{name}") for name in STATE_WORDS}
    return CONNECT.bar(
        sync.running,
        f"{API}/ingest/status",
        session.user().timezone,
        json.dumps(words, ensure_ascii=False),
        f"{units.percent(share):.1f}",
        _said(sync),
    )


def _said(sync: SyncRequestStatus) -> str:
    if sync.step and sync.step != "fetches":
        return t(f"pages.connect.bar.{sync.step}")
    if sync.last_problem_words and not sync.running:
        return sync.last_problem_words
    if not sync.units_left:
        return t(f"pages.connect.bar.{'nothing_left' if sync.backfill_from else 'not_begun'}")
    told = t("pages.connect.bar.left", count=f"{sync.units_left:,}")
    if sync.ends_at:
        told += " · " + t("pages.connect.bar.ends", at=f"{local(sync.ends_at):%m-%d %H:%M}")
    return told


def _buttons(stands: ConnectionStatus, sync: SyncRequestStatus) -> Piece:
    if not stands.connected:
        return ""
    incremental, backfill = (json.dumps({"mode": mode}) for mode in ("incremental", "backfill"))
    return CONNECT.buttons(f"{API}/ingest/run", incremental, backfill, sync.running)


def forms(stands: ConnectionStatus) -> Piece:
    """Return the ways to connect; a sign-in that waits for its code asks for that first."""
    waits = any(lane.status == "needs_mfa" for lane in stands.lanes)
    key, code = f"{API}/auth/garmin/connect", f"{API}/auth/garmin/mfa"
    return join(
        [
            page.card(
                t("pages.connect.by_key"),
                CONNECT.by_key(key),
                width=6,
                aside=t("pages.connect.recommended"),
            ),
            page.card(t("pages.connect.by_name"), CONNECT.by_name(key, code, waits), width=6),
        ]
    )


def gear(rows: Sequence[GearDistance], width: int = 5) -> Piece:
    """Return shoes with their way, as Garmin counts it."""
    if not rows:
        return ""
    shown = rows[:8]
    lines = [
        (
            one.name,
            length,
            f"{formatting.km(one.distance_m, 0)} km",
            "z1" if one.is_retired else "z2",
        )
        for one, length in zip(shown, fractions([r.distance_m or 0.0 for r in shown]), strict=True)
    ]
    return page.card(t("pages.connect.gear"), page.bars(lines), width=width, aside="Garmin")


def gaps(rows: Sequence[GapCount], width: int = 7, aside: Piece = "") -> Piece:
    """Return which streams lack days, why and how many, in words."""
    title = t("pages.connect.gaps")
    if not rows:
        return page.empty_card(title, t("pages.connect.no_gaps"), width, aside)
    lines = [
        (
            connection_status.code_text("streams", one.stream),
            connection_status.code_text("reasons", one.reason),
            t("pages.connect.days", count=one.days),
            _short(one.latest),
        )
        for one in rows
    ]
    head = [t(f"pages.connect.columns.{name}") for name in ("stream", "reason", "days", "latest")]
    table = page.table(head, lines, name="tight gaps")
    return page.card(title, table, width=width, aside=aside or t("pages.connect.ninety"))


def _short(day: date) -> str:
    return formatting.short_day(day, session.today())


def local(at: datetime) -> datetime:
    """Return a moment as the runner's clock shows it."""
    return at.astimezone(ZoneInfo(session.user().timezone))


def _day(at: datetime | None) -> str:
    return formatting.short_day(local(at).date(), session.today()) if at else formatting.NOTHING
