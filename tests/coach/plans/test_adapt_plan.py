"""Proposals from the tables: one at a time, replaced, withdrawn, not made again when rejected."""

from datetime import date, timedelta

import pytest

from runningcoach.coach.plans import versions
from runningcoach.coach.plans.adaptation import QUALITY_TYPES
from runningcoach.coach.plans.adaptation.proposals import adapt_plan
from runningcoach.model.connection import GarminConnection
from runningcoach.store import complaints, garmin, plans
from tests.coach.plans.planned_life import Life

START = date(2026, 11, 9)  # a Monday
DAY = timedelta(days=1)


@pytest.fixture
def life(conn, user, home):
    return Life(conn, user, home, START)


def test_without_a_plan_nothing_is_proposed(life):
    assert life.look().outcome == "no_plan"


def test_plan_that_is_followed_stands(life):
    life.begin()
    for day in (2, 5, 9, 14):
        life.follow(START + day * DAY)
        assert life.look().outcome == "stands", life.today


def test_red_morning_is_proposed_once_and_kept_until_the_evening(life):
    current = life.begin()
    life.follow(life.first_hard_day())
    life.wake("low")
    report = life.look()
    assert report.outcome == "proposed"
    assert (report.proposal.origin, report.proposal.parent_id) == ("adaptation", current.id)
    assert [note.key for note in report.proposal.reasons] == ["adaptation.reason.red"]
    assert report.proposal.reasons[0].values["since"] == str(life.today)
    again = life.look()
    assert (again.outcome, again.proposal.id) == ("kept", report.proposal.id)
    life.approve(report.proposal)
    assert not any(w.type in QUALITY_TYPES for w in life.planned(life.today))
    assert life.look().outcome == "stands"


def test_proposal_of_a_day_that_is_over_is_withdrawn(life):
    life.begin()
    life.follow(life.first_hard_day())
    life.wake("low")
    proposed = life.look().proposal
    life.follow(life.today + DAY)
    life.wake()
    report = life.look()
    assert (report.outcome, report.proposal.id) == ("withdrawn", proposed.id)
    assert plans.get_proposed(life.conn, life.user.id) is None
    assert plans.get(life.conn, life.user.id, proposed.id).status == "archived"
    assert life.look().outcome == "stands"


def test_rejected_red_morning_is_not_proposed_again_but_the_next_one_is(life):
    life.begin()
    life.follow(life.first_hard_day())
    life.wake("low", flags=["possible_illness"])
    life.reject(life.look().proposal)
    assert life.look().outcome == "stands"
    life.follow(life.first_hard_day(after=life.today + DAY))
    life.wake("low")
    assert life.look().outcome == "proposed"


def test_hard_session_that_was_run_in_spite_of_a_red_morning_stays_as_it_was(life):
    life.begin()
    hard = life.first_hard_day()
    life.follow(hard)
    before = life.planned(hard)
    life.wake("low")
    life.run(hard, 10.0)
    report = life.look()
    if report.proposal is not None:
        life.approve(report.proposal)
    assert life.planned(hard) == before


def test_break_of_five_days_is_proposed_anew_each_day_until_it_is_answered(life):
    life.begin()
    life.follow(START + 9 * DAY)
    last_run = max(START + n * DAY for n in range(9) if life.planned(START + n * DAY))
    seen = []
    for n in range(1, 8):
        life.today = last_run + n * DAY
        report = life.look()
        seen.append((report.outcome, report.proposal and report.proposal.reasons[0].key))
    breaks = [one for one in seen if one[1] == "adaptation.reason.break"]
    assert len(breaks) >= 3
    assert {outcome for outcome, _ in breaks} == {"proposed"}
    open_ones = life.conn.execute("SELECT count(*) FROM plans WHERE status = 'proposed'").fetchone()
    assert open_ones == (1,)


