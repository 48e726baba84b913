"""Workouts by the command line: kept, shown, converted and written as files."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from runningcoach.base import periods
from runningcoach.fit.workout_reader import read_workout
from runningcoach.fit.workout_writer import write_workout
from runningcoach.model.workout import (
    DistanceEnd,
    HeartRateZoneTarget,
    PaceTarget,
    Workout,
    WorkoutStep,
)

from .shell import Shell, beside_a_database

TEXT = '2km E + 3x(1km @4:30 "[fast]", 60s jog)'
RUN = Workout(
    type="other",
    title="Five",
    steps=(
        WorkoutStep(
            intensity="interval",
            end=DistanceEnd(meters=5_000),
            target=PaceTarget(slow_s_per_km=330, fast_s_per_km=310),
        ),
    ),
)


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Iterator[Shell]:
    with beside_a_database(tmp_path_factory.mktemp("workouts") / "home") as shell:
        shell("workout", "list")  # the first command names the new account
        yield shell


def test_text_is_kept_listed_shown_and_exported(shell, tmp_path):
    day = periods.today("Asia/Seoul") + timedelta(days=3)
    kept = shell("workout", "import", TEXT, "--day", day)
    assert kept.returncode == 0, kept.stderr
    number = kept.stdout.split("number ")[1].split(":")[0]
    [row] = [line for line in shell("workout", "list").stdout.splitlines() if f"{day}" in line]
    assert "cruise" in row
    shown = shell("workout", "show", number)
    assert '2km E + 3x(1km @4:30 "[fast]", 1min)' in shown.stdout
    assert "On the watch: 2km Z2 +" in shown.stdout
    assert "training paces are not known yet" in shown.stderr
    file = tmp_path / "one.fit"
    assert shell("workout", "export", number, "-o", file).returncode == 0
    first, _ = read_workout(file).workout.steps
    assert first.target == HeartRateZoneTarget(zone=2)


def test_fit_file_becomes_text_and_json(shell, tmp_path):
    file = tmp_path / "five.fit"
    file.write_bytes(write_workout(RUN, 1.8e9))
    text = shell("workout", "convert", file)
    assert text.stdout == '[other] "Five": interval 5km @5:30-5:10\n'
    stored = shell("workout", "convert", file, "--to", "canonical")
    assert Workout.model_validate(json.loads(stored.stdout)) == RUN


@pytest.mark.parametrize("form", ["garmin", "canonical", "fit", "text"])
def test_every_form_is_written_to_a_file_and_read_again(shell, tmp_path, form):
    file = tmp_path / f"workout.{form}"
    written = shell("workout", "convert", "5km @5:30-5:10", "--to", form, "-o", file)
    assert written.returncode == 0, written.stderr
    again = shell("workout", "convert", file)
    assert "5km @5:30-5:10" in again.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("convert", "5km @27:50"), 1, "Line 1, column 5"),
        (("convert", "8km E", "--to", "fit"), 2, "--output"),
        (("convert", "8km E", "--to", "gpx"), 2, "canonical"),
        (("convert", "10min 90% Pace", "--to", "garmin"), 1, "training paces are not known"),
        (("show", "999999"), 1, ""),
        (("import", "nonsense"), 1, "has no length"),
    ],
)
def test_what_cannot_be_done_is_told_without_a_traceback(shell, words, code, said):
    run = shell("workout", *words)
    assert run.returncode == code
    assert said in run.stderr
    assert run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'{"a": 1}', b"{"])
def test_other_file_is_refused(shell, tmp_path, content):
    file = tmp_path / "other"
    file.write_bytes(content)
    run = shell("workout", "convert", file)
    assert (run.returncode, "holds no workout" in run.stderr) == (1, True)


def test_conversion_to_text_needs_no_database(tmp_path):
    alone = Shell(tmp_path / "home")
    converted = alone("workout", "convert", "8km E", DATABASE_URL="postgresql://127.0.0.1:1/none")
    assert converted.stdout == '[easy] "8km E": 8km E\n'
    assert not (tmp_path / "home" / "postgres").exists()
