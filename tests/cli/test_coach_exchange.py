"""Plans by a model, and by another chat, from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from runningcoach.base import periods
from runningcoach.base.settings import Settings
from runningcoach.cli.opened import opened
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.drafts.usual_request import changed_request, usual_request
from runningcoach.simulators.openai import serve
from tests import commands
from tests.coach.talk.flat_drafts import as_text, flat_draft

from .shell import Shell, beside_a_database

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Iterator[Shell]:
    with beside_a_database(tmp_path_factory.mktemp("cli") / "home") as shell:
        yield shell


def sound_draft(shell: Shell) -> str:
    """A draft of ten weeks for the owner, of whom nothing is known."""
    with opened(Settings(home=shell.home)) as (conn, owner):
        athlete = load_athlete(conn, owner.id, periods.today(owner.timezone))
        usual = usual_request(conn, owner.id, athlete)
        request = changed_request(usual, {"weeks": 10})
        return as_text(flat_draft(make_plan(request, athlete), athlete.paces))


def test_a_text_goes_out_and_an_answer_comes_in(shell, tmp_path: Path):
    out = tmp_path / "text.md"
    ran = shell("coach", "paste-out", "--size", "short", "--language", "ko", "-o", out)
    assert ran.returncode == 0, ran.stderr
    assert "tokens" in ran.stdout
    assert "러닝 코치" in out.read_text(encoding="utf-8")
    assert '"schema_version"' not in shell("coach", "paste-out", "--advice").stdout

    answer = tmp_path / "answer.txt"
    answer.write_text("I would rest.", encoding="utf-8")
    refused = shell("coach", "paste-in", answer)
    assert refused.returncode == 1
    assert "Text to paste back" in refused.stdout
    answer.write_text(f"Here:\n```json\n{sound_draft(shell)}\n```", encoding="utf-8")
    taken = shell("coach", "paste-in", answer)
    assert taken.returncode == 0, taken.stderr + taken.stdout
    assert "proposed" in taken.stdout
    assert len(json.loads(shell("plan", "export").stdout)["weeks"]) == 10
    assert shell("plan", "reject").returncode == 0


def test_a_model_writes_a_plan(shell):
    off = shell("coach", "plan")
    assert off.returncode == 1
    assert "switched off" in off.stderr
    with serve() as simulator:
        assert shell("coach", "on", "--server", simulator.url).returncode == 0
        typed = commands.run(("coach", "key"), shell.environment, f"{simulator.key}\n")
        assert typed.returncode == 0, typed.stderr
        with opened(Settings(home=shell.home)) as (conn, owner):
            talk_settings.agree(conn, owner.id, periods.now())
        simulator.answer_next(text=as_text({"questions": ["Which days?"], "weeks": []}))
        asked = shell("coach", "plan", "easy please")
        assert (asked.returncode, "? Which days?" in asked.stdout) == (1, True), asked.stderr
        simulator.answer_next(text="도와드릴 수 없습니다.")
        made = shell("coach", "plan", "--weeks", "8")
        assert made.returncode == 0, made.stderr
        assert "the rules made this one" in made.stdout
        wrong = shell("coach", "plan", "--weeks", "99")
        assert (wrong.returncode, len(simulator.requests())) == (2, 2)
    assert shell("plan", "reject").returncode == 0
