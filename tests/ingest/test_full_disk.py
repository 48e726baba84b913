"""A disk that fills up: it is said, nothing half-written stays, and all works with room again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from runningcoach.store import accounts
from tests.ingest import build
from tests.ingest.test_archives import zipped
from tests.test_at_once import ACTIVITIES, running, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.deep]

LEFT_BYTES = 60_000


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Leave a little room."""
    status = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(bytes(status.f_bavail * status.f_frsize - LEFT_BYTES))
    try:
        yield
    finally:
        filler.unlink()


def upload(runs: int) -> list:
    files = [
        (f"{n}.fit", build.fit(build.START + timedelta(days=n), 3600, position=(37.5, 127.0 + n)))
        for n in range(runs)
    ]
    return [("files", file) for file in files]


def half_written(home: Path) -> list[Path]:
    inbox = home / "inbox"
    left = list(inbox.iterdir()) if inbox.exists() else []
    return left + [path for path in home.rglob("*") if path.name.endswith(".tmp")]


def test_an_upload_is_refused_in_words_and_taken_once_there_is_room(
    conn, database_url, small_disk, tmp_path
):
    disk = small_disk("size=30m")
    home = disk / "home"
    home.mkdir(mode=0o700)
    user = accounts.create(conn, "ann", "!", language="en", timezone="Asia/Seoul")
    long = build.fit(build.START + timedelta(days=20), 9000)
    nested = zipped({"inner.zip": zipped({"long.fit": long}, 0)}, 8)
    with (
        running(home, database_url, tmp_path / "web.log") as server,
        sign_in(conn, server, user) as client,
    ):
        assert client.post(f"{ACTIVITIES}/upload", files=upload(1)).status_code == 201
        uploads = (upload(8), [("files", ("nested.zip", nested))])
        for files in uploads:
            with filled(disk):
                answer = client.post(f"{ACTIVITIES}/upload", files=files)
                problem = answer.json()
                assert answer.status_code == 507, problem
                assert problem["code"] == "api.disk_full"
                assert "is full" in problem["detail"]
                assert problem["remedy"]
                assert half_written(home) == []
                assert client.get(ACTIVITIES).status_code == 200
        rows = "SELECT count(*) FROM quarantine"
        assert conn.execute(rows).fetchone() == (0,)
        taken = [client.post(f"{ACTIVITIES}/upload", files=files) for files in uploads]
        assert [answer.status_code for answer in taken] == [201, 201]
        outcomes = {one["outcome"] for answer in taken for one in answer.json()["files"]}
        assert outcomes <= {"imported", "known", "unpacked"}
        listed = client.get(ACTIVITIES).json()["items"]
        assert len(listed) == 9
    assert half_written(home) == []
    assert "Traceback" not in (tmp_path / "web.log").read_text()


def test_an_import_says_it_and_does_the_rest_at_the_next_run(
    conn, database_url, small_disk, tmp_path
):
    disk = small_disk("size=30m")
    home = disk / "home"
    runs = {name: data for _, (name, data) in upload(8)}
    folder = build.put(tmp_path / "runs", runs)
    environment = os.environ | {
        "RUNNINGCOACH_HOME": str(home),
        "DATABASE_URL": database_url,
        "RUNNINGCOACH_LANGUAGE": "en",
        "RUNNINGCOACH_WORKERS": "2",
    }

    def taken() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "runningcoach", "import", str(folder)],
            env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    home.mkdir(mode=0o700)
    with filled(disk):
        refused = taken()
    assert refused.returncode == 1
    assert "is full" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert half_written(home) == []
    assert taken().returncode == 0
    assert conn.execute("SELECT count(*) FROM activities").fetchone() == (8,)
    assert conn.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
