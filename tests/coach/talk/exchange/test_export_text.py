"""The text for another chat: in three sizes, two languages, by privacy levels, without names."""

import json
import re

import pytest

from runningcoach.base import periods
from runningcoach.coach.talk.drafts.draft_guide import example_draft
from runningcoach.coach.talk.drafts.usual_request import usual_request
from runningcoach.coach.talk.exchange.export_text import export_text
from runningcoach.coach.talk.exchange.pasted_plans import take_pasted_plan
from runningcoach.model.plan_draft import PlanDraft
from tests.conftest import Clone
from tests.demo.imported_runner import ImportedRunner

TODAY = periods.today("Asia/Seoul")
CANARIES = ("Canary Kim", "Canaryville", "canary note")


@pytest.fixture(scope="module")
def prepared(clone: Clone, tmp_path_factory):
    """A database with half a year of the made-up runner, whose names and notes are canaries."""
    from runningcoach.store import database

    with clone() as url:
        with database.connect(url) as conn:
            runner = ImportedRunner(conn, tmp_path_factory.mktemp("runner"), years=0.5, today=TODAY)
            runner.follow()
            conn.execute("UPDATE users SET display_name = %s", [CANARIES[0]])
            conn.execute("UPDATE activities SET name = %s, notes = %s", CANARIES[1:])
            conn.execute("UPDATE races SET name = %s", [CANARIES[1]])
        yield url, runner.user


@pytest.fixture
def runner(prepared):
    from runningcoach.store import database

    url, user = prepared
    with database.connect(url) as conn:
        yield conn, user


MOST_TOKENS = {"short": 2_200, "normal": 5_000, "full": 10_000}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ko", "en"])
def test_sizes_grow_and_stay_within_their_bounds(runner, language):
    conn, user = runner
    sizes = [
        export_text(conn, user, size=size, language=language, privacy_level="health")
        for size in MOST_TOKENS
    ]
    tokens = [text.tokens for text in sizes]
    assert tokens == sorted(set(tokens))
    assert all(count <= MOST_TOKENS[size] for count, size in zip(tokens, MOST_TOKENS, strict=True))
    hangul = re.compile("[\uac00-\ud7a3]")
    assert bool(hangul.search(sizes[0].text)) is (language == "ko")


@pytest.mark.slow
def test_levels_decide_what_is_told(runner):
    conn, user = runner
    texts = {
        level: export_text(conn, user, size="full", language="en", privacy_level=level).text
        for level in ("summary", "training", "health")
    }
    assert "## Activities of the last weeks" not in texts["summary"]
    assert "## Activities of the last weeks" in texts["training"]
    assert "## Mornings" not in texts["training"]
    assert "## Mornings" in texts["health"]
    for level, text in texts.items():
        told = [canary for canary in CANARIES if canary in text]
        assert told == (["canary note"] if level == "health" else [])


@pytest.mark.slow
def test_figures_without_a_plan_asked_for(runner):
    conn, user = runner
    text = export_text(conn, user, language="en", with_schema=False).text
    assert '"schema_version"' not in text
    assert "## Runner" in text


@pytest.mark.slow
def test_example_of_the_form_is_a_draft_that_is_not_taken_for_a_plan(runner):
    conn, user = runner
    exported = export_text(conn, user, size="short", language="en")
    (block,) = re.findall(r"```json\n(.*?)\n```", exported.text, re.S)
    draft = PlanDraft.model_validate_json(block)
    assert draft.weeks[0].start == periods.week_start(exported.request.start)
    assert json.loads(block) == example_draft(draft.weeks[0].start)
    pasted = take_pasted_plan(conn, user, exported.text)
    assert (pasted.treatment, pasted.plan_id, pasted.reply) == ("reject", None, "")
    assert pasted.request == exported.request


@pytest.mark.slow
def test_whole_chat_is_pasted_with_the_example_in_it(runner):
    conn, user = runner
    exported = export_text(conn, user, size="short", language="en")
    answer = example_draft(periods.week_start(exported.request.start)) | {"title": "From a chat"}
    pasted = take_pasted_plan(conn, user, f"{exported.text}\n{json.dumps(answer)}")
    assert pasted.understood.title == "From a chat"
    assert "An earlier version was left out; the last one was read" not in pasted.changes


@pytest.mark.slow
def test_usual_request_is_the_aim_of_the_plan_in_force(runner):
    from runningcoach.coach.plans.athlete import load_athlete
    from runningcoach.store import plans

    conn, user = runner
    asked = usual_request(conn, user.id, load_athlete(conn, user.id, TODAY))
    current = plans.get_current(conn, user.id).plan.request
    assert (asked.goal, asked.race_date, asked.available_weekdays) == (
        current.goal, current.race_date, current.available_weekdays,
    )  # fmt: skip
    assert asked.start >= TODAY
