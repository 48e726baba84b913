"""Migrations: once, in order, whole, and never against a database that we do not know."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from runningcoach.store import database, migrate


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
