"""`rc`: one user's tables and samples, read only, and nothing else."""

import re
import subprocess
import sys
from datetime import UTC, datetime

import duckdb
import numpy as np
import psycopg
import pytest

from runningcoach.store import database
from runningcoach.store.blobs import samples
from runningcoach.store.workbench import NoSamplesOfActivity, OnlySelect, Workbench

START = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)


def _run(seconds, heart_rate, **more):
    filled = {name: np.full(seconds, value) for name, value in more.items()}
    t_s = np.arange(seconds, dtype=np.int32)
    return {"t_s": t_s, "heart_rate_bpm": np.full(seconds, heart_rate), **filled}


@pytest.fixture
def ids(home, user, other_user, add_activity):
    """Two activities of the user and one of the other user, each with samples."""
    outdoors = _run(60, 140.0, latitude_deg=37.5, longitude_deg=127.0, cadence_spm=170.5)
    treadmill = _run(30, 150.0, **{"dev0:Power": 1.25, "cadence_spm": 172.0})
    runs = [(user, outdoors), (user, treadmill), (other_user, _run(10, 199.0))]
    return [
        add_activity(owner.id, samples.write(home, run, START, f"{number}-0"))
        for number, (owner, run) in enumerate(runs)
    ]


@pytest.fixture
def rc(home, user, notebook_url, ids):
    return Workbench(user.id, home, notebook_url)


def test_activities_are_the_users_newest_first(rc, ids):
    frame = rc.activities()
    assert list(frame["id"]) == [ids[1], ids[0]]
    assert frame["started_at"][0].to_pydatetime() == START


def test_samples_of_one_activity(rc, ids):
    frame = rc.samples(ids[0])
    assert len(frame) == 60
    assert frame["latitude_deg"].iloc[0] == pytest.approx(37.5, abs=1e-7)
    assert list(rc.samples(ids[0], ["heart_rate_bpm"])) == ["heart_rate_bpm"]


def test_one_query_over_tables_and_samples(rc, ids):
    frame = rc.sql(
        "SELECT a.id, count(*) AS n, avg(heart_rate_bpm) AS hr, avg(cadence_spm) AS cadence,"
        ' avg(latitude_deg) AS lat, max("dev0:Power") AS power, max(altitude_m) AS altitude'
        " FROM Activities a JOIN samples s ON s.activity_id = a.id WHERE a.distance_m >= $least"
        " GROUP BY a.id ORDER BY a.id",
        {"least": 10_000},
    )
    assert list(frame["id"]) == ids[:2]
    assert list(frame["n"]) == [60, 30]
    assert list(frame["hr"]) == [140, 150]
    assert list(frame["cadence"]) == [170.5, 172]
    assert frame["lat"][0] == pytest.approx(37.5, abs=1e-7)
    assert frame["power"][1] == 1.25
    assert frame["altitude"].isna().all()


def test_samples_of_in_sql(rc, ids):
    frame = rc.sql(
        "SELECT max(t_s) AS t, avg(longitude_deg) AS lon FROM samples_of($id)", {"id": ids[0]}
    )
    assert frame["t"][0] == 59
    assert frame["lon"][0] == pytest.approx(127, abs=1e-7)
    with pytest.raises(duckdb.Error, match="no samples"):
        rc.sql("SELECT * FROM samples_of(999999)")


def test_common_table_expressions_and_joins_by_using(rc, ids):
    frame = rc.sql(
        "WITH mine AS (SELECT id AS activity_id FROM activities)"
        " SELECT count(*) AS n FROM mine JOIN activity_samples USING (activity_id)"
    )
    assert frame["n"][0] == 2


def test_a_user_without_samples_can_ask_for_them(home, user, notebook_url):
    frame = Workbench(user.id, home, notebook_url).sql(
        "SELECT count(*) AS n, max(latitude_deg) AS lat FROM samples"
    )
    assert frame["n"][0] == 0


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO '{tmp}/out.csv'",
        "ATTACH '{tmp}/other.db'",
        "CREATE TABLE t AS SELECT 1",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "DELETE FROM activities",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY (SELECT 1) TO '{tmp}/out.csv'",
        "not sql at all",
    ],
)
def test_anything_but_one_select_is_refused(rc, tmp_path, query):
    with pytest.raises(OnlySelect):
        rc.sql(query.format(tmp=tmp_path))
    assert not (tmp_path / "out.csv").exists()


