"""The table of jobs, scheduler/jobs.toml: which notebook runs, for whom, and when."""

import tomllib
from collections.abc import Container
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from runningcoach.base import shipped_folders
from runningcoach.base.settings import settings
from runningcoach.jobs.problems import BadTable, NoSuchJob
from runningcoach.model.user import User

type Seconds = Annotated[int, Field(ge=0)]
Scalar = str | int | float | bool
NAME = r"^[a-z][a-z0-9_]{0,62}$"
WEEKDAY = 4
"""Which of the five fields of a cron expression is the day of the week."""


class Job(BaseModel):
    """One job of the table. Times are in seconds.

    `whom`: for every account, for those connected to Garmin, or once for the household, in the
    owner's name. `cron` has the five usual fields, with weekdays as words; without it the job runs
    when somebody asks. `timezone` is that of the runner when not set. Jobs of one `queue` run one
    after the other for a runner; a job without one has its own. `jitter_s` spreads the start,
    `late_s` is how late a run may begin before it counts as missed, `keep` how many runs are kept
    for each runner.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=NAME)]
    notebook: Path
    whom: Literal["everyone", "connected", "owner"] = "everyone"
    cron: str | None = None
    timezone: str | None = None
    queue: Annotated[str, Field(pattern=NAME)]
    jitter_s: Seconds = 0
    late_s: Seconds = 3600
    timeout_s: Annotated[int, Field(ge=1)] = 3600
    retries: Annotated[int, Field(ge=0, le=20)] = 0
    retry_after_s: Seconds = 300
    keep: Annotated[int, Field(ge=1)] = 30
    shows_code: bool = True
    parameters: dict[str, Scalar] = {}

    @field_validator("cron")
    @classmethod
    def _check_cron(cls, cron: str | None) -> str | None:
        if cron is not None:
            CronTrigger.from_crontab(cron)
            if any(sign.isdigit() for sign in cron.split()[WEEKDAY]):
                # APScheduler counts from Monday = 0, cron from Sunday = 0: say which day is meant.
                raise ValueError("write weekdays as words: mon, tue ... sun")
        return cron

    @field_validator("timezone")
    @classmethod
    def _check_time_zone(cls, timezone: str | None) -> str | None:
        if timezone is not None and timezone not in available_timezones():
            raise ValueError(f"there is no time zone {timezone}")
        return timezone

    @model_validator(mode="before")
    @classmethod
    def _default_queue(cls, entry: dict[str, Any]) -> dict[str, Any]:
        return {"queue": entry.get("name"), **entry}

    def is_for(self, user: User, connected: Container[int]) -> bool:
        """Return whether the job runs for this user; `connected` are the users with Garmin."""
        if self.whom == "connected":
            return user.id in connected
        return self.whom == "everyone" or user.role == "owner"

    def zone(self, user: User) -> ZoneInfo:
        """Return the time zone in which `cron` is meant for this user."""
        return ZoneInfo(self.timezone or user.timezone)


type Table = dict[str, Job]


@cache
def table() -> Table:
    """Return the jobs of this program: RUNNINGCOACH_JOBS if set, else those that come with it."""
    return read(settings().jobs or shipped_folders.folder("scheduler") / "jobs.toml")


def read(path: Path) -> Table:
    """Return the jobs of a table by name. Raises BadTable, which names every mistake."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTable(file=path, mistakes=error) from error
    unknown = [f"{key}: unknown" for key in content if key != "jobs"]
    jobs, mistakes = _jobs(content.get("jobs", {}), path.parent)
    if unknown or mistakes:
        raise BadTable(file=path, mistakes="; ".join([*unknown, *mistakes]))
    return jobs


def _jobs(entries: dict[str, Any], folder: Path) -> tuple[Table, list[str]]:
    jobs: Table = {}
    mistakes: list[str] = []
    for name, entry in entries.items():
        try:
            job = Job.model_validate({"name": name, **entry})
            jobs[name] = job.model_copy(update={"notebook": _find_notebook(job.notebook, folder)})
        except ValidationError as error:
            mistakes += [_mistake(name, detail) for detail in error.errors()]
        except (TypeError, FileNotFoundError) as error:
            mistakes.append(f"{name}: {error}")
    return jobs, mistakes


def _mistake(name: str, error: Any) -> str:
    return f"{name}.{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _find_notebook(notebook: Path, folder: Path) -> Path:
    """Return the notebook: a file beside the table, else one that comes with the program."""
    file = notebook.with_suffix(".ipynb")
    for place in (folder, shipped_folders.folder("notebooks") / "jobs"):
        if (place / file).is_file():
            return place / file
    raise FileNotFoundError(f"there is no notebook {file}")


def jobs_for(jobs: Table, user: User, connected: Container[int]) -> list[Job]:
    """Return the jobs that run for this user."""
    return [job for job in jobs.values() if job.is_for(user, connected)]


def job_for(jobs: Table, name: str, user: User, connected: Container[int]) -> Job:
    """Return the job of a name, if it runs for this user. Raises NoSuchJob."""
    job = jobs.get(name)
    if job is None or not job.is_for(user, connected):
        raise NoSuchJob(name=name)
    return job
