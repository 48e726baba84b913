"""The official client over the command's standard input and output."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from runningcoach.coach.talk.draft_check import CHECK_PLAN_DRAFT
from runningcoach.coach.talk.model_plans.plan_tool import PLAN_TOOL
from runningcoach.coach.talk.tools import tool_specs
from tests.mcp.assistant import over_stdio, run, text_of
from tests.mcp.questions import arguments, expected

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(served):
    return {
        "DATABASE_URL": served.web.database_url,
        "RUNNINGCOACH_HOME": str(served.web.home),
        "RUNNINGCOACH_LANGUAGE": "en",
    }


def ask(environment, errors, calls, *options):
    async def task():
        async with over_stdio(environment, errors, *options) as client:
            tools = (await client.list_tools()).tools
            return tools, [await client.call_tool(name, given) for name, given in calls]

    return run(task)


def test_every_tool_answers_as_the_coach_s_own(served, environment, tmp_path):
    specs = tool_specs("training")
    calls = [(spec.name, arguments(spec)) for spec in specs]
    tools, results = ask(environment, tmp_path / "errors", calls)
    assert [tool.name for tool in tools] == [*(spec.name for spec in specs), CHECK_PLAN_DRAFT]
    with served.connect() as conn:
        own = expected(conn, served.runner)
    for spec, result in zip(specs, results, strict=True):
        assert text_of(result) == own[spec.name].content, spec.name
    assert "Traceback" not in (tmp_path / "errors").read_text()


def test_the_user_is_chosen_as_for_other_commands(served, environment, tmp_path):
    call = ("activities", arguments(tool_specs("training")[1]))
    _, (own,) = ask(environment, tmp_path / "errors", [call])
    options = ("--user", "newcomer", "--propose")
    tools, (other,) = ask(environment, tmp_path / "errors", [call], *options)
    assert text_of(own) != text_of(other)
    assert [tool.name for tool in tools if not tool.annotations.read_only_hint] == [PLAN_TOOL]


def start(environment, *options, **pipes):
    return subprocess.Popen(
        [sys.executable, "-m", "runningcoach", "mcp", *options],
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        **pipes,
    )


def test_an_unknown_user_is_told_on_standard_error_alone(served, environment):
    with start(environment, "--user", "nobody", stdin=subprocess.PIPE) as program:
        output, errors = program.communicate(timeout=60)
    assert (program.returncode, output) == (1, b"")
    assert b"nobody" in errors


def test_a_person_at_the_keyboard_is_told_what_it_is_for(served, environment):
    keyboard, terminal = os.openpty()
    try:
        with start(environment, stdin=terminal) as program:
            output, errors = program.communicate(timeout=60)
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert (program.returncode, output) == (2, b"")
    assert b"MCP settings" in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_though_nobody_writes(served, environment, number):
    hello = (
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",'
        b'"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}\n'
    )
    with start(environment, stdin=subprocess.PIPE) as program:
        program.stdin.write(hello)
        program.stdin.flush()
        assert b'"serverInfo"' in program.stdout.readline()
        program.send_signal(number)
        assert program.wait(20) == 0
        program.stdin.close()


def test_a_first_start_says_nothing_on_standard_output(tmp_path):
    """A home without a database: the command starts one, and makes the owner's account."""
    home = tmp_path / "home"
    environment = {
        "RUNNINGCOACH_HOME": str(home), "RUNNINGCOACH_LANGUAGE": "en", "DATABASE_URL": "",
    }  # fmt: skip
    tools, (result,) = ask(environment, tmp_path / "errors", [("athlete", {})])
    assert len(tools) == len(tool_specs("training")) + 1
    assert not result.is_error
    assert "password" in (tmp_path / "errors").read_text()
    commands = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    assert not [one for one in commands if str(home) in one], "the database ends with the command"
