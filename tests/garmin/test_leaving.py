"""Leaving without a remainder: what stays is what would be here, had Garmin never been asked."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from runningcoach.demo import write_export
from runningcoach.demo.diary import DiaryEntry
from runningcoach.derive import rebuild
from runningcoach.ingest import activity_removal, imports
from runningcoach.ingest.garmin import disconnection
from runningcoach.model.user import User
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.original import gpx
from runningcoach.store import activities, health, inventory
from runningcoach.store.blobs import files as originals

from .conftest import TABLES, TODAY, YEARS, Runner, rows_of

pytestmark = pytest.mark.slow

DERIVED = (
    "activity_metrics", "fitness_metrics_daily", "analytics_summaries", "recovery_daily",
    "race_predictions", "athlete_baseline", "quarantine", "stale",
)  # fmt: skip
"""What may differ is not compared: garmin_sessions and garmin_sync_state remember that Garmin was
asked, how often today, and what it wants waited for; secrets and runs are not told by Garmin."""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An account's export of three weeks ago: Garmin knows more by now."""
    folder = tmp_path / "export"
    write_export(folder, years=YEARS, until=TODAY - timedelta(days=21))
    return folder


@pytest.fixture
def plain(conn: psycopg.Connection, other_user: User, fake, tmp_path: Path) -> Runner:
    """A runner who never connects, with a home of their own."""
    home = tmp_path / "plain"
    home.mkdir()
    return Runner(conn, other_user.id, home, fake)


def take(runner: Runner, folder: Path) -> None:
    imports.take(runner.conn, runner.user_id, folder, home=runner.home)


def live(runner: Runner) -> None:
    """Connect by both lanes to an account that tells more and other than the export; fetch all."""
    known = runner.fake.activity_ids()
    runner.fake.rename(known[-2], "Garmin's own word")
    runner.fake.manual()
    runner.fake.gpx_import()
    runner.fake.two_devices()
    runner.with_key()
    runner.sign_in()
    assert runner.sync().stopped is None
    assert runner.backfill().stopped is None


def leave(runner: Runner) -> None:
    disconnection.leave(runner.conn, runner.user_id, "key", runner.place, forget=False)
    disconnection.leave(runner.conn, runner.user_id, "signin", runner.place, forget=True)


def state(runner: Runner) -> dict[str, list[str]]:
    """Return all that is known of a runner, what follows from it, and what lies in the home."""
    rebuild.refresh(runner.conn, runner.user_id)
    tables = {
        name: [unnumbered(row) for row in rows_of(runner.conn, name, runner.user_id)]
        for name in (*TABLES, *DERIVED)
    }
    person = runner.conn.execute(
        "SELECT sex, birth_date, timezone FROM users WHERE id = %s", [runner.user_id]
    ).fetchone()
    return tables | {"person": [str(person)], "home": files(runner.home)}


def unnumbered(row: str) -> str:
    """Return a row without numbers of ours inside its documents."""
    return re.sub(r'"activity_id": \d+', '"activity_id": 0', row)


def files(home: Path) -> list[str]:
    inside = (path.relative_to(home) for path in home.rglob("*") if path.is_file())
    return sorted(str(path) for path in inside if path.parts[0] in FOLDERS)


FOLDERS = ("originals", "samples", "quarantine", "downloads", "scratch")


def same(left: Runner, never: Runner) -> None:
    """Say which tables and columns differ: the whole rows would tell nobody anything."""
    one, other = state(left), state(never)
    for name in other:
        gone, more = set(other[name]) - set(one[name]), set(one[name]) - set(other[name])
        assert (name, sorted(more)[:2], sorted(gone)[:2]) == (name, [], [])
        assert (name, len(one[name])) == (name, len(other[name]))


type Step = Callable[[Runner, Path], None]


def live_last(runner: Runner, folder: Path) -> None:
    take(runner, folder)
    live(runner)


def live_first(runner: Runner, folder: Path) -> None:
    live(runner)
    take(runner, folder)


@pytest.mark.deep
@pytest.mark.parametrize("both", [live_last, live_first])
def test_export_is_as_if_garmin_had_never_been_asked(
    runner: Runner, plain: Runner, export: Path, both: Step
):
    take(plain, export)
    both(runner, export)
    assert len(runner.tables()["garmin_scores"]) > 30
    leave(runner)
    same(runner, plain)


# ---- files of the runner's own -----------------------------------------------------------------

WORDS = "<name>Along the river</name><desc>With Minji.</desc>"


@pytest.fixture
def outdoors(fake) -> list[DiaryEntry]:
    """Runs of the account that a track can be made of, newest first."""
    account = SimulatedAccount(7, YEARS, TODAY, "ko")
    found = (account.activity(number) for number in fake.activity_ids())
    return [one for one in found if one and one.fit and "position_lat" in one.tracks[0].channels]


@pytest.fixture
def folder(outdoors: list[DiaryEntry], tmp_path: Path) -> Path:
    """What a runner may have kept: Garmin's own files, and tracks of other makers with words."""
    made = tmp_path / "folder"
    made.mkdir()
    for number, run in enumerate(outdoors[4:9]):
        (made / f"run {number}.fit").write_bytes(run.fit or b"")
    for number, run in enumerate(outdoors[7:14]):
        track = gpx(run).replace("<trk>", f"<trk>{WORDS}")
        (made / f"track {number}.gpx").write_text(track)
    return made