REFUSED = "Permission Error|Table with name .* does not exist"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM query('FROM read_text(''/etc/passwd'')')",
        "SELECT * FROM read_parquet('{home}/samples/*/*/*.parquet')",
        "SELECT * FROM read_parquet('{theirs}')",
        "SELECT * FROM users",
        "SELECT * FROM sessions",
        "SELECT * FROM sealed_secrets",
        "SELECT * FROM public.activities",
        "SELECT * FROM ids",
        "SELECT * FROM rows",
    ],
)
def test_other_files_and_tables_cannot_be_reached(rc, conn, home, ids, query):
    (path,) = conn.execute(
        "SELECT path FROM activity_samples WHERE activity_id = %s", [ids[2]]
    ).fetchone()
    with pytest.raises(
        duckdb.Error, match=r"Permission Error|(Table|View) with name .* does not exist"
    ):
        rc.sql(query.format(home=home, theirs=home / "samples" / path))


VIEWS = "SELECT table_name FROM information_schema.views WHERE table_schema = 'notebook'"


def test_other_users_rows_are_invisible(rc, conn, ids, other_user):
    views = [name for (name,) in conn.execute(VIEWS)]
    assert len(views) > 10
    for name in views:
        frame = rc.sql(f"SELECT * FROM {name}")  # noqa: S608
        assert "password_hash" not in frame
        assert other_user.id not in set(frame.get("user_id", [])), name
    assert rc.sql("SELECT max(heart_rate_bpm) AS hr FROM samples")["hr"][0] == 150
    with pytest.raises(NoSamplesOfActivity):
        rc.samples(ids[2])


def test_the_athlete_is_the_user_without_a_password(rc, user):
    frame = rc.sql("SELECT username FROM athlete")
    assert list(frame["username"]) == [user.username]


BASE_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


WRITES = (
    "DELETE FROM notebook.activities",
    "INSERT INTO notebook.laps DEFAULT VALUES",
    "CREATE TABLE public.mine (id int)",
    "CREATE TABLE notebook.mine (id int)",
)


def test_the_role_reads_no_table_and_writes_nothing(conn, notebook_url, ids):
    tables = [name for (name,) in conn.execute(BASE_TABLES)]
    assert len(tables) > 20
    with psycopg.connect(notebook_url, autocommit=True) as notebook:
        for name in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                notebook.execute(f"SELECT * FROM public.{name}")  # noqa: S608
        assert notebook.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
        notebook.execute("SET default_transaction_read_only = off")
        for statement in WRITES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                notebook.execute(statement)


def test_no_view_shows_what_was_said_to_the_coach(conn):
    views = dict(
        conn.execute("SELECT viewname, definition FROM pg_views WHERE schemaname = 'notebook'")
    )
    assert "activities" in views
    hidden = r"\b(ai_|knowledge_|sealed_|sessions|api_tokens)"
    assert [name for name, text in views.items() if re.search(hidden, text)] == []


def test_without_a_user_the_views_are_empty(notebook_url, ids):
    with psycopg.connect(notebook_url) as notebook:
        assert notebook.execute("SELECT count(*) FROM notebook.activities").fetchone() == (0,)


def test_the_workbench_of_notebooks_finds_its_user(
    monkeypatch, server, database_url, notebook_url, home, user, other_user, ids
):
    monkeypatch.setattr(database, "notebook_url", lambda: notebook_url)
    monkeypatch.setattr(database, "database_url", lambda: database_url)
    assert Workbench(home=home).user_id == user.id
    monkeypatch.setenv("RUNNINGCOACH_USER_ID", str(other_user.id))
    assert list(Workbench(home=home).activities()["id"]) == ids[2:]


def test_duckdb_is_loaded_by_the_first_query_and_not_before():
    """Its later versions end a process on processors without AVX, where all else works."""
    code = "import sys, runningcoach.store.workbench as w; print('duckdb' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
