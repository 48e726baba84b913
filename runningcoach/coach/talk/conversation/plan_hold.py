"""The plan after a sign of the body: a red one is noted, and a lighter plan proposed.

A complaint stands in the calendar, where the runner ends it; then the proposal is taken back. What
is told of somebody else, or a crisis, is no complaint of the runner's body: nothing is noted. After
an amber sign the runner is told where to note it: many a pain is none that a plan must yield to.
"""

import logging
from typing import NamedTuple

from runningcoach.base import periods
from runningcoach.base.i18n import t
from runningcoach.coach.plans.complaints import Connection, note_complaint
from runningcoach.coach.talk.safety.gate import SafetySign, find_signs
from runningcoach.coach.talk.safety.replies import CRISIS, EMERGENCY, scripted_reply
from runningcoach.model.complaint import ComplaintKind
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.user import User

NOT_OF_THE_BODY = frozenset({CRISIS, EMERGENCY})
PAINS = frozenset({"stress_fracture", "cauda", "dvt", "concussion"})
"""Red signs that are noted as pain; the others are noted as illness. Both hold hard work."""

NOTED_BY_RUNNERS = frozenset({"pain", "fever", "covid"})
"""Amber signs that the runner may note in the calendar."""

log = logging.getLogger(__name__)


class PlanHold(NamedTuple):
    """What was done about the plan, in words, and the lighter version where one is proposed."""

    words: str
    proposal: StoredPlan | None = None


def reply_words(sign: SafetySign, language: str) -> str:
    """Return the set words on a sign: all of a red one's answer, the beginning of an amber one's.

    Nothing where there is no sign.
    """
    words = scripted_reply(sign, language) or ""
    if sign.category in NOTED_BY_RUNNERS:
        return f"{words} {t('talk.hold.hint', language)}"
    return words


def hold_plan(conn: Connection, user: User, text: str) -> PlanHold | None:
    """Note the red sign of a message as a complaint of today; None where none is to be noted."""
    red = [sign for sign in find_signs(text) if sign.level == "red"]
    if not red or any(sign.category in NOT_OF_THE_BODY for sign in red):
        return None
    kind: ComplaintKind = "pain" if red[0].category in PAINS else "illness"
    today = periods.today(user.timezone)
    try:
        noted = note_complaint(conn, user, kind, today, today)
    except Exception:  # the words that send somebody to a doctor must come, whatever else fails
        log.exception("The plan could not be held after a sign of danger")
        return None
    named = t(f"talk.hold.{kind}", user.language)
    outcome = "proposed" if noted.proposal and noted.outcome != "waiting" else "noted"
    words = t(f"talk.hold.{outcome}", user.language, complaint=named)
    return PlanHold(words, noted.proposal if outcome == "proposed" else None)
