"""/auth: login, logout, and the account of the logged-in user."""

from datetime import date
from typing import Annotated, Literal
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from runningcoach.api import signin
from runningcoach.api.dependencies import Configured, CurrentUser, Database
from runningcoach.api.problems import NotSignedIn, described
from runningcoach.model.user import Sex, User
from runningcoach.store import accounts

router = APIRouter(prefix="/auth", tags=["auth"])

SHORTEST_PASSWORD = 10


def _check_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not an IANA time zone")
    return name


def _check_birth_date(day: date) -> date:
    if not date(1900, 1, 1) <= day <= date.today():  # noqa: DTZ011 - any zone will do
        raise ValueError("not a day of birth")
    return day


Password = Annotated[str, Field(min_length=1, max_length=1024)]
NewPassword = Annotated[str, Field(min_length=SHORTEST_PASSWORD, max_length=1024)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class Login(BaseModel):
    """User name and password."""

    username: Annotated[str, Field(min_length=1, max_length=100)]
    password: Password


class AccountUpdate(BaseModel):
    """Changes of the account by the runner; omitted fields stay."""

    model_config = ConfigDict(extra="forbid")

    display_name: Name = ""
    language: Literal["ko", "en"] = "ko"
    timezone: Annotated[str, AfterValidator(_check_time_zone)] = ""
    sex: Sex = "unknown"
    birth_date: Annotated[date, AfterValidator(_check_birth_date)] | None = None


class PasswordChange(BaseModel):
    """The present password and the one to come."""

    present: Password
    new: NewPassword


@router.post("/login", responses=described(401, 403, 413, 422, 429))
async def login(login: Login, request: Request, response: Response, settings: Configured) -> User:
    """Start a session; its token travels in the cookie alone."""
    return await signin.sign_in(request, response, settings, login.username, login.password)


@router.post("/logout", status_code=204, responses=described(401, 403))
def logout(
    request: Request, response: Response, _: CurrentUser, db: Database, settings: Configured
) -> None:
    """End this session at once."""
    signin.sign_out(db, request)
    signin.take_cookie(response, settings)


@router.get("/me", responses=described(401))
def read_account(user: CurrentUser) -> User:
    """Return the logged-in user."""
    return user


@router.patch("/me", responses=described(401, 403, 422))
def update_account(changes: AccountUpdate, user: CurrentUser, db: Database) -> User:
    """Change the account."""
    changed = accounts.update(db, user.id, changes.model_dump(exclude_unset=True))
    if changed is None:
        raise NotSignedIn
    return changed


@router.post("/me/password", status_code=204, responses=described(401, 403, 422))
async def change_password(
    change: PasswordChange,
    request: Request,
    response: Response,
    user: CurrentUser,
    settings: Configured,
) -> None:
    """Change the password. Every session ends, and this one goes on under a new token."""
    await signin.change_password(request, response, settings, user, change.present, change.new)
