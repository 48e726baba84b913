"""Migrations: once, in order, whole, and never against a database that we do not know."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runningcoach.store import database
from runningcoach.store.database import migrate


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(migrate.FOLDER, tmp_path / "migrations")
    return tmp_path / "migrations"


def _next_file(folder, name, text):
    number = len(migrate.migrations(folder)) + 1
    path = folder / f"{number:04d}_{name}.sql"
    path.write_text(text)
    return path


def test_an_empty_database_is_migrated_once(empty_database_url):
    names = [migration.name for migration in migrate.migrations()]
    assert migrate.migrate(empty_database_url) == names
    assert migrate.migrate(empty_database_url) == []


def test_starters_at_the_same_time_apply_each_file_once(empty_database_url):
    with ThreadPoolExecutor(4) as starters:
        runs = list(starters.map(migrate.migrate, [empty_database_url] * 4))
    assert sorted(len(names) for names in runs) == [0, 0, 0, len(migrate.migrations())]


def test_a_failing_file_leaves_nothing_behind(database_url, folder):
    _next_file(folder, "half", "CREATE TABLE half (id int); SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate.migrate(database_url, folder)
    with database.connect(database_url) as conn:
        assert conn.execute("SELECT to_regclass('half')").fetchone() == (None,)
        assert len(migrate.applied(conn)) == len(migrate.migrations())


def test_an_edited_file_is_refused_before_anything_is_applied(database_url, folder):
    first = migrate.migrations(folder)[0].name
    (folder / first).write_text((folder / first).read_text() + "\n-- edited\n")
    _next_file(folder, "later", "CREATE TABLE later (id int)")
    with pytest.raises(migrate.MigrationEdited, match=first):
        migrate.migrate(database_url, folder)
    with database.connect(database_url) as conn:
        assert conn.execute("SELECT to_regclass('later')").fetchone() == (None,)


def test_a_newer_database_is_refused(database_url, folder):
    _next_file(folder, "tomorrow", "CREATE TABLE tomorrow (id int)")
    migrate.migrate(database_url, folder)
    with pytest.raises(migrate.DatabaseNewer):
        migrate.migrate(database_url)


def test_a_gap_in_the_numbers_is_a_mistake(folder):
    (folder / "0099_gap.sql").write_text("SELECT 1")
    with pytest.raises(ValueError, match="gap"):
        migrate.migrations(folder)


def test_pending_files_are_named_and_not_applied(empty_database_url):
    names = [migration.name for migration in migrate.migrations()]
    assert migrate.pending(empty_database_url) == names
    migrate.migrate(empty_database_url)
    assert migrate.pending(empty_database_url) == []


def test_each_file_has_its_record(database_url):
    with database.connect(database_url) as conn:
        applied = migrate.applied(conn)
    assert applied == {m.number: (m.name, m.sha256) for m in migrate.migrations()}


def test_migrate_waiting_too_long_raises(empty_database_url, monkeypatch):
    monkeypatch.setattr(migrate, "WAIT_S", 0.2)
    with database.connect(empty_database_url) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migrate.LOCK])
        with pytest.raises(migrate.MigrationBusy):
            migrate.migrate(empty_database_url)


@pytest.fixture
def plain_user(server, empty_database_url):
    """Address of a database that belongs to a user without any right beyond it."""
    name = conninfo_to_dict(empty_database_url)["dbname"]
    with database.connect(empty_database_url) as conn:
        conn.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
        conn.execute(f"ALTER DATABASE {name} OWNER TO plain".encode())
        yield make_conninfo(empty_database_url, user="plain", password="plain")
        conn.execute("DROP OWNED BY plain CASCADE")
        conn.execute(f"ALTER DATABASE {name} OWNER TO runningcoach".encode())
        conn.execute("DROP ROLE plain")


def test_migrate_without_right_to_create_extension(plain_user):
    with pytest.raises(database.NoVectorExtension, match="CREATE EXTENSION vector"):
        migrate.migrate(plain_user)
    assert migrate.pending(plain_user)


def test_ensure_notebook_role_without_right(plain_user, empty_database_url, clone):
    with database.connect(empty_database_url) as conn:
        conn.execute("CREATE EXTENSION vector")
    migrate.migrate(plain_user)
    with pytest.raises(migrate.NotebookRoleForbidden, match="CREATEROLE"):
        migrate.ensure_notebook_role(plain_user, "another password")


def test_ensure_notebook_role_that_exists_needs_no_right(
    plain_user, empty_database_url, notebook_url
):
    with database.connect(empty_database_url) as conn:
        conn.execute("CREATE EXTENSION vector")
    migrate.migrate(plain_user)
    password = conninfo_to_dict(notebook_url)["password"]
    migrate.ensure_notebook_role(plain_user, password)
    with database.connect(database.as_notebook_role(plain_user, password)) as notebook:
        assert notebook.execute("SELECT count(*) FROM notebook.activities").fetchone() == (0,)


def test_a_new_password_for_the_notebook_role_is_in_no_log(server, database_url, notebook_url):
    before = conninfo_to_dict(notebook_url)["password"]
    with database.connect(database_url) as conn:
        conn.execute(f"ALTER DATABASE {conn.info.dbname} SET log_statement = 'all'".encode())
    try:
        migrate.ensure_notebook_role(database_url, "a-new-password")
        database.connect(database.as_notebook_role(database_url, "a-new-password")).close()
    finally:
        migrate.ensure_notebook_role(database_url, before)
    said = server.log.read_text()
    assert "ALTER ROLE" in said
    assert "a-new-password" not in said
