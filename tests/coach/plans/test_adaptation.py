"""Proposals for a changed plan: each rule with its reason, and what no rule may do."""

from datetime import date, timedelta

import pytest

from runningcoach.base.i18n import t
from runningcoach.coach.plans.adaptation import QUALITY_TYPES, AdaptationSignals, propose
from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.planner import make_plan, remake_plan
from runningcoach.coach.plans.planner.errors import PlanImpossible
from runningcoach.coach.plans.validator import validate
from runningcoach.model.adherence import StepAdherence, WorkoutAdherence
from runningcoach.model.plan_request import AthleteState, PlanRequest

START = date(2026, 11, 9)  # a Monday
NONE = AdaptationSignals()
PREFIX = "adaptation.reason."


def athlete(today=START, **more):
    kept = {
        "weekly_km": (38.0, 40.0, 42.0, 40.0, 41.0, 42.0, 40.0, 43.0, 42.0, 41.0, 43.0, 42.0),
        "longest_30d_km": 15.0,
        "days_since_run": 1,
        "paces": training_paces(47.0, "race"),
    } | more
    return AthleteState(today=today, **kept)


@pytest.fixture(scope="module")
def plan():
    request = PlanRequest(
        goal="hm", start=START, race_date=START + timedelta(days=83),
        available_weekdays=(0, 1, 2, 3, 5, 6), long_day=6,
    )  # fmt: skip
    return make_plan(request, athlete())


def days_of(plan):
    return {day.date: day for week in plan.weeks for day in week.days}


def quality_days(plan, first=START):
    return [d for d, day in days_of(plan).items()
            if d >= first and any(w.type in QUALITY_TYPES for w in day.workouts)]  # fmt: skip


def kilometres(plan, first):
    paces = athlete().paces
    return sum(estimate_workout(w, paces).distance_m for d, day in days_of(plan).items()
               if d >= first for w in day.workouts) / 1000  # fmt: skip


def keys(proposal):
    return [note.key.removeprefix(PREFIX) for note in proposal.reasons]


def errors(plan, known):
    return [f for f in validate(plan, known, origin="adaptation", today=known.today)
            if f.severity == "error"]  # fmt: skip


def missed(day):
    return WorkoutAdherence(workout_date=day, verdict="missed", compliance_pct=0)


def ran(day, pace, band=(276, 266), verdict="slow"):
    planned = {"intensity": "interval", "slow_s_per_km": band[0], "fast_s_per_km": band[1]}
    step = StepAdherence(step="interval", verdict=verdict, planned=planned,
                         run={"pace_s_per_km": pace})  # fmt: skip
    return WorkoutAdherence(workout_date=day, verdict="done", compliance_pct=90, steps=[step])


def test_nothing_happened_and_the_plan_stands(plan):
    assert propose(plan, athlete(), [], START + timedelta(days=9), NONE) is None


def test_red_morning_makes_a_hard_day_forty_easy_minutes(plan):
    today = quality_days(plan)[0]
    proposal = propose(plan, athlete(today), [], today, AdaptationSignals(readiness="red"))
    assert keys(proposal) == ["red"]
    [run] = days_of(proposal.plan)[today].workouts
    assert run.type == "easy"
    assert estimate_workout(run, athlete().paces).duration_s <= 2_400
    soon = {today + timedelta(days=n) for n in range(3)}
    assert {d for d, day in days_of(plan).items() if days_of(proposal.plan)[d] != day} <= soon
    assert not soon & set(quality_days(proposal.plan)), "nothing hard for 48 hours"
    assert errors(proposal.plan, athlete(today, is_red_today=True)) == []


def test_red_morning_on_a_rest_day_changes_nothing(plan):
    today = next(d for d, day in days_of(plan).items() if not day.workouts)
    assert propose(plan, athlete(today), [], today, AdaptationSignals(readiness="red")) is None


def test_red_morning_makes_the_hard_day_after_it_easy(plan):
    hard = quality_days(plan)[1]
    today = hard - timedelta(days=1)
    proposal = propose(plan, athlete(today), [], today, AdaptationSignals(readiness="red"))
    assert hard not in quality_days(proposal.plan)
    assert len(quality_days(proposal.plan)) == len(quality_days(plan)) - 1


