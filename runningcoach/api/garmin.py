"""/auth/garmin: connecting to Garmin by key or by sign-in, how that stands, and leaving."""

from datetime import date, datetime, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from fastapi import APIRouter, BackgroundTasks, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from runningcoach.api import refresh_later
from runningcoach.api.dependencies import Configured, CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.api.secret_inputs import HeaderKey
from runningcoach.base.settings import Settings
from runningcoach.ingest.garmin import connection, connection_status, disconnection, keep_alive
from runningcoach.ingest.garmin.connection_status import ConnectionStatus
from runningcoach.jobs import sync_requests
from runningcoach.model.connection import GarminConnection
from runningcoach.model.user import User
from runningcoach.sources.garmin import LaneName

router = APIRouter(prefix="/auth/garmin", tags=["garmin"])


def _check_future(day: date) -> date:
    if day < date.today():  # noqa: DTZ011 - any zone will do
        raise ValueError("the day is over")
    return day


Email = Annotated[str, Field(min_length=3, max_length=254)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=1024)]


class Credentials(BaseModel):
    """A Personal API key with the day on which it ends, or e-mail address and password."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    key: HeaderKey | None = None
    expires_on: Annotated[date, AfterValidator(_check_future)] | None = None
    email: Email | None = None
    password: Password | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_key, by_name = self.key is not None, bool(self.email and self.password)
        if by_key == by_name or (by_key and (self.email or self.password)):
            raise ValueError("give a key, or email and password")
        return self


class MfaCode(BaseModel):
    """The code that Garmin sent."""

    model_config = ConfigDict(hide_input_in_errors=True)

    code: Annotated[SecretStr, Field(min_length=4, max_length=12)]


class ConnectionResult(BaseModel):
    """What became of an attempt; with `mfa_required` the code is to follow within ten minutes."""

    status: Literal["connected", "mfa_required"]
    lane: LaneName
    account: str | None = None
    expires_at: datetime | None = None


@router.get("/status", responses=described(401))
def status(db: Database, user: CurrentUser, settings: Configured) -> ConnectionStatus:
    """Return every lane that was ever connected, with notices."""
    return connection_status.of(db, user, simulated=settings.garmin_url is not None)


@router.post("/connect", responses=described(401, 403, 409, 422, 429, 503))
def connect(
    credentials: Credentials, db: Database, user: CurrentUser, settings: Configured
) -> ConnectionResult:
    """Try a key, or sign in, once; then the history is ordered. A password is forgotten."""
    where = connection.endpoint_from(settings)
    if credentials.key is not None:
        ends = _midnight(credentials.expires_on, user)
        key = credentials.key.get_secret_value()
        lane_state = connection.connect_key(db, user.id, key, where, ends)
    else:
        password = credentials.password.get_secret_value() if credentials.password else ""
        lane_state = connection.sign_in(db, user.id, credentials.email or "", password, where)
    return _connection_result(lane_state, db, user, settings)


@router.post("/mfa", responses=described(401, 403, 409, 422, 429, 503))
def mfa(code: MfaCode, db: Database, user: CurrentUser, settings: Configured) -> ConnectionResult:
    """End a sign-in with its code; a wrong one may be followed by another."""
    digits = code.code.get_secret_value().strip()
    lane_state = connection.enter_code(db, user.id, digits, connection.endpoint_from(settings))
    return _connection_result(lane_state, db, user, settings)


@router.post("/refresh", responses=described(401, 403, 409))
def refresh(db: Database, user: CurrentUser, settings: Configured) -> ConnectionStatus:
    """Ask each open lane one cheap question, so that a dead one shows; then as /status."""
    keep_alive.check(db, user.id, connection.endpoint_from(settings))
    return status(db, user, settings)


@router.delete("/{lane}", status_code=204, responses=described(401, 403, 409, 422))
def disconnect(
    lane: LaneName,
    request: Request,
    tasks: BackgroundTasks,
    db: Database,
    user: CurrentUser,
    settings: Configured,
    forget: Annotated[bool, Query(description="Delete what was fetched, too.")] = False,
) -> None:
    """Forget the tokens of a lane; keep what was fetched, or delete it."""
    disconnection.leave(db, user.id, lane, connection.endpoint_from(settings), forget=forget)
    if forget:
        refresh_later.schedule_refresh(tasks, request, user)


def _midnight(day: date | None, user: User) -> datetime | None:
    """Return when a key ends that ends on a day: as that day begins, to be on the safe side."""
    return datetime.combine(day, time(0), ZoneInfo(user.timezone)) if day else None


def _connection_result(
    lane_state: GarminConnection, db: Database, user: User, settings: Settings
) -> ConnectionResult:
    """Return the result of an attempt; queue the history after a connection."""
    if lane_state.status == "connected":
        sync_requests.request_history(db, user, settings.garmin_backfill_days)
    state = "connected" if lane_state.status == "connected" else "mfa_required"
    return ConnectionResult(
        status=state,
        lane=lane_state.lane,
        account=lane_state.account,
        expires_at=lane_state.expires_at,
    )
