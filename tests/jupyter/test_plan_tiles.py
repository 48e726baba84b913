"""The tiles of a plan: what is decided on is shown in full, whatever its titles hold."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from runningcoach.base import i18n, periods
from runningcoach.base.settings import Settings
from runningcoach.coach.plans.overview import PlanOverview, load_overview, overview_weeks
from runningcoach.coach.plans.planner import errors
from runningcoach.coach.plans.planner.errors import PlanImpossible
from runningcoach.model.connection import GarminConnection
from runningcoach.model.plan import PlanNote
from runningcoach.model.plan_edit import PlanFinding, ScaleWeek
from runningcoach.model.stored_plan import WorkoutDelivery
from runningcoach.pages.tiles import (
    plan,
    plan_charts,
    plan_form,
    plan_review,
    plan_watch,
    plan_weeks,
)
from runningcoach.store.job_runs import JobRun
from tests.coach.plans.made_runs import EASY, step, workout
from tests.coach.plans.test_athlete import TODAY
from tests.coach.plans.test_overview import approved, trained

EVIL = "<script>alert('x')</script>\" onclick=\"x"


@pytest.fixture(autouse=True)
def _english():
    with i18n.speaking("en"):
        yield


@pytest.fixture
def shown(conn, user) -> PlanOverview:
    trained(conn, user)
    approved(conn, user)
    overview = load_overview(conn, user.id, TODAY)
    assert overview is not None
    return overview


def with_stored(overview: PlanOverview, **changes: object) -> PlanOverview:
    return replace(overview, stored=overview.stored.model_copy(update=changes))


def error(**changes: object) -> PlanFinding:
    fields = {"code": "V08", "severity": "error", "key": "no_rest_day", "values": {"km": 61}}
    return PlanFinding.model_validate(fields | changes)


def buttons(text: str) -> dict[str, str]:
    """The attributes of each button, by its words."""
    return {words: attributes for attributes, words in re.findall(r"<button(.*?)>(.*?)</b", text)}


def test_without_a_plan_only_the_form_is_shown(conn, user, shown):
    nothing = [
        plan.opening(None, []), plan.outlook(None, []), plan_review.proposal(None),
        plan_review.findings(None), plan_weeks.card(None, []), plan_charts.form(None),
        plan_charts.distance(None, []), plan_charts.intensity(None), plan_review.assumptions(None),
    ]  # fmt: skip
    assert set(map(str, nothing)) == {""}


def test_approval_names_the_hash_of_what_is_shown(shown):
    proposed = replace(with_stored(shown, status="proposed"), findings=[])
    found = buttons(str(plan.opening(proposed, overview_weeks(proposed))))
    body = html.unescape(re.search(r'data-body="(.*?)"', found["Approve"])[1])
    assert json.loads(body) == {"sha256": shown.stored.sha256}
    assert f"/plans/{shown.stored.id}/approve" in found["Approve"]
    assert "disabled" not in found["Approve"]


def test_a_plan_with_an_error_is_not_approved_and_says_why(shown):
    blocked = replace(with_stored(shown, status="proposed"), findings=[error()])
    text = str(plan.opening(blocked, overview_weeks(blocked)))
    assert "disabled" in buttons(text)["Approve"]
    assert "Mend the errors first" in text


@pytest.mark.parametrize("status", ["archived", "rejected"])
def test_a_version_of_the_past_is_only_looked_at(shown, status):
    past = with_stored(shown, status=status)
    past = replace(
        past, findings=[error(fix=ScaleWeek(start=past.stored.plan.weeks[5].start, share=0.8))]
    )
    weeks = overview_weeks(past)
    assert buttons(str(plan.opening(past, weeks))) == {}
    assert "data-edit" not in str(plan_review.findings(past))
    assert "data-editable" not in str(plan_weeks.card(past, weeks))


def test_titles_and_reasons_are_words_whatever_they_hold(shown):
    evil = workout(step("main", meters=5000, pace=EASY)).model_copy(
        update={"title": EVIL, "purpose": EVIL}
    )
    week = shown.stored.plan.weeks[4]
    note = PlanNote(key="planner.assumption.stated", values={"text": EVIL}, source=EVIL)
    day = week.days[0].model_copy(update={"workouts": (evil,), "reasons": (note,)})
    changed = week.model_copy(update={"days": (day, *week.days[1:]), "focus": EVIL})
    weeks = (*shown.stored.plan.weeks[:4], changed, *shown.stored.plan.weeks[5:])
    request = shown.stored.plan.request.model_copy(update={"race_name": EVIL})
    content = shown.stored.plan.model_copy(
        update={"weeks": weeks, "request": request, "assumptions": (note,)}
    )
    bad = with_stored(shown, plan=content, reasons=[note])
    text = "".join(
        map(
            str,
            (
                plan.opening(bad, overview_weeks(bad)), plan_review.proposal(bad),
                plan_review.assumptions(bad), plan_weeks.card(bad, overview_weeks(bad)),
                plan_form.card(bad, request, bad.athlete),
            ),
        )
    )  # fmt: skip
    assert "alert" in text
    assert "<script>alert" not in text
    assert 'onclick="x' not in text


def test_findings_stand_gravest_first_with_their_remedy(shown):
    start = shown.stored.plan.weeks[5].start
    warn = error(severity="warn", week=2)
    grave = error(week=6, fix=ScaleWeek(start=start, share=0.8))
    text = str(plan_review.findings(replace(shown, findings=[warn, grave])))
    assert text.index("Error") < text.index("Warning")
    assert "1 errors · 1 warnings" in text
    edit = json.loads(html.unescape(re.search(r'data-edit="(.*?)"', text)[1]))
    assert edit == {"kind": "scale_week", "start": f"{start}", "share": 0.8}


def test_every_word_that_the_script_fills_is_there(shown):
    text = str(plan_weeks.card(shown, overview_weeks(shown)))
    words = json.loads(re.search(r'id="plan-words">(.*?)</script>', text)[1])
    assert set(words["findings"]) == {
        f"v{n:02d}" for n in range(1, 24) if f"v{n:02d}" in i18n.words("en", "findings")
    }
    assert "{week}" in words["price"]["week"]
    kinds = {"move", "swap", "scale", "scale_week", "replace", "make_easy", "set_target", "rest"}
    assert kinds <= set(words["edits"])


def test_the_part_that_matters_names_the_target(shown):
    sessions = [w for week in shown.stored.plan.weeks for d in week.days for w in d.workouts]
    cruise = next(w for w in sessions if w.type == "cruise")
    fast = shown.athlete.paces.threshold[1]
    clock = f"{fast // 60}:{fast % 60:02d}"
    assert plan_weeks.main_target(cruise, shown.athlete.paces).startswith(clock)
    untargeted = workout(step("main", meters=5000))
    assert plan_weeks.main_target(untargeted, shown.athlete.paces) == ""


def test_a_distance_is_not_told_twice(shown):
    text = str(plan_weeks.card(shown, overview_weeks(shown)))
    easy = re.findall(r"<b>(Easy \S+ km)</b><small>(.*?)</small>", text)
    assert easy
    assert all("km" not in about for _, about in easy)
    assert re.search(r"<b>Threshold intervals .*? m</b><small>[\d.]+ km · ", text)


def delivery(day, state, error=None):
    return WorkoutDelivery(
        id=1, date=day, state=state, marker="rc:1", sha256="0" * 64, error=error,
        workout=workout(step("main", meters=5000, pace=EASY)).model_copy(update={"title": "Five"}),
    )  # fmt: skip


def watch(overview, rows=(), status="connected", push_workouts=True, push=None):
    lanes = [GarminConnection(lane="signin", status=status)] if status else []
    settings = Settings(push_workouts=push_workouts)
    runs = {push.job: push} if push else {}
    return str(plan_watch.card(overview, rows, lanes, runs, settings))


def test_what_is_on_its_way_tells_its_state_and_why_it_is_blocked(shown):
    rows = [
        delivery(TODAY, "scheduled"),
        delivery(TODAY + timedelta(days=2), "blocked", "no_steps"),
    ]
    text = watch(shown, rows)
    assert "Send now" in text
    assert text.index("In the calendar") < text.index("Cannot be sent")
    assert i18n.t("publish.blocked.no_steps") in text


@pytest.mark.parametrize("ended", [False, True])
def test_a_push_under_way_is_followed_and_not_begun_again(shown, ended):
    now = periods.now()
    run = JobRun(
        id=7, user_id=1, job="workout_push", run_id="x", asked_by="user", scheduled_for=now,
        attempt=1, state="succeeded" if ended else "running", parameters={}, queued_at=now,
        not_before=now, ended_at=now if ended else None,
    )  # fmt: skip
    text = watch(shown, push=run)
    assert ('data-watch="/api/v1/jobs/runs/7" data-state="running"' in text) is not ended
    assert ("disabled" in buttons(text)["Send now"]) is not ended


@pytest.mark.parametrize(
    ("status", "push", "words"),
    [("", True, "without a sign-in"), ("needs_reauth", True, "without a sign-in"),
     ("connected", False, "switched off")],
)  # fmt: skip
def test_what_stands_in_the_way_of_sending_is_told(shown, status, push, words):
    text = watch(shown, status=status, push_workouts=push)
    assert words in text.lower()
    assert "Send now" not in text
    assert "workouts.zip" in text


def test_only_the_current_plan_goes_to_the_watch(shown):
    text = watch(with_stored(shown, status="proposed"))
    assert "Only an approved plan" in text
    assert "workouts.zip" not in text


def test_refusals_stand_at_fields_that_are_there(shown):
    kinds = vars(errors).values()
    known = {one.code for one in kinds if isinstance(one, type) and issubclass(one, PlanImpossible)}
    assert set(plan_form.FIELD_OF_ERROR) <= known
    text = str(plan_form.card(None, shown.stored.plan.request, shown.athlete))
    fields = set(re.findall(r'data-field="(\w+)"', text))
    assert set(plan_form.FIELD_OF_ERROR.values()) <= fields
    assert set(i18n.words("en", "plan_page")["form"]["wrong"]) <= fields


def test_the_form_begins_with_the_request(shown):
    request = shown.stored.plan.request
    text = str(plan_form.card(None, request, shown.athlete))
    assert re.search(rf'name="race_date" value="{request.race_date}"', text)
    assert '<option value="10k" selected>' in text
    checked = re.findall(r'name="available_weekdays" value="(\d)" checked', text)
    assert checked == ["1", "3", "5", "6"]


def test_recorded_days_end_where_planned_ones_begin(shown):
    frame = plan_charts.form_frame(shown)
    assert frame.date[frame.planned].min().date() == TODAY
    assert not frame.planned[frame.date.dt.date < TODAY].any()
    assert frame.date.is_monotonic_increasing


def test_numbers_are_held_to_the_limits_of_a_request_and_words_name_them(shown):
    assert plan_form.limits() == {
        "target_time_s": (600, 36_000),
        "weeks": (1, 24),
        "weekday_max_min": (20, 300),
        "long_max_min": (20, 420),
        "distance_m": (1_000, 42_195),
    }
    text = str(plan_form.card(None, shown.stored.plan.request, shown.athlete))
    words = json.loads(html.unescape(re.search(r'data-wrong="(.*?)"', text)[1]))
    assert "from 10:00 to 10:00:00" in words["target_time"]
    assert "(1 to 42.195 km)" in words["tune_ups"]
    assert "20 to 420 minutes" in words["long_max_min"]


def test_days_in_sentences_are_written_as_the_page_writes_days(shown):
    day = shown.stored.plan.weeks[5].days[2].date
    finding = error(
        code="V09",
        key="quality_quality",
        values={"first": f"{day}", "second": "2027-01-04"},
        fix={"kind": "make_easy", "date": f"{day}"},
    )
    text = str(plan_review.findings(replace(shown, findings=[finding])))
    assert "Mon 4 Jan" in text
    assert f"{day:%a} {day.day} {day:%b}" in re.search(r"Fix: (.*?)<", text)[1]
    assert f"{day}" not in re.sub(r'data-edit=".*?"', "", text)


def test_strides_do_not_make_an_easy_run_a_fast_one(shown):
    paces = shown.athlete.paces
    easy = workout(
        step("main", meters=8000, pace=EASY), step("interval", seconds=20, pace=(220, 210))
    )
    assert (
        plan_weeks.main_target(easy.model_copy(update={"type": "easy"}), paces) == "5:40–6:30 /km"
    )
    assert plan_weeks.main_target(easy, paces) == "3:30–3:40 /km"