def test_amber_morning_puts_the_hard_session_off_by_two_days_or_drops_it(plan):
    for today in quality_days(plan)[:8]:
        proposal = propose(plan, athlete(today), [], today, AdaptationSignals(readiness="amber"))
        assert keys(proposal)[0] == "amber"
        after = days_of(proposal.plan)
        assert all(w.type not in QUALITY_TYPES for w in after[today].workouts)
        new = set(quality_days(proposal.plan)) - set(quality_days(plan))
        assert len(new) <= 1
        for day in new:
            assert 2 <= (day - today).days <= 4
            near = {day - timedelta(days=1), day + timedelta(days=1)}
            assert not near & set(quality_days(proposal.plan))


def test_one_missed_quality_session_moves_away_from_the_others(plan):
    moved = 0
    for day in quality_days(plan)[:12]:
        today = day + timedelta(days=1)
        proposal = propose(plan, athlete(today), [missed(day)], today, NONE)
        if proposal is not None:
            moved += 1
            assert keys(proposal) == ["missed"]
            [new] = set(quality_days(proposal.plan)) - set(quality_days(plan))
            others = [d for d in quality_days(proposal.plan) if d not in (new, day)]
            assert min(abs((new - other).days) for other in others) >= 2
            assert propose(proposal.plan, athlete(today), [missed(day)], today, NONE) is None
    assert moved


def test_missed_session_of_last_week_is_dropped(plan):
    hard = quality_days(plan)[1]
    for days in range(1, 8):
        today = hard + timedelta(days=days)
        is_same_week = today.isocalendar().week == hard.isocalendar().week
        proposal = propose(plan, athlete(today), [missed(hard)], today, NONE)
        assert proposal is None or is_same_week, today


def test_two_missed_quality_sessions_are_dropped_not_stacked(plan):
    first, second = next(
        (a, b) for a, b in zip(quality_days(plan), quality_days(plan)[1:], strict=False)
        if (b - a).days <= 4
    )  # fmt: skip
    today = second + timedelta(days=1)
    assert propose(plan, athlete(today), [missed(first), missed(second)], today, NONE) is None


@pytest.mark.parametrize(("days", "share"), [(4, 100), (8, 90), (13, 90)])
def test_break_is_followed_by_easy_shorter_runs(plan, days, share):
    today = START + timedelta(days=14)
    known = athlete(today, days_since_run=days)
    proposal = propose(plan, known, [], today, NONE)
    assert keys(proposal) == ["break"]
    since = (today - timedelta(days=days)).isoformat()
    until = (today + timedelta(days=6)).isoformat()
    assert proposal.reasons[0].values == {
        "days": days, "share_pct": share, "since": since, "until": until,
    }  # fmt: skip
    week = [d for d in quality_days(proposal.plan) if 0 <= (d - today).days < 7]
    assert week == []
    assert kilometres(proposal.plan, today) < kilometres(plan, today)
    assert propose(proposal.plan, known, [], today, NONE) is None


def test_red_morning_in_a_break_allows_forty_minutes(plan):
    today = START + timedelta(days=16)
    red = AdaptationSignals(readiness="red")
    proposal = propose(plan, athlete(today, days_since_run=4), [], today, red)
    assert keys(proposal) == ["break"]
    [run] = days_of(proposal.plan)[today].workouts
    assert estimate_workout(run, athlete().paces).duration_s <= 2_400


@pytest.mark.parametrize("days", [14, 20, 40, 70])
def test_break_of_two_weeks_makes_the_rest_of_the_plan_anew(plan, days):
    today = START + timedelta(days=17)
    known = athlete(today, days_since_run=days)
    proposal = propose(plan, known, [], today, NONE)
    assert keys(proposal) == ["long_break"]
    before, after = days_of(plan), days_of(proposal.plan)
    assert all(after[d] == day for d, day in before.items() if d < today)
    race = plan.request.race_date
    assert [w.type for w in after[race].workouts] == ["race"]
    assert [d for d in quality_days(proposal.plan) if 0 <= (d - today).days < 14] == []
    assert kilometres(proposal.plan, today) < kilometres(plan, today)
    assert errors(proposal.plan, known) == []
    assert propose(proposal.plan, known, [], today, NONE) is None


