"""What the owner may set, by environment variable."""

import os
import re
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from runningcoach.base.setting_files import SettingFiles
from runningcoach.base.setting_mistakes import (
    SHORTEST_PASSWORD,
    SettingsInvalid,
    find_mistakes,
)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PAGES_ADDRESS = "RUNNINGCOACH_VOILA"
LAB_ADDRESS = "RUNNINGCOACH_LAB_ADDRESS"
DATABASE_FILE = "RUNNINGCOACH_DATABASE_FILE"
"""Environment variables by which `up` tells its children where the others are. They are no
settings, and none may have the name of one."""
PROGRAMS = ("initdb", "postgres")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
HEADER_VALUE = re.compile(r"[\x21-\x7e]{1,4096}")
"""A key as a header can hold it."""


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


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
    database_password: SecretStr | None = Field(
        default=None, description="Password that goes with DATABASE_URL, where that holds none."
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
    trusted_proxies: str = Field(
        default="",
        description="Addresses and networks of proxies whose X-Forwarded headers are believed.",
    )
    language: Annotated[Literal["ko", "en"], BeforeValidator(_lower)] = Field(
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
    user: str | None = Field(
        default=None,
        description="User name whose records a script reads; the owner's when not set.",
    )
    lab: bool = Field(
        default=False,
        description="Start JupyterLab too. It is a shell for the owner: off unless wanted.",
    )
    fit_engine: Annotated[Literal["numpy", "fitparse"], BeforeValidator(_lower)] = Field(
        default="numpy", description="Which decoder reads FIT files first."
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        le=256,
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
        le=36_525,
        validation_alias="GARMIN_BACKFILL_DAYS",
        description="How far back Garmin's history is fetched [days]; 0 is all of it.",
    )
    garmin_requests_a_day: int = Field(
        default=2000,
        ge=1,
        le=1_000_000,
        validation_alias="GARMIN_REQUESTS_A_DAY",
        description="How many requests a day the history may take.",
    )
    push_workouts: bool = Field(
        default=True,
        description="Send an approved plan's workouts to Garmin's calendar, with a sign-in.",
    )
    push_days: int = Field(
        default=14, ge=1, le=60, description="How many days ahead workouts are sent to Garmin."
    )
    ai_key: SecretStr | None = Field(
        default=None,
        description="A key of the model server below, for every runner who has none of their own.",
    )
    ai_base_url: str | None = Field(
        default=None,
        description="Address of a model server that is compatible with OpenAI's; that one else.",
    )
    ai_api: Annotated[Literal["responses", "chat"], BeforeValidator(_lower)] = Field(
        default="responses",
        description="What the model server speaks: OpenAI's Responses API, or chat completions.",
    )
    ai_chat_model: str = Field(
        default="gpt-6-luna", description="The model that answers, until a runner names another."
    )
    ai_plan_model: str = Field(
        default="gpt-6.1-terra",
        description="The model that drafts plans, until a runner names another.",
    )
    ai_timeout_s: int = Field(
        default=60, ge=5, le=600, description="How long an answer of a model may take [s]."
    )
    session_days: int = Field(default=30, ge=1, le=3650, description="Days that a login lasts.")
    sweep_after_hours: int = Field(
        default=24,
        ge=1,
        le=87_600,
        description="Age at which sample files nobody refers to are removed.",
    )
    quarantine_mb: int = Field(
        default=1000,
        ge=0,
        le=1_000_000,
        description="Room for each runner's files in quarantine [MB]; what is over is not kept.",
    )
    max_upload_mb: int = Field(
        default=200, ge=1, le=10_000, description="Largest upload through the API."
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = (
        Field(default="INFO", description="Least level that is logged.")
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, and the files that it names."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, SettingFiles(settings_cls, variable)

    @field_validator("home", "watch")
    @classmethod
    def _is_no_file(cls, folder: Path | None) -> Path | None:
        """Refuse a place where a folder cannot be: a file, or something below a file."""
        if folder is not None:
            places = (folder, *folder.absolute().parents)
            if not next(place for place in places if place.exists()).is_dir():
                raise ValueError("not a folder")
        return folder

    @field_validator("pg_bin")
    @classmethod
    def _has_programs(cls, folder: Path | None) -> Path | None:
        if folder is not None and not all((folder / name).is_file() for name in PROGRAMS):
            raise ValueError("no programs")
        return folder

    @field_validator("jobs")
    @classmethod
    def _is_file(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise ValueError("no file")
        return file

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not re.match(r"postgres(ql)?://|\w+ *=", url.get_secret_value()):
            raise ValueError("not an address of PostgreSQL")
        return url

    @model_validator(mode="after")
    def _put_password(self) -> Self:
        """Complete the address of the database, so that all others find it whole."""
        if self.database_url and self.database_password:
            url = self.database_url.get_secret_value()
            password = self.database_password.get_secret_value()
            self.database_url = SecretStr(_with_password(url, password))
        self.database_password = None
        return self

    @field_validator("host")
    @classmethod
    def _can_be_a_host(cls, name: str) -> str:
        if re.search(r"[\s/@?#\[\]]", name):
            raise ValueError("not a host")
        name.encode("idna")  # raises a ValueError for what no host can be called
        return name

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, url: str | None) -> str | None:
        """Refuse what is no origin: pages and API stand at the root of a host."""
        if url is None:
            return None
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        if not is_whole or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("not an origin")
        return url.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, names: str) -> str:
        networks(names)  # raises a ValueError for what is none
        return names

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, KeyError, ValueError) as error:
            raise ValueError("not an IANA time zone") from error
        return name

    @field_validator("owner")
    @classmethod
    def _is_username(cls, name: str) -> str:
        if not USERNAME.fullmatch(name):
            raise ValueError("not a user name")
        return name

    @field_validator("owner_password")
    @classmethod
    def _is_long(cls, password: SecretStr | None) -> SecretStr | None:
        if password is not None and len(password.get_secret_value()) < SHORTEST_PASSWORD:
            raise ValueError("too short")
        return password

    @field_validator("ai_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not HEADER_VALUE.fullmatch(key.get_secret_value()):
            raise ValueError("not a key")
        return key

    @field_validator("ai_base_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        """Refuse what is no address; how safe it is is looked at before each call."""
        if url is not None:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
                raise ValueError("not an address")
            if "@" in parts.netloc or parts.query or parts.fragment:
                raise ValueError("no more than host and path")
        return url

    @field_validator("garmin_url")
    @classmethod
    def _on_this_machine(cls, url: str | None) -> str | None:
        """Refuse any other host: passwords and keys are sent there."""
        if url is not None:
            parts = urlsplit(url)
            if parts.hostname not in LOOPBACK or parts.scheme != "http" or parts.port == 0:
                raise ValueError("the simulator runs on this machine: http://127.0.0.1:PORT")
        return url


def _with_password(url: str, password: str) -> str:
    """Return an address of PostgreSQL, of either form, with a password where it has none."""
    if "://" not in url:
        quoted = password.replace("\\", "\\\\").replace("'", "\\'")
        return url if re.search(r"\bpassword *=", url) else f"{url} password='{quoted}'"
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    if not user or ":" in user:
        return url
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def networks(names: str) -> list[IPv4Network | IPv6Network]:
    """Return the networks of a list with commas between; an address is a network of one."""
    return [ip_network(name.strip(), strict=False) for name in names.split(",") if name.strip()]


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"RUNNINGCOACH_{name.upper()}"


@cache
def settings() -> Settings:
    """Return the settings, read from the environment at the first call.

    Raises SettingsInvalid, which has a sentence for each setting that cannot be what it is.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalid(list(find_mistakes(error, Settings, variable))) from None
