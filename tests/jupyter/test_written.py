"""How numbers and days are written."""

from datetime import date, datetime

import pytest

from runningcoach.base import i18n
from runningcoach.pages import formatting

DAY = date(2026, 11, 22)  # a Sunday


def test_days_are_written_in_the_reader_s_language():
    with i18n.speaking("ko"):
        assert formatting.day(DAY) == "11\uc6d4 22\uc77c (\uc77c)"
        assert formatting.full_day(DAY) == "2026\ub144 11\uc6d4 22\uc77c (\uc77c)"
        assert formatting.month(DAY) == "2026\ub144 11\uc6d4"
    with i18n.speaking("en"):
        assert formatting.day(DAY) == "Sun 22 Nov"
        assert formatting.full_day(DAY) == "Sun 22 Nov 2026"
        local = datetime(2026, 11, 22, 6, 4)  # noqa: DTZ001 - local times have no zone
        assert formatting.moment(local) == "Sun 22 Nov 2026 06:04"


def test_a_day_of_another_year_names_its_year():
    with i18n.speaking("en"):
        assert formatting.short_day(DAY, date(2026, 1, 1)) == "Sun 22 Nov"
        assert formatting.short_day(DAY, date(2027, 1, 1)) == "Sun 22 Nov 2026"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1234.5, 1, "1,234.5"), (0.0, 0, "0"), (None, 2, "–"), (float("nan"), 0, "–")],
)
def test_numbers(value, digits, text):
    assert formatting.number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(5.2, 0, "+5"), (-5.2, 1, "−5.2"), (0.3, 0, "0"), (-0.3, 0, "0"), (None, 0, "–")],
)
def test_signed_numbers(value, digits, text):
    assert formatting.signed(value, digits) == text


def test_times():
    with i18n.speaking("en"):
        assert formatting.spell(12_251) == "3 h 24 min"
        assert formatting.spell(59 * 60 + 50) == "1 h 00 min"
        assert formatting.spell(540) == "9 min"
        assert formatting.spell(None) == "–"


def test_kilometres():
    assert formatting.km(21_097.5) == "21.10"
    assert formatting.km(None) == "–"
