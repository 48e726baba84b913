"""Plans by the command line: made, shown, checked, edited, approved, carried elsewhere."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from runningcoach.base import periods
from runningcoach.base.settings import Settings
from runningcoach.cli.opened import opened
from runningcoach.cli.plan_edits import parse_edits
from runningcoach.cli.plan_requests import weekdays
from runningcoach.cli.problems import BadPlanEdit, BadPlanRequest
from runningcoach.model.plan_edit import MoveWorkout, ReplaceWorkout, ScaleWorkout
from runningcoach.store import plans

from .shell import Shell, beside_a_database

pytestmark = pytest.mark.slow

TODAY = periods.today("Asia/Seoul")
MONDAY = periods.week_start(TODAY) + timedelta(days=7)
RACE = periods.week_start(TODAY) + timedelta(days=7 * 12 + 6)
NEW = ("plan", "new", "10k", "--race", RACE, "--days", "tue,thu,sat,sun")


@pytest.fixture(scope="module")
def home_shell(tmp_path_factory) -> Iterator[Shell]:
    with beside_a_database(tmp_path_factory.mktemp("plans") / "home") as shell:
        yield shell


@pytest.fixture
def shell(home_shell) -> Shell:
    """A home whose owner has run for twelve weeks and has no plan."""
    with opened(Settings(home=home_shell.home)) as (conn, owner):
        conn.execute("UPDATE users SET timezone = 'Asia/Seoul'")
        conn.execute("DELETE FROM plans")
        conn.execute("DELETE FROM activities")
        for days_ago in range(1, 84, 2):
            day = TODAY - timedelta(days=days_ago)
            conn.execute(
                "INSERT INTO activities (user_id, file_sha256, source, sport, is_race, started_at,"
                " timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m,"
                " decode_status) VALUES (%s, %s, 'fit', 'running', %s, %s, 'Asia/Seoul', %s, %s,"
                " 2400, 2400, 8000, 'ok')",
                [owner.id, f"{days_ago}", days_ago == 21, day, day, day],
            )
    return home_shell


def stored(shell):
    with opened(Settings(home=shell.home)) as (conn, owner):
        return plans.list_versions(conn, owner.id, 50)


def said(run, code=0):
    assert run.returncode == code, run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    return run.stdout


def test_plan_from_request_to_approval(shell):
    assert "no plan yet" in said(shell("plan", "list"))
    made = said(shell(*NEW))
    (version,) = stored(shell)
    assert version.sha256[:12] in made
    assert f"{MONDAY + timedelta(days=6)}" in made
    assert "nothing to object" in made
    shown = said(shell("plan", "show"))
    assert shown == made
    approved = said(shell("plan", "approve", "--sha256", version.sha256[:12]))
    assert "Version 1 is the current plan now." in approved
    assert "Nobody is signed in at Garmin" in approved
    assert [row.status for row in stored(shell)] == ["current"]
    assert "current" in said(shell("plan", "list"))


def test_wrong_hash_and_no_answer_approve_nothing(shell):
    said(shell(*NEW))
    for words in (("--sha256", "0" * 12), ("--sha256", ""), ()):
        refused = shell("plan", "approve", *words)
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr
    assert [row.status for row in stored(shell)] == ["proposed"]
    said(shell("plan", "approve", "--yes"))
    assert [row.status for row in stored(shell)] == ["current"]


def test_edits_are_priced_and_proposed(shell):
    said(shell(*NEW))
    day, free = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    words = (f"move {day} {free}", f"scale {free} 50%")
    priced = said(shell("plan", "edit", "--price", *words))
    assert re.search(rf"Week of {MONDAY}: -\d", priced)
    assert len(stored(shell)) == 1
    edited = said(shell("plan", "edit", *words))
    newest, former = stored(shell)
    assert (newest.origin, newest.parent_id, former.status) == ("edit", former.id, "archived")
    assert newest.sha256[:12] in edited
    week = said(shell("plan", "show", "--week", "2"))
    assert f"{free}" in week
    assert f"{day} " not in week.split("Sun")[0]


def test_edit_that_is_not_possible_stores_nothing(shell):
    said(shell(*NEW))
    day = MONDAY + timedelta(days=1)
    for words, code, sentence in (
        ((f"move {day} {MONDAY + timedelta(days=3)}",), 1, "already a session"),
        ((f"replace {day} 5x(1km Q",), 1, "5x"),
        (("fly away",), 2, "cannot be understood"),
        ((f"scale {day} 900%",), 2, "cannot be understood"),
        ((f"rest {day} now",), 2, "cannot be understood"),
    ):
        refused = shell("plan", "edit", *words)
        assert refused.returncode == code, words
        assert sentence in refused.stderr
    assert len(stored(shell)) == 1


def test_check_ends_with_one_where_errors_block_a_plan(shell):
    said(shell(*NEW))
    assert "nothing to object" in said(shell("plan", "check"))
    sunday = MONDAY + timedelta(days=6)
    said(shell("plan", "edit", f"scale {sunday} 150%"))
    found = said(shell("plan", "check"), code=1)
    assert re.search(rf"Error +V\d\d +{sunday}: ", found)
    assert shell("plan", "approve", "--yes").returncode == 1


def test_export_and_import_keep_the_hash(shell, tmp_path):
    said(shell(*NEW))
    exported = said(shell("plan", "export"))
    (version,) = stored(shell)
    assert hashlib.sha256(exported.encode()).hexdigest() == version.sha256
    file = tmp_path / "plan.json"
    said(shell("plan", "export", "--output", file))
    assert file.read_text() == exported
    waiting = shell("plan", "import", file)
    assert (waiting.returncode, "Another proposal" in waiting.stderr) == (1, True)
    assert "rejected" in said(shell("plan", "reject"))
    said(shell("plan", "import", file))
    assert stored(shell)[0].sha256 == version.sha256


def test_draft_that_is_wrong_is_refused_with_its_places(shell, tmp_path):
    days = [{"date": f"{MONDAY + timedelta(days=n)}", "template": "rest"} for n in range(6)]
    draft = {"weeks": [{"start": f"{MONDAY}", "phase": "base", "days": days}]}
    request = {"goal": "fit", "start": f"{MONDAY}", "weeks": 1, "available_weekdays": [1]}
    file = tmp_path / "draft.json"
    file.write_text(json.dumps({"draft": draft, "request": request}))
    refused = shell("plan", "import", file)
    assert refused.returncode == 1
    assert f"draft.weeks.0: A date is missing: {MONDAY + timedelta(days=6)}" in refused.stdout
    for content in (b"\xff\xfe", b"[]", b"[" * 100_000, b'{"plan": 1}'):
        file.write_bytes(content)
        refused = shell("plan", "import", file)
        assert refused.returncode == 1
        assert "holds no plan" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert stored(shell) == []


@pytest.mark.deep
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--race", f"{TODAY - timedelta(days=3)}", "--days", "tue,thu,sat"), 1),
        (("--days", "tue"), 1),
        (("--days", "holiday"), 2),
        (("--days", "tue,thu,sat", "--long-day", "mon", "--weeks", "8"), 1),
        (("--days", "tue,thu,sat", "--target", "soon"), 2),
        (("--days", "tue,thu,sat", "--weeks", "99"), 2),
        (("--days", "tue,thu,sat", "--weekday-max", "100", "--long-max", "60", "--weeks", "8"), 1),
    ],
)
def test_request_that_cannot_be_is_refused_in_words(shell, words, code):
    refused = shell("plan", "new", "10k", *words)
    assert refused.returncode == code, refused.stdout + refused.stderr
    assert "Remedy" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert stored(shell) == []


def test_push_without_a_plan_or_a_connection_is_refused(shell):
    assert "no current training plan" in shell("plan", "push").stderr
    said(shell(*NEW))
    said(shell("plan", "approve", "--yes"))
    refused = shell("plan", "push")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_words_are_korean_where_the_language_is(shell):
    made = shell(*NEW[:5], "--days", "화,목,토,일", RUNNINGCOACH_LANGUAGE="ko")
    assert made.returncode == 0, made.stderr
    for word in ("제안", "규칙으로 작성", "기초", "대회"):
        assert word in made.stdout


def test_edits_are_read_in_their_order():
    one, two, three = parse_edits(
        ["move 2026-12-01 2026-12-02", "rest 2026-12-03", "scale 2026-12-04 80%"]
    )
    assert (one.from_date.day, one.to_date.day) == (1, 2)
    assert (type(one), type(two), type(three)) == (MoveWorkout, ReplaceWorkout, ScaleWorkout)
    assert (two.text, three.share) == ("", 0.8)
    (replaced,) = parse_edits(["replace 2026-12-01 2km E + 5x(1km T, 60s)"])
    assert replaced.text == "2km E + 5x(1km T, 60s)"


@pytest.mark.parametrize("text", ["", "move", "move a b", "scale 2026-12-01 x%", "swap 2026-12-01"])
def test_edit_that_is_none_of_the_forms_is_refused(text):
    with pytest.raises(BadPlanEdit):
        parse_edits([text])


def test_weekdays_are_read_in_english_too():
    assert weekdays("sun, tue") == (1, 6)
    for text in ("", "tue,,sun", "tuesday"):
        with pytest.raises(BadPlanRequest):
            weekdays(text)
