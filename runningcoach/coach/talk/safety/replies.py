"""The set answers to signs of danger: no model has a part in them."""

from runningcoach.base.i18n import t
from runningcoach.coach.talk.safety.gate import SafetySign

CRISIS, EMERGENCY = "crisis", "emergency"
OWN_WORDS = frozenset({"minor", "mood"})
"""Amber categories that are answered in words of their own."""


def scripted_reply(sign: SafetySign, language: str) -> str | None:
    """Return the whole answer to a red sign, the frame of the answer to an amber one; else None."""
    if sign.category is None:
        return None
    named = t(f"safety.sign.{sign.category}", language)
    if sign.level == "amber":
        if sign.category in OWN_WORDS:
            return t(f"safety.amber.{sign.category}", language)
        return t("safety.amber.frame", language, sign=named)
    if sign.category == CRISIS:
        return t("safety.reply.crisis", language)
    if sign.category == EMERGENCY:
        return t("safety.reply.other", language)
    return t("safety.reply.body", language, sign=named)
