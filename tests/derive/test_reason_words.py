"""Every reason and flag that days, mornings and predictions can give has words."""

import re

import pytest

from runningcoach.base import i18n
from tests.conftest import PROJECT

CODE = re.compile(r'"((?:no|few|first|short|beyond)_[a-z]+(?:_[a-z]+)?)"')
FILES = ("derive/daily.py", "derive/recovery.py", "metrics/predictions.py")


@pytest.mark.parametrize("file", FILES)
def test_every_reason_has_words(file):
    codes = set(CODE.findall((PROJECT / "runningcoach" / file).read_text()))
    assert len(codes) >= 4
    assert codes <= i18n.words("ko", "metrics")["reasons"].keys()


def test_every_flag_of_a_day_or_morning_has_words():
    flags = {"seeded", "mostly_estimated", "possible_illness"}
    assert flags <= i18n.words("ko", "metrics")["flags"].keys()