def write(runner: Runner, run: DiaryEntry, name: str) -> None:
    """Let the runner write a name themselves."""
    number = runner.value(
        "SELECT id FROM activities WHERE user_id = %s AND leg = 0"
        " AND abs(extract(epoch FROM started_at) - %s) < 5",
        runner.user_id,
        run.head.started_at,
    )
    activities.update(runner.conn, runner.user_id, number, {"name": name})


@pytest.mark.deep
@pytest.mark.parametrize("both", [live_last, live_first])
def test_folder_is_as_if_garmin_had_never_been_asked(
    runner: Runner, plain: Runner, folder: Path, outdoors: list[DiaryEntry], both: Step
):
    """Files that are Garmin's too, and tracks that Garmin's better files covered."""
    take(plain, folder)
    both(runner, folder)
    for one in (runner, plain):
        write(one, outdoors[10], "My own name")
    names = "SELECT count(*) FROM activities WHERE user_id = %s AND name = 'Along the river'"
    assert runner.value(names, runner.user_id) == 0  # all of it is Garmin's word now
    leave(runner)
    same(runner, plain)
    assert runner.value(names, runner.user_id) == 6


def test_words_in_a_file_of_garmins_that_is_not_used_leave_with_it(
    runner: Runner, plain: Runner, outdoors: list[DiaryEntry]
):
    run = outdoors[0]
    for one in (runner, plain):
        imports.take_bytes(one.conn, one.user_id, run.fit or b"", "run.fit", home=one.home)
    track = gpx(run).replace("<trk>", f"<trk>{WORDS}").encode()
    name = f"{run.id}_ACTIVITY.gpx"
    outcome = imports.take_bytes(
        runner.conn, runner.user_id, track, name, home=runner.home, lane="garmin"
    )
    assert outcome.outcome == "duplicate"
    leave(runner)
    same(runner, plain)


def no_original_is_missed(runner: Runner) -> bool:
    """Say whether every original that is looked for is there: what was typed in has none."""
    wanted = inventory.original_hashes(runner.conn)
    return bool(wanted) and all(originals.exists(runner.home, sha256) for sha256 in wanted)


@pytest.mark.deep
def test_what_was_typed_in_at_garmin_has_no_original_to_miss(runner: Runner):
    runner.fake.manual()
    runner.with_key()
    runner.sync()
    assert runner.value("SELECT count(*) FROM activities WHERE source = 'garmin'") == 1
    assert no_original_is_missed(runner)


@pytest.mark.deep
def test_what_was_typed_in_at_garmin_and_deleted_here_leaves_nothing(runner: Runner):
    live(runner)
    number = runner.value("SELECT id FROM activities WHERE source = 'garmin' LIMIT 1")
    assert activity_removal.remove(runner.conn, runner.user_id, number, runner.home)
    assert runner.sync().stopped is None
    assert no_original_is_missed(runner)
    leave(runner)
    left = {name: rows for name, rows in state(runner).items() if rows}
    assert left == {"person": ["('unknown', None, 'Asia/Seoul')"]}


@pytest.mark.deep
def test_what_the_runner_deleted_does_not_come_back(
    runner: Runner, folder: Path, outdoors: list[DiaryEntry]
):
    """Two files of one run: Garmin's was in use when it was deleted, the other was passed over."""
    live(runner)
    take(runner, folder)
    deleted = outdoors[12]
    found = "SELECT id FROM activities WHERE leg = 0 AND garmin_activity_id = %s"
    number = runner.value(found, deleted.id)
    original = activities.original(runner.conn, runner.user_id, number)
    assert original is not None
    activity_removal.remove(runner.conn, runner.user_id, number, runner.home)
    leave(runner)
    starts = (
        "SELECT count(*) FROM activities WHERE extract(epoch FROM started_at) BETWEEN %s AND %s"
    )
    begun = deleted.head.started_at
    assert runner.value(starts, begun - 60, begun + 60) == 0
    assert runner.value("SELECT count(*) FROM activities") == 9


# ---- field by field ----------------------------------------------------------------------------

DAY = TODAY - timedelta(days=4)
NIGHT = "SELECT total_s, deep_s, score, source, sources FROM sleep"


@pytest.mark.parametrize("garmin_first", [True, False])
def test_a_night_keeps_the_fields_of_others(runner: Runner, garmin_first: bool):
    told = [({"total_s": 27_000.0, "score": 81.0}, "garmin"), ({"deep_s": 4000.0}, "other")]
    for fields, source in told if garmin_first else reversed(told):
        health.put_nights(runner.conn, runner.user_id, {DAY: fields}, source)
    leave(runner)
    rows = runner.conn.execute(NIGHT).fetchall()
    assert rows == [(None, 4000.0, None, "other", {"deep_s": "other"})]


def test_a_night_of_garmins_alone_is_gone(runner: Runner):
    health.put_nights(runner.conn, runner.user_id, {DAY: {"total_s": 27_000.0}}, "garmin")
    leave(runner)
    assert runner.conn.execute(NIGHT).fetchall() == []


@pytest.mark.deep
def test_what_the_runner_told_of_themselves_stays(runner: Runner):
    """Garmin fills in what is not known: it takes nothing with it that the runner told."""
    runner.conn.execute("UPDATE users SET birth_date = '1990-02-03'")
    runner.sign_in()
    runner.sync()
    runner.backfill()
    told = "SELECT sex, birth_date::text FROM users"
    assert runner.conn.execute(told).fetchone() == ("male", "1990-02-03")
    leave(runner)
    assert runner.conn.execute(told).fetchone() == ("unknown", "1990-02-03")


def test_the_name_of_the_account_is_forgotten(runner: Runner):
    runner.sign_in()
    assert runner.lane("signin").account
    leave(runner)
    assert runner.lane("signin").account is None
