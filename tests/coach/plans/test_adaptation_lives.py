"""Random lives with a plan: whatever happens, what is proposed can be approved and is no more."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import pytest

from runningcoach.coach.plans.adaptation import AdaptationSignals, propose
from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.planner import PlanImpossible, make_plan
from runningcoach.coach.plans.validator import validate
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import AthleteState, PlanRequest
from tests.coach.plans.profiles import DAYS, START

DAY = timedelta(days=1)
BODY = ("illness", "pain", "break", "red", "amber")
THIN, WHOLE = 12, 90
MOST_LEFT = 0.002
"""Share of proposals that keep an error which the plan had before: they ease a day all the same."""


@dataclass
class RandomLife:
    """A runner to whom things happen by chance, and who answers proposals by chance."""

    random: Random
    plan: Plan
    athlete: AthleteState
    runs: dict[date, float]
    adherence: list[WorkoutAdherence] = field(default_factory=list)
    declined: list = field(default_factory=list)
    away_until: date = START
    ill_until: date = START
    counts: Counter = field(default_factory=Counter)

    def state(self, today: date) -> AthleteState:
        """What the tables would hold of the athlete on a morning."""
        monday = today - today.weekday() * DAY
        weeks = [
            sum(self.runs.get(monday - n * DAY, 0.0) for n in range(7 * back - 6, 7 * back + 1))
            for back in range(12, 0, -1)
        ]
        month = [km for day, km in self.runs.items() if today - 30 * DAY <= day < today]
        last = max((day for day in self.runs if day < today), default=None)
        return self.athlete.model_copy(update={
            "today": today, "weekly_km": tuple(weeks), "longest_30d_km": max(month, default=0.0),
            "days_since_run": (today - last).days if last else None,
            "is_red_today": today < self.ill_until,
        })  # fmt: skip

    def happen(self, today: date) -> AdaptationSignals:
        """Let something happen, mostly nothing."""
        chance = self.random.random()
        if chance < 0.015:
            self.away_until = today + self.random.randint(3, 24) * DAY
        elif chance < 0.04:
            self.ill_until = today + self.random.randint(1, 4) * DAY
        is_red, is_amber = today < self.ill_until, self.random.random() < 0.12
        complaint = self.random.choice(("illness", "pain")) if 0.04 < chance < 0.05 else None
        return AdaptationSignals("red" if is_red else "amber" if is_amber else None, complaint)

    def live(self, today: date) -> None:
        """Look at the plan in the morning, answer, and run or not."""
        signals, state = self.happen(today), self.state(today)
        proposal = propose(
            self.plan, state, self.adherence, today, signals, declined=self.declined
        )  # fmt: skip
        if proposal is not None:
            self.check(proposal, state, signals)
            self.answer(proposal, state)
        self.run(today)

    def check(self, proposal, state, signals) -> None:
        today, name = state.today, proposal.sign.key.rpartition(".")[2]
        self.counts[name] += 1
        before, after = errors(self.plan, state), errors(proposal.plan, state)
        assert after <= before
        past, same = (days_of(p, date.min, today) for p in (self.plan, proposal.plan))
        assert same[: len(past)] == past
        assert not any(day.workouts for day in same[len(past) :])
        assert Plan.model_validate(proposal.plan.model_dump(by_alias=True)) == proposal.plan
        if name in BODY:
            assert km(proposal.plan, state) <= km(self.plan, state) + 0.1, name
        again = propose(proposal.plan, state, self.adherence, today, signals)
        assert again is None or again.sign != proposal.sign, name
        self.counts["not approvable"] += bool(after)

    def answer(self, proposal, state) -> None:
        chance = self.random.random()
        if chance < 0.75 and not errors(proposal.plan, state):
            self.plan = proposal.plan
            assert not errors(self.plan, state)
        elif chance < 0.85:
            self.declined.append(proposal.sign)

    def run(self, today: date) -> None:
        workouts = [w for d in days_of(self.plan, today, today + DAY) for w in d.workouts]
        is_missed = today < self.away_until or self.random.random() < 0.08
        if workouts:
            verdict = "missed" if is_missed else "done"
            self.adherence.append(WorkoutAdherence(workout_date=today, verdict=verdict))
        if workouts and not is_missed:
            paces = self.athlete.paces
            meters = sum(estimate_workout(w, paces).distance_m for w in workouts)
            self.runs[today] = meters / 1000


def days_of(plan, first, end):
    return [day for week in plan.weeks for day in week.days if first <= day.date < end]


def km(plan, state):
    ahead = days_of(plan, state.today, date.max)
    return sum(
        estimate_workout(w, state.paces).distance_m / 1000 for d in ahead for w in d.workouts
    )


def errors(plan, state):
    found = validate(plan, state, origin="adaptation", today=state.today)
    return {(one.code, one.day) for one in found if one.severity == "error"}


def begin(seed: int) -> RandomLife | None:
    """Return a life by a seed; None where no plan is sound."""
    random = Random(seed)
    weekly_km, count = random.choice((15, 30, 45, 60, 80)), random.choice(tuple(DAYS))
    weeks, goal = random.randint(6, 18), random.choice(("5k", "10k", "hm", "m", "fit"))
    runs = {
        START - n * DAY: weekly_km / count * random.uniform(0.8, 1.2)
        for n in range(1, 85) if (START - n * DAY).weekday() in DAYS[count]
    }  # fmt: skip
    paces = training_paces(random.choice((34.0, 45.0, 58.0)), "race")
    athlete = AthleteState(today=START, paces=paces, age=random.choice((None, 35, 58)))
    life = RandomLife(random, None, athlete, runs)
    race = None if goal == "fit" else START + (7 * weeks - 1) * DAY
    request = PlanRequest(
        goal=goal, start=START, race_date=race, weeks=None if race else weeks,
        available_weekdays=DAYS[count],
    )  # fmt: skip
    try:
        life.plan = make_plan(request, life.state(START))
    except PlanImpossible:
        return None
    return life


def live(seeds: range) -> Counter:
    """Let lives pass; return how often what was proposed."""
    counts: Counter = Counter()
    for life in filter(None, map(begin, seeds)):
        today = START
        while today <= life.plan.weeks[-1].days[-1].date + 3 * DAY:
            life.live(today)
            today += DAY
        counts += life.counts
        counts["lives"] += 1
    return counts


def test_some_random_lives_with_a_plan():
    counts = live(range(THIN))
    assert counts["lives"] >= THIN / 2
    assert {"red", "amber", "missed"} <= counts.keys()


@pytest.mark.deep
@pytest.mark.timeout(900)
@pytest.mark.slow
def test_many_random_lives_with_a_plan():
    counts = live(range(THIN, WHOLE))
    proposed = sum(counts.values()) - counts["lives"] - counts["not approvable"]
    assert proposed > 5 * counts["lives"]
    assert counts["not approvable"] <= MOST_LEFT * proposed
