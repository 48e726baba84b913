"""Every reason, flag and source that the engine can give has words."""

import re
from dataclasses import fields

from runningcoach.base import i18n
from runningcoach.metrics.load import LoadSource
from runningcoach.model.activity import ActivityMetrics
from runningcoach.model.benchmark import BenchmarkKind
from tests.conftest import PROJECT

METRICS = PROJECT / "runningcoach" / "metrics"


def test_every_reason_and_flag_in_the_code_has_words():
    words = i18n.words("en", "metrics")
    modules = (
        *("facts", "eligibility", "measures", "streams"),
        *("effort_streams", "epoc", "heart_rate_loads", "missing"),
    )
    code = "".join((METRICS / f"{name}.py").read_text() for name in modules)
    named = set(
        re.findall(r'"([a-z]+(?:_[a-z]+)+|modality|treadmill|trail|effort|hot|scaled)"', code)
    )
    values = {*ActivityMetrics.model_fields, *_channels()}
    known = words["reasons"].keys() | words["flags"].keys() | words["sources"].keys()
    assert named - values <= known | {"t_s"}


def _channels():
    from runningcoach.metrics.activity import Athlete, Facts
    from runningcoach.metrics.measure_inputs import ActivityContext
    from runningcoach.metrics.streams import POSSIBLE, Streams

    records = (Athlete, Facts, Streams)
    return (
        {f.name for record in records for f in fields(record)}
        | POSSIBLE.keys()
        | {*ActivityContext.__annotations__}
    )


def test_every_metric_and_benchmark_has_a_label_and_a_line():
    words = i18n.words("ko", "metrics")
    wanted = {"trimp", "hrtss", "rtss", "load", "ctl", "atl", "tsb", "effective_vo2max"}
    wanted |= set(BenchmarkKind.__args__)
    assert wanted <= words["labels"].keys()
    assert words["labels"].keys() == words["explain"].keys()
    assert set(LoadSource.__args__) <= words["sources"].keys()


def test_every_flag_is_a_sentence_on_the_page_of_an_activity():
    short, long = (i18n.words("ko", room)["flags"].keys() for room in ("metrics", "pages"))
    of_days = {"seeded", "mostly_estimated", "possible_illness"}
    assert long == short - of_days