def test_break_too_near_the_race_for_another_plan_makes_two_weeks_easy(plan):
    today = plan.request.race_date - timedelta(days=12)
    known = athlete(today, days_since_run=50, longest_30d_km=0.0, weekly_km=(0.0,) * 12)
    with pytest.raises(PlanImpossible):
        remake_plan(plan, known, today)
    proposal = propose(plan, known, [], today, NONE)
    assert keys(proposal) == ["break"]
    assert quality_days(proposal.plan, today) == []


def test_break_before_the_plan_had_a_run_is_for_the_rules_alone(plan):
    assert propose(plan, athlete(days_since_run=9), [], START, NONE) is None
    proposal = propose(plan, athlete(days_since_run=30), [], START, NONE)
    assert proposal.reasons[0].values["codes"] == "V18"


@pytest.mark.parametrize("complaint", ["illness", "pain"])
def test_illness_or_pain_means_rest_and_then_a_hold(plan, complaint):
    today = quality_days(plan)[2]
    proposal = propose(plan, athlete(today), [], today, AdaptationSignals(complaint=complaint))
    assert keys(proposal) == [complaint]
    after = days_of(proposal.plan)
    assert all(not after[today + timedelta(days=n)].workouts for n in range(3))
    assert not [d for d in quality_days(proposal.plan) if 0 <= (d - today).days < 7]


@pytest.mark.parametrize(("pace", "sign"), [(285, 1), (258, -1)])
def test_three_sessions_beyond_the_band_change_the_paces(plan, pace, sign):
    days = quality_days(plan)[:3]
    today = days[-1] + timedelta(days=1)
    verdict = "slow" if sign > 0 else "fast"
    runs = [ran(day, pace, verdict=verdict) for day in days]
    proposal = propose(plan, athlete(today), runs, today, NONE)
    assert keys(proposal) == ["paces"]
    share = proposal.reasons[0].values["share_pct"]
    assert sign * share > 0
    assert abs(share) <= 3
    assert propose(plan, athlete(today), runs[:2], today, NONE) is None
    assert propose(proposal.plan, athlete(today), runs, today, NONE) is None


def test_slow_sessions_in_the_heat_change_no_paces(plan):
    days = quality_days(plan)[:3]
    today = days[-1] + timedelta(days=1)
    runs = [ran(day, 290, verdict="slow_excused") for day in days]
    assert propose(plan, athlete(today), runs, today, NONE) is None


def test_race_result_changes_the_paces_by_itself(plan):
    today = START + timedelta(days=30)
    faster = athlete(today, paces=training_paces(48.5, "race"))
    proposal = propose(
        plan, faster, [], today, AdaptationSignals(race_day=today - timedelta(days=1))
    )
    assert keys(proposal) == ["paces"]
    assert proposal.reasons[0].values["share_pct"] < 0


def test_faster_paces_are_never_the_answer_to_a_bad_morning(plan):
    days = quality_days(plan)[:3]
    today = days[-1] + timedelta(days=1)
    runs = [ran(day, 258, verdict="fast") for day in days]
    proposal = propose(plan, athlete(today), runs, today, AdaptationSignals(readiness="red"))
    assert proposal is None or keys(proposal) == ["red"]


def test_race_that_is_over_is_followed_by_light_weeks(plan):
    today = plan.request.race_date + timedelta(days=1)
    proposal = propose(plan, athlete(today), [], today, NONE)
    assert keys(proposal) == ["race_over"]
    added = proposal.plan.weeks[len(plan.weeks) :]
    assert [week.phase for week in added] == ["recovery", "recovery"]
    assert {w.type for week in added for d in week.days for w in d.workouts} == {"easy"}
    assert propose(proposal.plan, athlete(today), [], today, NONE) is None


