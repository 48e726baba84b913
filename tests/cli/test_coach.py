"""The coach that talks from the command line: one home, the simulated model."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from runningcoach.base.settings import Settings
from runningcoach.cli.opened import opened
from runningcoach.model.conversation import NewMessage
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.store import conversations
from tests import commands

from .shell import Shell, beside_a_database

pytestmark = pytest.mark.slow

CANARY = "sk-canary-Ab1cD2eF3gH4iJ5kL6mN7oP8"


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with beside_a_database(tmp_path / "home") as shell:
        yield shell


@pytest.fixture
def simulator() -> Iterator[OpenAiSimulator]:
    with serve() as running:
        yield running


def typed(shell: Shell, answer: str, *words: str) -> str:
    ran = commands.run(words, shell.environment, answer)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_server_is_set_tried_and_paid_for(shell, simulator):
    begin = shell("coach", "status").stdout
    for words in ("is off", "Server: OpenAI", "Key: none", "Not yet agreed", "0.0000 of 0.5000"):
        assert words in begin
    ran = shell("coach", "on", "--server", simulator.url, "--privacy", "summary")
    assert ran.returncode == 0, ran.stderr
    assert "is on" in ran.stdout
    assert simulator.url in ran.stdout
    assert "(summary)" in ran.stdout

    assert CANARY not in typed(shell, f"{CANARY}\n", "coach", "key")
    refused = shell("coach", "check")
    assert refused.returncode == 1
    assert "does not accept the key" in refused.stderr
    assert CANARY not in refused.stderr + refused.stdout
    typed(shell, f"{simulator.key}\n", "coach", "key")
    answered = shell("coach", "check")
    assert answered.returncode == 0, answered.stderr
    assert "gpt-6-luna" in answered.stdout
    assert "Cost in US dollars: 0.0000" in answered.stdout
    used = shell("coach", "usage", COLUMNS="120").stdout
    assert "gpt-6-luna" in used

    stopped = shell("coach", "on", "--daily-budget", "0")
    assert "of 0.0000 US dollars" in stopped.stdout
    assert "budget does not allow this" in shell("coach", "check").stderr
    assert "Key: there" in shell("coach", "off").stdout
    shell("coach", "key", "--forget")
    korean = shell("coach", "status", RUNNINGCOACH_LANGUAGE="ko").stdout
    assert "꺼져 있습니다" in korean
    assert "키: 없음" in korean
    assert all(
        CANARY.encode() not in path.read_bytes()
        for path in shell.home.rglob("*")
        if path.is_file() and path.suffix != ".sock"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--server", "http://models.example/v1"), "https"),
        (("--daily-budget", "-1"), "daily_budget_usd"),
        (("--daily-budget", "nan"), "daily_budget_usd"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(shell, words, told):
    ran = shell("coach", "on", *words)
    assert ran.returncode == 2
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "is off" in shell("coach", "status").stdout


def test_the_log_is_exported_and_deleted(shell, tmp_path):
    with opened(Settings(home=shell.home)) as (conn, runner):
        talk = conversations.create(conn, runner.id, "롱런")
        message = NewMessage(role="user", content="얼마나?")
        conversations.add_message(conn, runner.id, talk.id, message)
    file = tmp_path / "log.json"
    assert shell("coach", "export", "-o", file).returncode == 0
    for text in (file.read_text(encoding="utf-8"), shell("coach", "export").stdout):
        (logged,) = json.loads(text)["conversations"]
        assert (logged["title"], logged["messages"][0]["content"]) == ("롱런", "얼마나?")
    assert commands.run(("coach", "delete"), shell.environment, "n\n").returncode == 1
    assert len(json.loads(shell("coach", "export").stdout)["conversations"]) == 1
    assert shell("coach", "delete", "--yes").returncode == 0
    assert json.loads(shell("coach", "export").stdout)["conversations"] == []


def test_doctor_names_who_has_no_key(shell):
    assert "is off" in shell("coach", "status").stdout  # which makes the tables
    assert "is on for 0" in shell("doctor").stdout
    shell("coach", "on")
    assert "no key for OpenAI: runner" in shell("doctor").stdout
    typed(shell, f"{CANARY}\n", "coach", "key")
    assert "is on for 1" in shell("doctor").stdout