def test_rejected_break_stays_rejected_until_it_has_become_long(life):
    life.begin()
    life.follow(START + 9 * DAY)
    last_run = max(START + n * DAY for n in range(9) if life.planned(START + n * DAY))
    reasons = []
    for n in range(1, 16):
        life.today = last_run + n * DAY
        report = life.look()
        if report.outcome == "proposed":
            name = report.proposal.reasons[0].key.rpartition(".")[2]
            reasons.append((n, name))
            life.reject(report.proposal)
    names = [name for _, name in reasons if name in ("break", "long_break")]
    assert names == ["break", "long_break"]
    assert (14, "long_break") in reasons


def test_missed_session_is_proposed_for_another_day_and_run_there(life):
    life.begin()
    hard = life.first_hard_day()
    life.follow(hard)
    life.today = hard + DAY
    report = life.look()
    assert report.proposal.reasons[0].key == "adaptation.reason.missed"
    life.approve(report.proposal)
    assert life.look().outcome == "stands"


def test_proposal_of_another_origin_is_left_alone(life):
    current = life.begin()
    edited = current.plan.model_copy(update={"title": "other"})
    waiting = versions.propose_plan(life.conn, life.user.id, edited, "edit", current.id)
    life.follow(life.first_hard_day())
    life.wake("low")
    report = life.look()
    assert (report.outcome, report.proposal.id) == ("waiting", waiting.id)
    assert plans.get_proposed(life.conn, life.user.id).id == waiting.id


def test_complaint_makes_three_days_of_rest(life):
    life.begin()
    life.follow(START + 3 * DAY)
    complaints.begin(life.conn, life.user.id, "pain", life.today)
    report = life.look(language="en")
    life.approve(report.proposal)
    assert [life.planned(life.today + n * DAY) for n in range(3)] == [[], [], []]
    assert life.look().outcome == "stands"
    life.today += DAY
    assert life.look().outcome == "stands"


def test_proposal_for_a_complaint_waits_while_it_lasts_and_goes_with_it(life):
    life.begin()
    life.follow(START + 3 * DAY)
    noted = complaints.begin(life.conn, life.user.id, "illness", life.today)
    first = life.look().proposal
    life.today += DAY
    assert life.look().outcome == "kept"
    complaints.end(life.conn, life.user.id, noted.id, life.today)
    report = life.look()
    assert plans.get(life.conn, life.user.id, first.id).status == "archived"
    assert report.proposal.id == first.id or _signs(report) == {"adaptation.reason.missed"}


def _signs(report):
    return {note.key for note in report.proposal.reasons}


def test_new_race_changes_the_paces(life):
    life.begin()
    life.follow(START + 12 * DAY)
    life.run(START + 12 * DAY, 10.0, seconds=2460, is_race=True)
    life.today += DAY
    report = life.look()
    assert report.proposal.reasons[0].key == "adaptation.reason.paces"
    assert report.proposal.reasons[0].values["since"] == str(START + 12 * DAY)
    life.approve(report.proposal)
    assert life.look().outcome == "stands"


def test_days_that_garmin_did_not_bring_are_no_break(life):
    life.begin()
    life.follow(START + 9 * DAY)
    connected = GarminConnection(lane="signin", status="needs_reauth")
    garmin.put_connection(life.conn, life.user.id, connected)
    garmin.begin_run(life.conn, life.user.id)
    garmin.mark_success(life.conn, life.user.id)
    life.conn.execute("UPDATE garmin_sync_state SET last_success_at = %s", [life.today])
    life.today += 2 * DAY
    assert life.look().outcome == "behind"
    life.today += 6 * DAY
    assert life.look().outcome == "behind"
    assert plans.get_proposed(life.conn, life.user.id) is None
    ended = GarminConnection(lane="signin", status="disconnected")
    garmin.put_connection(life.conn, life.user.id, ended)
    assert life.look().proposal.reasons[0].key == "adaptation.reason.break"


def test_proposals_of_one_runner_are_not_seen_by_another(life, other_user):
    life.begin()
    life.follow(life.first_hard_day())
    life.wake("low")
    life.look()
    assert adapt_plan(life.conn, other_user.id, life.today).outcome == "no_plan"
