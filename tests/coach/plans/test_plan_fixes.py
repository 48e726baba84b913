"""Fixes that findings offer: each mends what it was offered for and breaks nothing else."""

import copy
from datetime import date, timedelta

import pytest

from runningcoach.coach.plans.editing import apply_edit
from runningcoach.coach.plans.expander import expand_draft
from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.plans.repair import repair
from runningcoach.coach.plans.validator import has_error, validate, validate_draft
from runningcoach.model.plan_edit import MoveWorkout, ReplaceWorkout
from runningcoach.model.plan_request import AthleteState, PlanRequest
from tests.coach.plans.corpus_plans import draft_athlete, read_plans
from tests.coach.plans.test_plan_rules import MUTATIONS

CLIMB = {"V03", "V05"}
"""A week or a run far too long hides those after it: mending it shows the next step of the climb,
which is mended in the next round."""


def drafted(items):
    for name, item in items:
        request, athlete = draft_athlete(item)
        draft, _ = validate_draft(item["draft"], request, athlete)
        if draft is not None:
            yield name, expand_draft(draft, request, athlete), athlete


@pytest.fixture(scope="session")
def wrong_plans(coach_corpus):
    """Return the bad drafts of the corpus and the mutations of a clean one, as plans."""
    items = [(i["id"], i) for i in read_plans(coach_corpus, "bad_plans.json")]
    clean = read_plans(coach_corpus, "clean_plans.json")
    base = next(i for i in clean if i["athlete"]["goal"] == "10k")
    for code, mutate in MUTATIONS.items():
        item = copy.deepcopy(base)
        mutate(item)
        items.append((code, item))
    plans = list(drafted(items))
    assert len(plans) > 30
    return plans


def place(finding):
    return finding.code, finding.key, finding.week, finding.day


def is_milder(after, before):
    """Return whether a finding is a warning instead of an error, or its figure is smaller."""
    name = next(key for key in ("percent", "km", "minutes") if key in before.values)
    is_less = after.values[name] < before.values[name]
    return is_less or (after.severity, before.severity) == ("warn", "error")


def left_wrong(plan, athlete, finding):
    """Return what a fix leaves of its finding, and which errors it adds."""
    before = {place(f) for f in validate(plan, athlete) if f.severity == "error"}
    findings = validate(apply_edit(plan, finding.fix, athlete), athlete)
    same = [f for f in findings if place(f) == place(finding)]
    added = [f for f in findings if f.severity == "error" and place(f) not in before]
    is_climb = finding.code in CLIMB and finding.severity == "error"
    later = [f for f in added if is_climb and f.code in CLIMB and f.week > finding.week]
    left = [f for f in same if not is_milder(f, finding)]
    return left + [f for f in added if f not in later]


def test_each_fix_mends_its_finding_and_adds_no_error(wrong_plans):
    count, wrong = 0, []
    for name, plan, athlete in wrong_plans:
        for finding in validate(plan, athlete):
            if finding.fix is not None:
                count += 1
                wrong += [
                    (name, place(finding), place(f)) for f in left_wrong(plan, athlete, finding)
                ]
    assert count > 100
    assert wrong == []


def test_repair_clears_plans_whose_errors_all_have_a_fix(wrong_plans):
    count, wrong = 0, []
    for name, plan, athlete in wrong_plans:
        findings = validate(plan, athlete)
        errors = [f for f in findings if f.severity == "error"]
        if errors and all(f.fix for f in errors):
            count += 1
            if has_error(repair(plan, findings, athlete).findings):
                wrong.append(name)
    assert count > 10
    assert wrong == []


START = date(2027, 1, 4)


def plan_with_days(days):
    """Return a plan made for days of which the runner then has others, and its athlete."""
    athlete = AthleteState(
        today=START,
        weekly_km=(50.0,) * 12,
        longest_30d_km=17.0,
        days_since_run=1,
        paces=training_paces(48.0, "race"),
    )
    request = PlanRequest(
        goal="10k",
        start=START,
        race_date=START + timedelta(days=69),
        available_weekdays=(1, 2, 3, 5, 6),
    )
    plan = make_plan(request, athlete, "en")
    changed = request.model_copy(update={"available_weekdays": days})
    return plan.model_copy(update={"request": changed}), athlete


@pytest.mark.parametrize("days", [(0, 1, 3, 5, 6), (1, 3, 4, 5, 6), (0, 2, 3, 4, 6), (0, 2, 4, 6)])
def test_session_on_a_taken_day_moves_only_to_where_it_breaks_no_rule(days):
    plan, athlete = plan_with_days(days)
    findings = [f for f in validate(plan, athlete) if f.code == "V12"]
    assert findings
    for finding in findings:
        assert isinstance(finding.fix, MoveWorkout | ReplaceWorkout)
        assert left_wrong(plan, athlete, finding) == []
    assert not has_error(repair(plan, validate(plan, athlete), athlete).findings)
