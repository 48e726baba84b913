"""An account is removed by the command: nothing of it is left, and nothing of others is touched."""

import os
import subprocess
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach import jobs
from runningcoach.base import periods, security
from runningcoach.demo import runs
from runningcoach.ingest import quarantine_files
from runningcoach.ingest.garmin.units import downloads
from runningcoach.model.conversation import AiSettings, NewMessage, NewModelCall
from runningcoach.model.user import User
from runningcoach.store import (
    accounts,
    ai_calls,
    ai_drafts,
    ai_imports,
    ai_settings,
    conversations,
    garmin,
    job_runs,
    secrets,
    weekly_words,
)
from runningcoach.store.blobs import files
from tests import commands
from tests.test_kill import fingerprint

pytestmark = pytest.mark.slow

LEAVER = "zebra.77"
SHARED, OWN, KEPT = runs(3, seconds=600)
BROKEN, BROKEN_OF_BOTH = b"<html>of zebra.77</html>", b"<html>of both</html>"

type Conn = psycopg.Connection[Any]


def fill(conn: Conn, home: Path, user: User, *brought: tuple[str, bytes]) -> None:
    """Give a user activities, quarantine, secrets, logins and a run with its notebook."""
    named = [(f"{user.username}-{name}", data) for name, data in brought]
    jobs.take_upload(conn, user.id, named, home)
    secrets.put(conn, user.id, "garmin.key", f"token of {user.username}", home=home)
    tomorrow = periods.now() + timedelta(days=1)
    token = security.token_sha256(security.new_token())
    accounts.open_session(conn, user.id, token, tomorrow, f"browser of {user.username}")
    for subject in (f"user:{user.username}", f"pair:{user.username} 192.0.2.1"):
        accounts.record_failure(conn, subject)
    (downloads(home, user.id) / "staged.zip").write_bytes(b"fetched")
    talk = conversations.create(conn, user.id, f"talk of {user.username}")
    sent = NewMessage(role="user", content=f"from {user.username}", context={"a": user.username})
    conversations.add_message(conn, user.id, talk.id, sent)
    ai_settings.put(conn, user.id, AiSettings(chat_model=f"model of {user.username}"))
    ai_calls.add(conn, user.id, NewModelCall(purpose="chat", model=f"model of {user.username}"))
    ai_calls.reserve(conn, user.id, 0.5, periods.now())
    text = f"a plan of {user.username}"
    ai_drafts.add(conn, user.id, round=1, text=text, treatment="reject", conversation_id=talk.id)
    ai_imports.add(conn, user.id, text=text, treatment="reject")
    weekly_words.add(conn, user.id, date(2026, 11, 30), text, "rule")
    run = job_runs.enqueue(conn, user.id, "daily_metrics", periods.now())
    assert run is not None
    folder = home / "jobs" / run.run_id
    folder.mkdir(parents=True)
    (folder / "daily_metrics.ipynb").write_text(f"notebook of {user.username}")


@pytest.fixture
def leaver(conn: Conn, home: Path, user: User, other_user: User) -> User:
    """Somebody who leaves; a friend has one of the same files, the owner others."""
    leaver = accounts.create(conn, LEAVER, "!", display_name=LEAVER)
    fill(conn, home, leaver, SHARED, OWN, ("b", BROKEN), ("both", BROKEN_OF_BOTH))
    fill(conn, home, other_user, SHARED, ("both", BROKEN_OF_BOTH))
    fill(conn, home, user, KEPT)
    longer = accounts.create(conn, f"{LEAVER}7", "!")  # whose name begins alike
    accounts.record_failure(conn, f"user:{longer.username}")
    return leaver


@pytest.fixture
def ask(database_url: str, home: Path):
    """Run `runningcoach user remove`, with an answer to what it asks."""

    def remove(*words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "DATABASE_URL": database_url, "RUNNINGCOACH_HOME": str(home),
            "RUNNINGCOACH_LANGUAGE": "en",
        }  # fmt: skip
        return commands.run(("user", "remove", *words), environment, answer)

    return remove


