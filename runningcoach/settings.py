"""What the owner may set, by environment variable."""

import os
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def default_home() -> Path:
    """Return where state lives when nothing is set: /var/lib for root, XDG's data folder else."""
    if os.geteuid() == 0:
        return Path("/var/lib/runningcoach")
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "runningcoach"


class Settings(BaseSettings):
    """The settings; each is read from RUNNINGCOACH_<NAME>, or from the name that it states."""

    model_config = SettingsConfigDict(
        env_prefix="RUNNINGCOACH_", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    home: Path = Field(
        default_factory=default_home,
        description="The one folder that holds all state: database, samples, originals, keys.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="A PostgreSQL (15 or later, with pgvector) to use instead of the embedded one.",
    )
    pg_bin: Path | None = Field(
        default=None,
        description="Folder with initdb and postgres, instead of those of the installed wheel.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(default=8420, ge=1, le=65535, description="Port of the web server.")
    public_url: str | None = Field(
        default=None,
        description="Address as browsers see it, behind a proxy (https:// makes cookies Secure).",
    )
    language: Literal["ko", "en"] = Field(
        default="ko", description="Language of the terminal and of new accounts."
    )
    timezone: str = Field(default="Asia/Seoul", description="IANA time zone of new accounts.")
    owner: str = Field(
        default="runner", description="User name of the account made at first start."
    )
    owner_password: SecretStr | None = Field(
        default=None,
        description="Password of that account; asked for, or made up and shown once, when not set.",
    )
    lab: bool = Field(
        default=False,
        description="Start JupyterLab too. It is a shell for the owner: off unless wanted.",
    )
    fit_engine: Literal["numpy", "fitparse"] = Field(
        default="numpy", description="Which decoder reads FIT files first."
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Processes that decode files during an import, or read samples again.",
    )
    watch: Path | None = Field(
        default=None, description="A folder whose new files are imported by themselves."
    )
    scheduler: bool = Field(
        default=True,
        description="Run jobs at their times; when off, `runningcoach jobs run` still runs them.",
    )
    jobs: Path | None = Field(
        default=None, description="A table of jobs to use instead of the one that comes along."
    )
    garmin_url: str | None = Field(
        default=None,
        description="Where Garmin is: for the simulator on this machine only.",
    )
    garmin_backfill_days: int = Field(
        default=0,
        ge=0,
        validation_alias="GARMIN_BACKFILL_DAYS",
        description="How far back Garmin's history is fetched [days]; 0 is all of it.",
    )
    garmin_requests_a_day: int = Field(
        default=2000,
        ge=1,
        validation_alias="GARMIN_REQUESTS_A_DAY",
        description="How many requests a day the history may take.",
    )
    session_days: int = Field(default=30, ge=1, description="Days that a login lasts.")
    sweep_after_hours: int = Field(
        default=24, ge=1, description="Age at which sample files nobody refers to are removed."
    )
    max_upload_mb: int = Field(default=200, ge=1, description="Largest upload through the API.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level that is logged."
    )

    @field_validator("garmin_url")
    @classmethod
    def _on_this_machine(cls, url: str | None) -> str | None:
        """Refuse any other host: passwords and keys are sent there."""
        if url is not None and urlsplit(url).hostname not in LOOPBACK:
            raise ValueError("the simulator runs on this machine: http://127.0.0.1:PORT")
        return url


@cache
def settings() -> Settings:
    """Return the settings as the environment stated them when first asked."""
    return Settings()
