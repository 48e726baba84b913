"""The word of a week by the API: the latest, or that of a day's week; one's own."""

from datetime import date

from runningcoach.coach.talk.weekly.weekly_word import citations_of
from runningcoach.store import weekly_words

WORD = "/api/v1/ai/weekly-word"
MONDAY, BEFORE = date(2026, 11, 23), date(2026, 11, 16)


def test_the_word_of_a_week_is_read(client, other, conn, ann):
    assert client.get(WORD).status_code == 404
    weekly_words.add(
        conn, ann.id, MONDAY, "Well run.", "rule", citations=citations_of(("rest-days",))
    )
    weekly_words.add(conn, ann.id, BEFORE, "Before.", "model")
    latest = client.get(WORD).json()
    assert (latest["week_start"], latest["text"], latest["origin"]) == (
        "2026-11-23", "Well run.", "rule",
    )  # fmt: skip
    assert latest["citations"][0]["passage_id"] == "rest-days"
    assert client.get(WORD, params={"week_start": "2026-11-29"}).json() == latest
    assert client.get(WORD, params={"week_start": "2026-11-18"}).json()["text"] == "Before."
    assert client.get(WORD, params={"week_start": "2026-11-09"}).status_code == 404
    assert client.get(WORD, params={"week_start": "soon"}).status_code == 422
    assert other.get(WORD).status_code == 404