def tables(conn: Conn) -> list[str]:
    return [
        name
        for (name,) in conn.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
    ]


def left_in_tables(conn: Conn, user: User) -> dict[str, int]:
    """In which tables rows of a user, or with the user's name, are left."""
    counted = {}
    for name in tables(conn):
        query = (
            f"SELECT count(*) FROM {name} t WHERE to_jsonb(t)->>'user_id' = %s"  # noqa: S608
            r" OR to_jsonb(t)::text ~ '(^|[^a-z0-9._-])zebra\.77([^a-z0-9._]|$)'"
        )
        counted[name] = conn.execute(query.encode(), [str(user.id)]).fetchone()[0]
    return {name: count for name, count in counted.items() if count}


def left_in_files(home: Path) -> list[str]:
    """Which files of a home name the leaver, or hold what only the leaver brought."""
    hashes = [sha256(data).hexdigest()[:16] for data in (OWN[1], BROKEN)]
    found = []
    for path in filter(Path.is_file, home.rglob("*")):
        content = path.read_bytes()
        if LEAVER.encode() in content or any(part in str(path) for part in (LEAVER, *hashes)):
            found.append(str(path.relative_to(home)))
    return found


@pytest.mark.deep
def test_nothing_is_left_of_the_removed_and_nothing_of_others_is_touched(
    conn, home, user, other_user, leaver, ask
):
    talks = {name for name in tables(conn) if name.startswith("ai_")}
    assert {"activities", "quarantine", "sealed_secrets", "sessions", "login_failures"} <= set(
        left_in_tables(conn, leaver)
    )
    assert talks <= set(left_in_tables(conn, leaver))
    assert len(left_in_files(home)) >= 4, "original, samples, quarantine, notebook"
    before = [fingerprint(conn, one.id, home) for one in (user, other_user)]
    others = {one: conn.execute(f"SELECT count(*) FROM {one}").fetchone()[0]  # noqa: S608
              for one in ("sessions", "sealed_secrets", "login_failures", "job_runs")}  # fmt: skip

    refused = ask(LEAVER, answer="zebra\n")
    assert refused.returncode == 1
    assert "Nothing was removed" in refused.stderr
    assert accounts.get(conn, leaver.id) is not None

    removed = ask(LEAVER, answer=f"{LEAVER}\n")
    assert removed.returncode == 0, removed.stderr
    assert f"Removed with all its data: {LEAVER}" in removed.stdout

    assert left_in_tables(conn, leaver) == {}
    assert left_in_files(home) == []
    assert not (home / "downloads" / str(leaver.id)).exists()
    assert [fingerprint(conn, one.id, home) for one in (user, other_user)] == before
    files.get(home, sha256(SHARED[1]).hexdigest())
    assert quarantine_files.get(home, sha256(BROKEN_OF_BOTH).hexdigest()) == BROKEN_OF_BOTH
    assert (downloads(home, other_user.id) / "staged.zip").exists()
    assert len(list((home / "jobs").iterdir())) == 2
    gone = {"sessions": 1, "sealed_secrets": 1, "login_failures": 2, "job_runs": 1}
    for name, count in others.items():
        left = conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
        assert left == count - gone[name], name


def test_the_last_owner_stays(conn, home, user, ask):
    refused = ask(user.username, "--yes")
    assert refused.returncode == 1
    assert "only owner" in refused.stderr
    assert accounts.get(conn, user.id) is not None


def test_a_removal_that_was_cut_short_can_be_asked_for_again(conn, home, leaver, monkeypatch):
    def cut(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(garmin, "is_file_used", cut)
        with pytest.raises(KeyboardInterrupt):
            jobs.remove_account(conn, leaver, home)
    assert accounts.get(conn, leaver.id) is not None
    jobs.remove_account(conn, leaver, home)
    assert left_in_tables(conn, leaver) == {}
    assert left_in_files(home) == []
