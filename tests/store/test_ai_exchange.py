"""Settings, drafts, pasted texts and weekly words: written, read, and nobody else's."""

from datetime import UTC, date, datetime

from runningcoach.model.conversation import AiSettings, Citation
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.store import ai_drafts, ai_imports, ai_settings, secrets, weekly_words

KEY = "sk-proj-Ab1cD2eF3gH4iJ5kL6mN7oP8"
MONDAY = date(2026, 11, 30)
FINDING = PlanFinding(code="V03", severity="warn", key="ramp", day=MONDAY, values={"km": 9.5})


def test_settings_are_the_default_until_they_are_put(conn, user, other_user):
    assert ai_settings.get(conn, user.id) == AiSettings()
    default = AiSettings(chat_model="of the house")
    assert ai_settings.get(conn, user.id, default) == default
    mine = AiSettings(
        is_enabled=True, privacy_level="health", api="chat", base_url="http://127.0.0.1:11434/v1",
        chat_model="a", plan_model="b", embedding_model="c", daily_budget_usd=0.25,
        monthly_budget_usd=2, input_price_usd=0, output_price_usd=0, has_weekly_word=False,
        agreed_at=datetime(2026, 11, 30, tzinfo=UTC),
    )  # fmt: skip
    ai_settings.put(conn, user.id, mine)
    assert ai_settings.get(conn, user.id, default) == mine
    ai_settings.put(conn, user.id, AiSettings())
    assert ai_settings.get(conn, user.id, default) == AiSettings()
    assert ai_settings.get(conn, other_user.id) == AiSettings()


def test_has_key_is_looked_up(conn, user, other_user, home):
    secrets.put(conn, user.id, ai_settings.KEY_NAME, KEY, home=home)
    assert ai_settings.get(conn, user.id).has_key
    assert not ai_settings.get(conn, other_user.id).has_key
    ai_settings.put(conn, user.id, AiSettings(has_key=False))
    assert ai_settings.get(conn, user.id).has_key
    secrets.delete(conn, user.id, ai_settings.KEY_NAME)
    ai_settings.put(conn, user.id, AiSettings(has_key=True))
    assert not ai_settings.get(conn, user.id).has_key


def test_drafts(conn, user, other_user):
    first = ai_drafts.add(
        conn, user.id, round=1, text=f"a plan, and {KEY}", treatment="repair", reasons=["r"],
        changes=["c"], findings=[FINDING],
    )  # fmt: skip
    second = ai_drafts.add(conn, user.id, round=2, text="{}", treatment="accept")
    assert first.text == "a plan, and ***"
    assert (first.reasons, first.changes, first.findings) == (["r"], ["c"], [FINDING])
    assert ai_drafts.list_recent(conn, user.id, 9) == [second, first]
    assert ai_drafts.list_recent(conn, user.id, 9, second.id) == [first]
    assert ai_drafts.get(conn, user.id, first.id) == first
    assert ai_drafts.get(conn, other_user.id, first.id) is None
    assert ai_drafts.list_recent(conn, other_user.id, 9) == []
    assert ai_drafts.delete_all(conn, other_user.id) == 0
    assert ai_drafts.delete_all(conn, user.id) == 2


def test_imports(conn, user, other_user):
    stored = ai_imports.add(
        conn, user.id, text=f"```{KEY}```", treatment="ask", reasons=["r"], questions=["q"],
        findings=[FINDING],
    )  # fmt: skip
    assert (stored.reasons, stored.questions, stored.findings) == (["r"], ["q"], [FINDING])
    assert ai_imports.get_text(conn, user.id, stored.id) == "```***```"
    assert ai_imports.get(conn, user.id, stored.id) == stored
    assert ai_imports.list_recent(conn, user.id, 9) == [stored]
    assert ai_imports.list_recent(conn, user.id, 9, stored.id) == []
    assert ai_imports.get(conn, other_user.id, stored.id) is None
    assert ai_imports.get_text(conn, other_user.id, stored.id) is None
    assert ai_imports.delete_all(conn, other_user.id) == 0
    assert ai_imports.delete_all(conn, user.id) == 1


def test_a_week_has_one_word(conn, user, other_user):
    cited = Citation(passage_id="taper", title="Taper", source="Someone 2023")
    weekly_words.add(conn, user.id, MONDAY, "by rules", "rule")
    later = weekly_words.add(conn, user.id, MONDAY, "in words", "model", citations=[cited])
    assert later.citations == [cited]
    assert weekly_words.get(conn, user.id, MONDAY) == later
    assert weekly_words.list_recent(conn, user.id, 9) == [later]
    assert weekly_words.get(conn, other_user.id, MONDAY) is None
    assert weekly_words.delete_all(conn, other_user.id) == 0
    assert weekly_words.delete_all(conn, user.id) == 1
