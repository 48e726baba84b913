# ruff: noqa: S104, S108  addresses and folders that are only read
"""Settings: each takes what it may be, and says what it may be when it is told something else."""

import logging
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from runningcoach.base import settings as module
from runningcoach.base.setting_files import SettingFileUnreadable
from runningcoach.base.settings import Settings, SettingsInvalid, variable
from runningcoach.ops.listen_sockets import ListenSockets, address
from runningcoach.ops.services import Services

HERE = Path(__file__)
SECRET = "hunter2"
OLLAMA = "http://127.0.0.1:11434/v1"


@dataclass
class Values:
    """What a setting is by default, what else it may be (as typed: as read), and what not."""

    default: object
    good: dict[str, object]
    bad: list[str] = field(default_factory=list)


NUMBER = ["abc", "", "1.5", "-1", "1e3", "9" * 30]
VALUES = {
    "home": Values(module.default_home(), {"/tmp/rc": Path("/tmp/rc")}, [f"{HERE}", f"{HERE}/x"]),
    "database_url": Values(
        None,
        {"postgresql://a:b@c/d": SecretStr("postgresql://a:b@c/d"), "host=c": SecretStr("host=c")},
        [f"mysql://a:{SECRET}@c/d", SECRET],
    ),
    "database_password": Values(None, {}),
    "pg_bin": Values(None, {}, ["/nowhere", "/etc", f"{HERE}"]),
    "host": Values(
        "127.0.0.1",
        {"0.0.0.0": "0.0.0.0", "::1": "::1", "localhost": "localhost"},
        ["a..b", "http://a", "a b", "a" * 64, "[::1]"],
    ),
    "port": Values(8420, {"1": 1, "65535": 65535, "80": 80}, ["0", "65536", *NUMBER]),
    "public_url": Values(
        None,
        {"https://run.example.org": "https://run.example.org", "http://a:8/": "http://a:8"},
        ["run.example.org", "ftp://a", "https://", "https://a/b", "https://a?b", "http://a:x"],
    ),
    "trusted_proxies": Values(
        "",
        {"127.0.0.1": "127.0.0.1", "::1, 10.0.0.0/8": "::1, 10.0.0.0/8"},
        ["*", "localhost", "10.0.0.0/33", "127.0.0.1;::1"],
    ),
    "language": Values("ko", {"ko": "ko", "en": "en", "EN": "en"}, ["fr", "kor", "1"]),
    "timezone": Values(
        "Asia/Seoul",
        {"Europe/Berlin": "Europe/Berlin", "UTC": "UTC"},
        ["Mars/Olympus", "Asia", "../etc", "+9"],
    ),
    "owner": Values("runner", {"ann": "ann", "a.b-c_1": "a.b-c_1"}, ["Ann", "-a", "a b", "a" * 64]),
    "owner_password": Values(None, {"12345678": SecretStr("12345678")}, [SECRET]),
    "user": Values(None, {"ann": "ann"}, []),
    "lab": Values(False, {"true": True, "1": True, "on": True, "false": False}, ["perhaps", "2"]),
    "fit_engine": Values("numpy", {"numpy": "numpy", "fitparse": "fitparse"}, ["fitdecode"]),
    "workers": Values(os.cpu_count(), {"1": 1, "256": 256}, ["0", "257", *NUMBER]),
    "watch": Values(None, {"/tmp": Path("/tmp"), "/tmp/later": Path("/tmp/later")}, [f"{HERE}"]),
    "scheduler": Values(True, {"false": False, "0": False, "true": True}, ["never"]),
    "jobs": Values(None, {f"{HERE}": HERE}, ["/nowhere/jobs.toml", "/etc"]),
    "garmin_url": Values(
        None,
        {"http://127.0.0.1:9": "http://127.0.0.1:9", "http://[::1]:9": "http://[::1]:9"},
        ["http://garmin.example:80", "https://127.0.0.1", "127.0.0.1:9", "http://127.0.0.1:x"],
    ),
    "garmin_backfill_days": Values(0, {"0": 0, "36525": 36525}, ["36526", *NUMBER]),
    "garmin_requests_a_day": Values(2000, {"1": 1, "1000000": 10**6}, ["0", "1000001", *NUMBER]),
    "push_workouts": Values(True, {"false": False, "ON": True}, ["maybe"]),
    "push_days": Values(14, {"1": 1, "60": 60}, ["0", "61", *NUMBER]),
    "ai_key": Values(None, {"sk-1": SecretStr("sk-1")}, [f"{SECRET} {SECRET}", f"{SECRET}\u00e4"]),
    "ai_base_url": Values(
        None,
        {OLLAMA: OLLAMA, "https://a.b/c": "https://a.b/c"},
        ["127.0.0.1:11434", "ftp://a", "https://", "https://a?b=c", "http://a@c", "http://a:x"],
    ),
    "ai_api": Values("responses", {"chat": "chat", "RESPONSES": "responses"}, ["completions"]),
    "ai_chat_model": Values("gpt-6-luna", {"llama4:8b": "llama4:8b"}),
    "ai_plan_model": Values("gpt-6.1-terra", {"llama4:70b": "llama4:70b"}),
    "ai_timeout_s": Values(60, {"5": 5, "600": 600}, ["4", "601", *NUMBER]),
    "session_days": Values(30, {"1": 1, "3650": 3650}, ["0", "3651", *NUMBER]),
    "sweep_after_hours": Values(24, {"1": 1, "87600": 87600}, ["0", "87601", *NUMBER]),
    "quarantine_mb": Values(1000, {"0": 0, "1000000": 10**6}, ["-1", "1000001", *NUMBER]),
    "max_upload_mb": Values(200, {"1": 1, "10000": 10000}, ["0", "10001", *NUMBER]),
    "log_level": Values(
        "INFO",
        {**{n: n for n in ("DEBUG", "INFO", "WARNING", "ERROR")}, "warning": "WARNING"},
        ["LOUD", "WARN", "30"],
    ),
}
GOOD = [(name, text, value) for name, of in VALUES.items() for text, value in of.good.items()]
BAD = [(name, text) for name, of in VALUES.items() for text in of.bad if text]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    module.settings.cache_clear()
    yield
    module.settings.cache_clear()


