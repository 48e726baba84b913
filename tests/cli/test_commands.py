"""The commands as a person types them, in one home."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runningcoach import __version__
from runningcoach.base.settings import Settings
from runningcoach.cli.opened import opened
from runningcoach.demo import runs

from .shell import Shell, beside_a_database

pytestmark = pytest.mark.slow

SECRET = "not-to-be-shown"


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Iterator[Shell]:
    with beside_a_database(tmp_path_factory.mktemp("commands") / "home") as shell:
        yield shell


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with two runs and a page that a browser saved in place of a third."""
    folder = tmp_path_factory.mktemp("files")
    for name, data in runs(2, seconds=600):
        (folder / name).write_bytes(data)
    (folder / "login.fit").write_text("<!doctype html><title>Sign in</title>")
    return folder


@pytest.fixture(scope="module")
def imported(shell, folder) -> Shell:
    """The home after the folder was imported."""
    assert shell("import", folder).returncode == 0
    return shell


def test_the_version_is_printed(shell):
    words = [sys.executable, "-m", "runningcoach", "version"]
    run = subprocess.run(words, env=shell.environment, capture_output=True, text=True, check=True)
    assert run.stdout.split()[-1] == __version__
    assert shell("version").stdout == run.stdout


def test_a_database_that_nobody_runs_is_started_for_each_command(tmp_path, folder):
    shell = Shell(tmp_path / "home")
    assert shell("import", folder).returncode == 0
    assert "login.fit" in shell("quarantine", "list").stdout


def test_files_are_imported_once_and_what_cannot_be_is_told(shell, folder):
    first = shell("import", folder)
    assert first.returncode == 0, first.stderr
    assert "Traceback" not in first.stderr
    assert "login.fit" in first.stdout
    held = shell("quarantine", "list").stdout
    assert "login.fit" in held
    again = shell("import", folder)
    assert "3" in again.stdout.split("\n")[1], again.stdout


def test_quarantine_is_tried_again(shell, folder):
    shell("import", folder)
    run = shell("quarantine", "retry")
    assert run.returncode == 0, run.stderr
    assert "login.fit" in shell("quarantine", "list").stdout


@pytest.mark.deep
def test_quarantine_is_emptied_when_wanted(shell, folder):
    shell("import", folder)
    assert "0 files" in shell("quarantine", "empty", "--older-than", "1").stdout
    assert "0 files" in shell("quarantine", "empty", "--reason", "bad_json").stdout
    assert "1 files" in shell("quarantine", "empty").stdout
    assert "login.fit" not in shell("quarantine", "list").stdout


@pytest.mark.deep
def test_lost_samples_come_back_and_originals_are_read_again(shell, folder):
    shell("import", folder)
    for path in (shell.home / "samples").rglob("*.parquet"):
        path.unlink()
    assert "gone or cut short: 2" in shell("doctor").stdout
    assert "made again from their originals: 2" in shell("rebuild").stdout
    assert "Every sample file is there" in shell("doctor").stdout
    assert "2  imported" in shell("import", "--again").stdout
    alone = shell("import")
    assert alone.returncode == 2
    assert "--again" in alone.stderr


def test_a_rebuild_says_how_much(imported):
    assert "2 activities" in imported("rebuild").stdout


def test_a_number_is_explained(imported):
    run = imported("explain", "moving_s", 1)
    assert run.returncode == 0, run.stderr
    for words in ("Moving time", "Formula", "0.5 m/s", "What went in", "moving.v2"):
        assert words in run.stdout, words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tirmp", 1), "There is no metric called tirmp"),
        (("trimp", 999), "There is no activity 999"),
        (("trimp", "someday"), "An activity or a date is needed"),
        (("rtss", "2001-01-01"), "none on 2001-01-01"),
        (("ctl", "9999-12-31"), "Nothing is known of 9999-12-31"),
    ],
)
def test_what_cannot_be_explained_is_said(imported, words, said):
    run = imported("explain", *words)
    assert run.returncode == 1
    assert said in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.deep
def test_a_rebuild_tells_what_an_earlier_engine_had_made(tmp_path, folder):
    shell = Shell(tmp_path / "home")
    shell("import", folder)
    assert "No number changed." in shell("rebuild").stdout
    assert "made by the engine installed" in shell("doctor").stdout
    with opened(Settings(home=tmp_path / "home"), None) as (conn, _):
        conn.execute("UPDATE activity_facts SET engine_version = '0.9'")
        conn.execute("UPDATE activity_metrics SET trimp = trimp / 2, gap_mps = NULL")
        conn.execute(
            "UPDATE metric_algorithms SET algorithm = 'old.v0' WHERE metric LIKE '%.trimp'"
        )
    assert "Users with numbers made by an earlier engine: 1" in shell("doctor").stdout
    told = shell("rebuild").stdout
    assert "earlier engine: 0.9" in told
    rows = {line.split("│")[2].strip(): line for line in told.splitlines() if "│ Activity" in line}
    assert set(rows) == {"TRIMP", "Grade-adjusted pace"}
    assert [c.strip() for c in rows["TRIMP"].split("│")[3:7]] == ["2", "", "", "100.00 %"]
    assert "old.v0 → trimp.banister.v2" in rows["TRIMP"]
    assert "made by the engine installed" in shell("doctor").stdout


@pytest.mark.deep
def test_a_rebuild_names_the_samples_that_it_cannot_read(tmp_path, folder):
    shell = Shell(tmp_path / "home")
    shell("import", folder)
    broken = next((tmp_path / "home" / "samples").rglob("*.parquet"))
    broken.write_bytes(b"not a table")
    for original in (tmp_path / "home" / "originals").rglob("*.zst"):
        original.unlink()
    run = shell("rebuild")
    assert run.returncode == 0, run.stderr
    assert "keep the numbers they had: 1" in run.stdout
    assert broken.name in run.stdout


def test_an_account_is_made_once(shell):
    assert "Password" in shell("user", "add", "bob").stdout
    assert "bob" in shell("user", "list").stdout
    twice = shell("user", "add", "bob")
    assert twice.returncode == 1
    assert "exists already" in twice.stderr


@pytest.mark.parametrize("words", [("rebuild", "--user", "nobody-here"), ("user", "password", "x")])
def test_an_unknown_user_is_said(shell, words):
    run = shell(*words)
    assert run.returncode == 1
    assert "no such user" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_doctor_finds_a_healthy_home_well(shell, folder):
    shell("import", folder)
    run = shell("doctor")
    assert run.returncode == 0, run.stdout
    assert "Files in quarantine: 1" in run.stdout


@pytest.mark.deep
def test_the_doctor_misses_what_is_gone(tmp_path, folder):
    shell = Shell(tmp_path / "home")
    shell("import", folder)
    for path in (tmp_path / "home" / "samples").rglob("*.parquet"):
        path.unlink()
    run = shell("doctor")
    assert run.returncode == 1
    assert "Sample files gone or cut short: 2" in run.stdout
    assert "runningcoach rebuild" in run.stdout


def test_a_database_that_does_not_answer_is_said_without_its_password(shell, folder):
    url = f"postgresql://runner:{SECRET}@127.0.0.1:1/runs"
    run = shell("import", folder, DATABASE_URL=url)
    assert run.returncode == 1
    assert "Remedy" in run.stderr
    assert SECRET not in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
