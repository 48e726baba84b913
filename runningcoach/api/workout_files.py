"""Workouts in other forms: text, Garmin's JSON, FIT files for a watch on a cable."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Form, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runningcoach.api.dependencies import CurrentUser, Database, RowId
from runningcoach.api.problems import NotFound, described
from runningcoach.base import periods
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.user import User
from runningcoach.model.workout import Workout
from runningcoach.model.workout_conversion import WorkoutConversion, WorkoutForm
from runningcoach.store import workouts

router = APIRouter(tags=["workouts"])

MEDIA_TYPES = {"fit": "application/vnd.ant.fit", "zip": "application/zip"}


class WorkoutSource(BaseModel):
    """A workout as text, as Garmin's JSON, or as it is stored here; and the form it is to have."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=20_000)] | None = None
    garmin: dict[str, Any] | None = None
    workout: Workout | None = None
    to: WorkoutForm = "canonical"

    @property
    def sources(self) -> list[str | dict[str, Any] | Workout]:
        """What was given of the three."""
        return [one for one in (self.text, self.garmin, self.workout) if one is not None]

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if len(self.sources) != 1:
            raise ValueError("one of text, garmin and workout")
        return self


class ComingDaysQuery(BaseModel):
    """How many days from today on are taken."""

    model_config = ConfigDict(extra="forbid")

    days: Annotated[int, Field(ge=1, le=400)] = 28


def _athlete(db: Database, user: User) -> AthleteState:
    return load_athlete(db, user.id, periods.today(user.timezone))


@router.post("/workouts/convert", responses=described(401, 403, 422))
def convert_workout(body: WorkoutSource, db: Database, user: CurrentUser) -> WorkoutConversion:
    """Return a workout in another form, with what is lost or uncertain; nothing is stored.

    A mistake in a text is answered with its line and column. For Garmin and FIT, targets are
    resolved by the runner's own numbers.
    """
    from runningcoach.coach.plans import conversions

    source = conversions.read_source(body.sources[0])
    return conversions.convert_workout(source, body.to, _athlete(db, user))


@router.post("/workouts/convert/fit", responses=described(401, 403, 422))
def convert_fit_file(
    file: UploadFile,
    db: Database,
    user: CurrentUser,
    to: Annotated[WorkoutForm, Form()] = "canonical",
) -> WorkoutConversion:
    """Return the workout of a FIT file in another form; nothing is stored."""
    from runningcoach.coach.plans import conversions

    source = conversions.read_source(file.file.read())
    return conversions.convert_workout(source, to, _athlete(db, user))


@router.get(
    "/workouts/{id}.fit",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPES["fit"]: {}}}, **described(401, 404, 422)},
)
def download_workout(db: Database, user: CurrentUser, id: RowId) -> Response:
    """Return a workout as a FIT file with the runner's own targets."""
    from runningcoach.coach.plans.conversions import fit_file

    stored = workouts.get(db, user.id, id)
    if stored is None:
        raise NotFound
    content, _ = fit_file(stored.workout, _athlete(db, user), stored.created_at.timestamp())
    return _attachment(content, "fit", f"workout-{stored.id}.fit")


@router.get(
    "/plans/{id}/workouts.zip",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPES["zip"]: {}}}, **described(401, 404, 409, 422)},
)
def download_plan_workouts(
    db: Database, user: CurrentUser, id: RowId, query: Annotated[ComingDaysQuery, Query()]
) -> Response:
    """Return the coming workouts of the current plan as FIT files, with how to use them."""
    from runningcoach.coach.plans.conversions import file_writer, workout_resolver
    from runningcoach.publish.workout_files import guided_zip

    athlete = _athlete(db, user)
    listed = versions.coming_workouts(db, user.id, id, athlete.today, query.days)
    content = guided_zip(listed, file_writer(athlete), workout_resolver(athlete))
    return _attachment(content, "zip", f"workouts-{athlete.today}.zip")


def _attachment(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)