def test_every_setting_is_tried():
    assert list(VALUES) == list(Settings.model_fields)


@pytest.mark.parametrize("name", VALUES)
def test_defaults_hold_where_nothing_or_nothing_but_an_empty_word_is_set(name, monkeypatch):
    assert getattr(module.settings(), name) == VALUES[name].default
    module.settings.cache_clear()
    monkeypatch.setenv(variable(name), "")
    assert getattr(module.settings(), name) == VALUES[name].default


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_a_setting_takes_what_it_may_be_and_hands_it_on_to_children(
    name, text, value, monkeypatch, tmp_path
):
    monkeypatch.setenv(variable(name), text)
    mine = module.settings()
    assert getattr(mine, name) == value
    # Children are started where the settings of this process stand in their environment.
    apart = mine.model_copy(update={"host": "127.0.0.1", "port": 1, "home": tmp_path})
    monkeypatch.setattr("runningcoach.ops.listen_sockets.listening", lambda _host, _port: Silent())
    parts = Services(apart, ListenSockets(apart))
    programs = [*parts.kernels(), *parts.pages(), *parts.web(), *parts.lab(), *parts.watching()]
    for program in [*programs, *parts.scheduler(), *parts.renewal()]:
        for key in [variable(one) for one in Settings.model_fields]:
            monkeypatch.delenv(key, raising=False)
        for key, word in program._environment.items():
            monkeypatch.setenv(key, word)
        theirs = Settings()
        told = apart.model_copy(update={"owner_password": None, "ai_key": None})
        if program.name == "kernels":
            told = told.model_copy(update={"database_url": None})
        assert theirs == told, program.name


