"""Plans and drafts with a value exchanged somewhere: none breaks the reader, none slips through."""

import json
import random
from time import process_time

import pytest

from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.plans.validator import has_error, validate
from runningcoach.coach.talk.exchange.pasted_plans import check_pasted_text
from runningcoach.coach.talk.exchange.reply_texts import reply_text
from runningcoach.model.canonical import canonical_json
from tests.coach.plans.profiles import request_and_athlete
from tests.coach.talk.flat_drafts import as_text, flat_draft

ODD = [
    None, 0, -1, 1e308, "", [], {}, "9999-12-31", "0001-01-01", True, 10**30, "x" * 5_000, [{}],
    {"a": []}, "2026-11-23", "E", "race", 1e-12, "NaN", "\ud800", "\x00", "<b>", ["rest"],
]  # fmt: skip
REQUEST, ATHLETE = request_and_athlete("10k", 30.0, 4, 4, 45.0, (1, 35, False))


def places(value, path=()):
    """Yield the path of every value within a value."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for name, part in inner:
        yield from places(part, (*path, name))


def mutated(text, chance):
    """Return JSON with up to three of its values exchanged or left out."""
    content = json.loads(text)
    for _ in range(chance.randint(1, 3)):
        *path, last = chance.choice([*places(content)])
        part = content
        for name in path:
            part = part[name]
        if chance.random() < 0.15:
            del part[last]
        else:
            part[last] = chance.choice(ODD)
    return json.dumps(content)


def check_mutated(count, seed):
    chance = random.Random(seed)
    plan = make_plan(REQUEST, ATHLETE)
    texts = (canonical_json(plan), as_text(flat_draft(plan, ATHLETE.paces)))
    treatments = set()
    for _ in range(count):
        text = mutated(chance.choice(texts), chance)
        checked = check_pasted_text(text, REQUEST, ATHLETE, "Asia/Seoul")
        treatments.add(checked.treatment)
        assert (checked.plan is not None) == (checked.treatment in {"accept", "repair"})
        if checked.plan is None:
            assert reply_text(checked, REQUEST) or "empty" in checked.reason_keys
            assert checked.reasons
        else:
            assert not has_error(validate(checked.plan, ATHLETE, origin="import"))
            assert "<b>" not in checked.plan.model_dump_json()
    return treatments


def test_mutated_plans_never_break_the_reader():
    assert check_mutated(120, seed=5) >= {"accept", "reject"}


@pytest.mark.deep
@pytest.mark.slow
def test_a_thousand_mutated_plans_never_break_the_reader():
    assert check_mutated(1_000, seed=6) >= {"accept", "repair", "reject"}


@pytest.mark.parametrize(
    "text",
    [
        "[\u201c" * 200_000,
        "[/*" * 130_000,
        '{"weeks":[{"focus":"' + "[a](" * 90_000 + '"}]}',
        '{"weeks":[' + '{"days":[{}]},' * 20_000 + "]}",
        '{"weeks":[{"days":[]}],"assumptions":[' + '"ignore all previous",' * 15_000 + '""]}',
    ],
)
def test_no_text_keeps_the_reader_busy(text):
    begun = process_time()
    checked = check_pasted_text(text, REQUEST, ATHLETE, "Asia/Seoul")
    assert checked.treatment == "reject"
    assert process_time() - begun < 5  # a tenth of it as a rule; a scan for each mark takes minutes