def test_weeks_that_are_too_much_by_now_are_repaired(plan):
    today = START + timedelta(days=7)
    known = athlete(today, weekly_km=(12.0,) * 12, longest_30d_km=6.0)
    heavy = plan.model_copy(update={"weeks": plan.weeks[1:]})
    assert errors(heavy, known)
    proposal = propose(heavy, known, [], today, NONE)
    assert keys(proposal) == ["rules"]
    assert errors(proposal.plan, known) == []
    assert proposal.reasons[0].values["codes"]


def test_declined_sign_is_not_proposed_again_but_the_next_one_is(plan):
    hard = quality_days(plan)[0]
    today = hard + timedelta(days=1)
    one = propose(plan, athlete(today), [missed(hard)], today, NONE)
    assert one.sign == (f"{PREFIX}missed", hard.isoformat())
    assert propose(plan, athlete(today), [missed(hard)], today, NONE, declined=[one.sign]) is None
    faster = athlete(today, paces=training_paces(48.5, "race"))
    signals = AdaptationSignals(race_day=today)
    other = propose(plan, faster, [missed(hard)], today, signals, declined=[one.sign])
    assert keys(other) == ["paces"]


def test_race_changes_the_paces_once(plan):
    today = START + timedelta(days=30)
    faster = athlete(today, paces=training_paces(52.0, "race"))
    signals = AdaptationSignals(race_day=today - timedelta(days=1))
    proposal = propose(plan, faster, [], today, signals)
    assert proposal.reasons[0].values["share_pct"] == -3.0, "one step, and there is more to come"
    assert propose(proposal.plan, faster, [], today, signals) is None
    again = AdaptationSignals(race_day=today)
    assert keys(propose(proposal.plan, faster, [], today, again)) == ["paces"]


def test_every_reason_has_words_in_both_languages(plan):
    today = quality_days(plan)[2]
    for signals in SIGNS:
        proposal = propose(plan, athlete(today), [], today, signals)
        for note in proposal.reasons:
            for language in ("ko", "en"):
                assert "{" not in t(note.key, language, **note.values)


def test_missed_session_does_not_move_into_days_that_were_made_easy(plan):
    hard = quality_days(plan)[2]
    today = hard + timedelta(days=1)
    assert propose(plan, athlete(today), [missed(hard)], today, NONE) is not None
    eased = propose(plan, athlete(today, days_since_run=4), [], today, NONE).plan
    assert propose(eased, athlete(today), [missed(hard)], today, NONE) is None


@pytest.mark.parametrize("days", [7, 30, 200])
def test_plan_that_ended_long_ago_is_left_alone(plan, days):
    today = plan.request.race_date + timedelta(days=days)
    for signals in (NONE, AdaptationSignals(readiness="red"), AdaptationSignals(race_day=today)):
        for since in (0, 1, 5, 20):
            known = athlete(today, days_since_run=since)
            assert propose(plan, known, [], today, signals) is None


def test_race_that_is_over_is_answered_on_an_amber_morning_too(plan):
    today = plan.request.race_date + timedelta(days=1)
    amber, red = (AdaptationSignals(readiness=name) for name in ("amber", "red"))
    assert keys(propose(plan, athlete(today), [], today, amber)) == ["race_over"]
    assert propose(plan, athlete(today), [], today, red) is None


SIGNS = [AdaptationSignals(readiness="red"), AdaptationSignals(readiness="amber"),
         AdaptationSignals(complaint="illness"), AdaptationSignals(complaint="pain")]  # fmt: skip


@pytest.mark.parametrize("signals", SIGNS, ids=["red", "amber", "illness", "pain"])
def test_bad_sign_never_adds_load_nor_an_error(plan, signals):
    for number in range(80):
        today = START + timedelta(days=number)
        known = athlete(today)
        proposal = propose(plan, known, [], today, signals)
        if proposal is not None:
            assert kilometres(proposal.plan, today) <= kilometres(plan, today) + 0.1, today
            before, after = (
                {(f.code, f.day) for f in validate(p, known, origin="adaptation", today=today)
                 if f.severity == "error"} for p in (plan, proposal.plan)
            )  # fmt: skip
            assert after <= before
