"""The tiles of the page "connect": the way to Garmin, and how the sync goes.

Forms and buttons speak to the API by the page's own script; secrets travel in bodies only.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from runningcoach.base.i18n import t
from runningcoach.ingest.garmin import connection_status
from runningcoach.ingest.garmin.connection_status import ConnectionNotice, ConnectionStatus
from runningcoach.jobs.sync_requests import SyncRequestStatus
from runningcoach.model.connection import GarminConnection
from runningcoach.pages import formatting, page, session
from runningcoach.store.sync_status import GapCount, GearDistance

LOOKS: Mapping[str, str] = {"connected": "good", "needs_mfa": "warn", "cooldown": "warn",
         "needs_reauth": "bad", "disconnected": ""}  # fmt: skip
API = "/api/v1"
STATE_WORDS = ("left", "ends", "rate", "waits", "unattended", "works")


def opening(stands: ConnectionStatus) -> Markup:
    """Return whether Garmin is connected, in words, and what the runner should know."""
    key = "connected" if stands.connected else "first" if not stands.lanes else "none"
    told = Markup('<p class="eyebrow">{}</p><h1>{}</h1><p class="lead">{}</p>').format(
        t("pages.connect.eyebrow"),
        t(f"pages.connect.{key}"),
        t(f"pages.connect.{key}_hint"),
    )
    label = page.badge(t("pages.connect.simulated"), "warn") if stands.simulated else ""
    badge = Markup('<div class="chips">{}</div>').format(label)
    notices = page.join(_notice(notice) for notice in stands.notices)
    return Markup('<section class="card w7 hero">{}{}<ul class="notices">{}</ul></section>').format(
        Markup("<div>{}</div>").format(told), badge, notices
    )


def _notice(notice: ConnectionNotice) -> Markup:
    return Markup('<li class="{}">{}</li>').format(notice.look, notice.words)


def lanes(stands: ConnectionStatus) -> Markup:
    """Return each lane with its state and the way to leave it."""
    known = {lane.lane: lane for lane in stands.lanes}
    rows = page.join(
        _lane(known.get(name) or GarminConnection(lane=name, status="disconnected"))
        for name in ("key", "signin")
    )
    return page.card(
        t("pages.connect.lanes"),
        Markup('<ul class="lanes">{}</ul>').format(rows),
        width=5,
        name="ways",
    )


def _lane(lane: GarminConnection) -> Markup:
    state = page.badge(t(f"garmin.status.{lane.status}"), LOOKS[lane.status])
    since = t("pages.connect.since", day=_day(lane.connected_at)) if _is_open(lane) else ""
    ends = t("pages.connect.ends_on", day=_day(lane.expires_at)) if lane.expires_at else ""
    return Markup(
        "<li><div><b>{}</b> {}<p>{}</p><p>{}</p></div>{}</li>"
    ).format(
        t(f"garmin.lanes.{lane.lane}"),
        state,
        t(f"pages.connect.brings.{lane.lane}"),
        " · ".join(filter(None, (since, ends))),
        _leave(lane.lane) if lane.status != "disconnected" else "",
    )  # fmt: skip


def _is_open(lane: GarminConnection) -> bool:
    return lane.status == "connected" and lane.connected_at is not None


def _leave(lane: str) -> Markup:
    """Return the button to leave, and the question whether to keep or to delete."""
    return Markup(
        '<button type="button" class="button" data-ask="leave-{lane}">{leave}</button>'
        '<dialog id="leave-{lane}" aria-labelledby="leave-{lane}-title">'
        '<h2 id="leave-{lane}-title">{ask}</h2><p>{explained}</p><p class="told" role="alert"></p>'
        '<div class="actions"><button type="button" class="button main" data-send="{path}"'
        ' data-method="DELETE">{keep}</button><button type="button" class="button danger"'
        ' data-send="{path}?forget=true" data-method="DELETE">{forget}</button>'
        '<button type="button" class="button" data-close>{cancel}</button></div></dialog>'
    ).format(
        lane=lane,
        path=f"{API}/auth/garmin/{lane}",
        leave=t("pages.connect.leave"),
        ask=t("pages.connect.ask"),
        explained=t("pages.connect.ask_hint"),
        keep=t("pages.connect.keep"),
        forget=t("pages.connect.forget"),
        cancel=t("pages.connect.cancel"),
    )


def progress(stands: ConnectionStatus, sync: SyncRequestStatus) -> Markup:
    """Return how far the sync is, what it waits for, and the buttons that begin one."""
    if not stands.connected and sync.last_started_at is None:
        return Markup()
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


def _last(sync: SyncRequestStatus) -> Markup:
    at = sync.last_success_at
    return page.stat(
        t("pages.connect.last_success"),
        f"{local(at):%H:%M}" if at else formatting.NOTHING,
        note=formatting.full_day(local(at).date()) if at else t("pages.connect.never"),
    )


def _back(sync: SyncRequestStatus) -> Markup:
    day = sync.oldest_day_done
    return page.stat(
        t("pages.connect.back_to"),
        f"{day:%Y.%m.%d}" if day else formatting.NOTHING,
        why="" if day else t("pages.connect.never"),
    )


def _bar(sync: SyncRequestStatus) -> Markup:
    """Return the bar of the backfill; the page's script moves it while a run goes on."""
    whole = sync.units_done + sync.units_left
    begun = sync.units_left or sync.backfill_from
    share = 100 * sync.units_done / whole if whole and begun else 0
    words = {name: t(f"pages.connect.bar.{name}") for name in STATE_WORDS}
    return Markup(
        '<div class="going{running}" data-going="{status}" data-zone="{zone}"'
        ' data-words="{words}">'
        '<progress max="100" value="{share:.1f}" aria-label="{label}"></progress>'
        '<p aria-live="polite">{said}</p></div>'
    ).format(
        running=" on" if sync.running else "",
        status=f"{API}/ingest/status",
        zone=session.user().timezone,
        words=json.dumps(words, ensure_ascii=False),
        share=share,
        label=t("pages.connect.sync"),
        said=_said(sync),
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


def _buttons(stands: ConnectionStatus, sync: SyncRequestStatus) -> Markup:
    if not stands.connected:
        return Markup()
    off = Markup(" disabled") if sync.running else ""
    buttons = page.join(
        Markup(
            '<button type="button" class="button{}" data-send="{}" data-body="{}"{}>{}</button>'
        ).format(look, f"{API}/ingest/run", json.dumps({"mode": mode}), off, words)
        for mode, look, words in (
            ("incremental", " main", t("pages.connect.sync_now")),
            ("backfill", "", t("pages.connect.backfill")),
        )
    )
    return Markup(
        '<div class="actions">{}</div><p class="told" role="alert"></p><p class="fine">{}</p>'
    ).format(buttons, t("pages.connect.by_itself"))


def forms(stands: ConnectionStatus) -> Markup:
    """Return the ways to connect; a sign-in that waits for its code asks for that first."""
    waits = any(lane.status == "needs_mfa" for lane in stands.lanes)
    signin = _code() if waits else Markup()
    return page.join([_by_key(), _by_name(signin)])


def _by_key() -> Markup:
    return page.card(
        t("pages.connect.by_key"),
        Markup('<p class="hint">{}</p><ol class="steps">{}</ol>').format(
            t("pages.connect.by_key_hint"),
            page.join(Markup("<li>{}</li>").format(t(f"pages.connect.steps.{n}")) for n in "123"),
        ),
        _form(
            "connect",
            _field(
                "key", "password", t("pages.connect.key"), autocomplete="off", spellcheck="false"
            ),
            _field("expires_on", "date", t("pages.connect.expires"), required=False),
            button=t("pages.connect.connect"),
        ),
        width=6,
        aside=t("pages.connect.recommended"),
    )


def _by_name(code: Markup) -> Markup:
    form = _form(
        "connect",
        _field("email", "email", t("pages.connect.email"), autocomplete="username"),
        _field(
            "password", "password", t("pages.connect.password"), autocomplete="current-password"
        ),
        button=t("pages.connect.sign_in"),
    )
    hint = Markup('<p class="hint">{}</p>').format(t("pages.connect.by_name_hint"))
    return page.card(t("pages.connect.by_name"), code, hint, form, width=6)


def _code() -> Markup:
    return _form(
        "mfa",
        _field("code", "text", t("pages.connect.code"), inputmode="numeric",
               autocomplete="one-time-code"),
        button=t("pages.connect.send_code"),
    )  # fmt: skip


def _form(path: str, *fields: Markup, button: str) -> Markup:
    """Return a form; without the script it would post, so that no secret gets into an address."""
    return Markup(
        '<form class="entry" method="post" action="{path}" data-form="{path}">{fields}'
        '<p class="told" role="alert"></p><button class="button main">{button}</button></form>'
    ).format(path=f"{API}/auth/garmin/{path}", fields=page.join(fields), button=button)


def _field(name: str, kind: str, label: str, *, required: bool = True, **more: str) -> Markup:
    rest = page.join(Markup(' {}="{}"').format(key, value) for key, value in more.items())
    return Markup(
        '<label><span>{label}</span><input name="{name}" type="{kind}"{required}{rest}></label>'
    ).format(
        label=label, name=name, kind=kind, rest=rest,
        required=Markup(" required") if required else "",
    )  # fmt: skip


def gear(rows: Sequence[GearDistance], width: int = 5) -> Markup:
    """Return shoes with their way, as Garmin counts it."""
    if not rows:
        return Markup()
    longest = max(one.distance_m or 0 for one in rows) or 1
    lines = [
        (one.name, (one.distance_m or 0) / longest, f"{formatting.km(one.distance_m, 0)} km",
         "z1" if one.is_retired else "z2")
        for one in rows[:8]
    ]  # fmt: skip
    return page.card(t("pages.connect.gear"), page.bars(lines), width=width, aside="Garmin")


def gaps(rows: Sequence[GapCount], width: int = 7, aside: page.Piece = "") -> Markup:
    """Return which streams lack days, why and how many, in words."""
    title = t("pages.connect.gaps")
    if not rows:
        none = Markup('<p class="none">{}</p>').format(t("pages.connect.no_gaps"))
        return page.card(title, none, width=width, aside=aside)
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
