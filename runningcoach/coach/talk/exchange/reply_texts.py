"""What to tell another chat about its plan, in a text that is ready to be pasted."""

from runningcoach.base import i18n, periods
from runningcoach.coach.talk.drafts.asked_weeks import asked_weeks
from runningcoach.coach.talk.drafts.draft_plans import CheckedDraft
from runningcoach.model.plan_request import PlanRequest

OTHER_AIMS = frozenset({"other_goal", "other_days", "other_race"})
FOR_THE_RUNNER = frozenset({"goal_unknown", "example", "too_long", "empty"})
NO_PLAN = frozenset({"no_json", "refusal"})


def reply_text(checked: CheckedDraft, request: PlanRequest) -> str:
    """Return what to ask of the other chat, in the language in force; nothing for a sound plan."""
    if checked.plan is not None or FOR_THE_RUNNER & set(checked.reason_keys):
        return ""
    keys = set(checked.reason_keys)
    if checked.questions:
        points = [i18n.t("exchange.reply.answer", text=question) for question in checked.questions]
        return "\n".join([i18n.t("exchange.reply.questions"), *points])
    if "variants" in keys:
        return i18n.t("exchange.reply.variants")
    if "cut" in keys:
        return i18n.t("exchange.reply.cut")
    if keys & OTHER_AIMS:
        return i18n.t("exchange.reply.other_aim", aim=_aim(request))
    if keys & NO_PLAN:
        return i18n.t("exchange.reply.no_plan")
    points = [i18n.t("exchange.reply.point", text=reason) for reason in checked.reasons]
    return "\n".join([i18n.t("exchange.reply.sent_back"), *points])


def _aim(request: PlanRequest) -> str:
    """Return what the plan is to be for."""
    goal = i18n.t(f"plan_page.goals.{request.goal}")
    start = periods.week_start(request.start).isoformat()
    if request.race_date is not None:
        return i18n.t(
            "exchange.aim.race", goal=goal, date=request.race_date.isoformat(), start=start
        )  # fmt: skip
    return i18n.t("exchange.aim.weeks", goal=goal, weeks=len(asked_weeks(request)), start=start)