class Silent:
    """A socket that nobody listens at."""

    def fileno(self) -> int:
        return 99

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 99

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_setting_that_cannot_be_is_said_in_a_sentence(name, text, monkeypatch):
    monkeypatch.setenv(variable(name), text)
    with pytest.raises(SettingsInvalid) as caught:
        module.settings()
    for language in ("ko", "en"):
        (sentence,) = caught.value.what(language).splitlines()
        assert sentence.startswith(variable(name))
        assert SECRET not in sentence
        if not isinstance(next(iter(VALUES[name].good.values()), None), SecretStr):
            assert text[:80] in sentence
    assert caught.value.exit_code == 2
    assert caught.value.__cause__ is None  # what pydantic says of it repeats secrets


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("postgresql://coach@db/rc", "postgresql://coach:a%27b%40%5Cc@db/rc"),
        ("postgresql://coach@db:5433/rc?sslmode=require",
         "postgresql://coach:a%27b%40%5Cc@db:5433/rc?sslmode=require"),
        ("postgresql://coach:own@db/rc", "postgresql://coach:own@db/rc"),
        ("host=db user=coach", r"host=db user=coach password='a\'b@\\c'"),
        ("host=db password=own", "host=db password=own"),
    ],
)  # fmt: skip
def test_the_password_of_the_database_may_stand_in_a_file(url, whole, monkeypatch, tmp_path):
    file = tmp_path / "db_password"
    file.write_text("a'b@\\c\n")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("RUNNINGCOACH_DATABASE_PASSWORD_FILE", f"{file}")
    mine = module.settings()
    assert mine.database_url.get_secret_value() == whole
    assert conninfo_to_dict(whole)["password"] in ("a'b@\\c", "own")
    assert mine.database_password is None
    assert "b@" not in repr(mine)


def test_a_value_in_the_environment_comes_before_one_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "port").write_text("9001\n")
    monkeypatch.setenv("RUNNINGCOACH_PORT_FILE", f"{tmp_path / 'port'}")
    assert Settings().port == 9001
    monkeypatch.setenv("RUNNINGCOACH_PORT", "9002")
    assert Settings().port == 9002


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("RUNNINGCOACH_OWNER_PASSWORD_FILE", f"{tmp_path / 'none'}")
    with pytest.raises(SettingFileUnreadable) as caught:
        module.settings()
    assert "RUNNINGCOACH_OWNER_PASSWORD_FILE" in caught.value.what("en")
    assert caught.value.exit_code == 2


def test_kernels_are_not_told_where_secrets_lie(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("12345678")
    for name in ("owner_password", "database_password"):
        monkeypatch.setenv(f"{variable(name)}_FILE", f"{tmp_path / 'secret'}")
    mine = module.settings().model_copy(update={"home": tmp_path})
    monkeypatch.setattr("runningcoach.ops.listen_sockets.listening", lambda _host, _port: Silent())
    for program in Services(mine, ListenSockets(mine)).kernels():
        assert not [key for key in program._environment if key.endswith("PASSWORD_FILE")]


def test_numbers_name_their_limits_and_choices_their_words(monkeypatch):
    monkeypatch.setenv("RUNNINGCOACH_PORT", "abc")
    monkeypatch.setenv("RUNNINGCOACH_LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsInvalid) as caught:
        module.settings()
    port, level = caught.value.what("en").splitlines()
    assert port == ('RUNNINGCOACH_PORT cannot be "abc": it must be a whole number from 1 to 65535.')
    assert "one of DEBUG, INFO, WARNING, ERROR" in level
    port, level = caught.value.what("ko").splitlines()
    assert port == (
        'RUNNINGCOACH_PORT 값이 올바르지 않습니다: "abc" (가능한 값: 1부터 65535까지의 정수)'
    )


@pytest.mark.parametrize(
    ("host", "told"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]")],
)
def test_the_address_is_one_that_a_browser_here_can_open(host, told):
    assert address(Settings(host=host, port=8420)) == f"http://{told}:8420"


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_jupyter_takes_every_level(level, tmp_path):
    from jupyterlab.labapp import LabApp

    from runningcoach.serving import lab, voila_app

    number = logging.getLevelNamesMapping()[level]
    assert voila_app.PageServer(log_level=number).log_level == number
    assert LabApp(config=lab.configuration(tmp_path, 1, level)).log_level == number


@pytest.mark.parametrize(
    ("command", "language"),
    [
        (["-m", "runningcoach", "version"], "en"),
        (["-m", "runningcoach", "up"], "ko"),
        (["-m", "runningcoach.api"], "en"),
        (["scheduler/main.py"], "en"),
    ],
)
def test_a_command_ends_with_the_sentence_and_code_2(command, language):
    told = {"RUNNINGCOACH_PORT": "abc", "RUNNINGCOACH_LANGUAGE": language, "COLUMNS": "40"}
    run = subprocess.run(
        [sys.executable, *command],
        env=os.environ | told | {"RUNNINGCOACH_OWNER_PASSWORD": SECRET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert "RUNNINGCOACH_PORT" in run.stderr
    assert "65535" in run.stderr
    assert SECRET not in run.stderr
