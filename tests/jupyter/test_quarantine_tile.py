"""The tile of files that could not be taken."""

from datetime import UTC, datetime

from runningcoach.base import i18n
from runningcoach.model.quarantine import Quarantined
from runningcoach.pages.tiles import quarantine as tile

AT = datetime(2026, 5, 4, tzinfo=UTC)


def row(number: int, code: str) -> Quarantined:
    return Quarantined(
        id=number, sha256="0" * 64, name="<script>", size_bytes=1, reason_code=code, reason=code,
        first_seen_at=AT, last_tried_at=AT, tries=1,
    )  # fmt: skip


def test_reasons_are_counted_in_words_and_a_button_empties():
    rows = [row(1, "bad_json"), row(2, "bad_json"), row(3, "empty"), row(4, "deleted_by_runner")]
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            shown = str(tile.held(rows))
        assert i18n.words(language, "ingest")["reasons"]["bad_json"] in shown
        assert i18n.words(language, "ingest")["reasons"]["deleted_by_runner"] not in shown
    assert 'data-send="/api/v1/ingest/quarantine" data-method="DELETE"' in shown
    assert "<script>" not in shown


def test_nothing_is_shown_where_nothing_waits():
    assert tile.held([]) == ""
    assert tile.held([row(1, "deleted_at_garmin")]) == ""
