"""FIT files of workouts in a zip, for a watch on a cable."""

import io
import zipfile

from runningcoach.base import i18n
from runningcoach.model.workout import BandTarget, TimeEnd, Workout, WorkoutStep
from runningcoach.publish.workout_files import LEFT_OUT, workout_zip
from runningcoach.sources.garmin.workout_writer import workout_to_garmin
from runningcoach.store import workouts

from .conftest import TODAY, easy


def write_json(workout, created_s):
    """Write Garmin's JSON in place of FIT: a writer that refuses what is not resolved."""
    assert created_s > 1_700_000_000
    return str(workout_to_garmin(workout)).encode()


def zip_of(conn, user, *listed):
    stored = [workouts.add_own(conn, user.id, one, TODAY) for one in listed]
    return zipfile.ZipFile(io.BytesIO(workout_zip(stored, write_json)))


def test_zip_has_a_file_a_workout_named_by_day(conn, user):
    archive = zip_of(conn, user, easy(40, "Easy run"), easy(50, "Easy run"), easy(60, "../a:b"))
    assert archive.namelist() == [
        f"{TODAY}_Easy_run.fit", f"{TODAY}_Easy_run_2.fit", f"{TODAY}_a_b.fit"
    ]  # fmt: skip
    assert b"3000" in archive.read(f"{TODAY}_Easy_run_2.fit")


def test_zip_names_what_cannot_be_written(conn, user):
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=600), target=BandTarget(name="T"))
    tempo = Workout(type="tempo", title="Tempo", steps=(step,))
    with i18n.speaking("en"):
        archive = zip_of(conn, user, tempo, easy(40), Workout(type="cross_training", title="Swim"))
    assert archive.namelist() == [f"{TODAY}_Easy.fit", LEFT_OUT]
    assert f"{TODAY} Tempo: " in archive.read(LEFT_OUT).decode()
