"""Each definition is whole: constants are filled in, inputs and reasons have words."""

from pathlib import Path

import pytest

from runningcoach.base import i18n
from runningcoach.metrics import load, vo2max
from runningcoach.metrics.catalogue import CATALOGUE
from runningcoach.metrics.definitions.definition import (
    Definition,
    Input,
    Many,
    Series,
    TraceIngredient,
    always,
    constant,
    template,
)
from tools import make_glossary

GLOSSARY = Path(make_glossary.GLOSSARY)


def test_template_fills_constants_and_keeps_the_names_of_inputs():
    text = template("{a:.2f} × {x} − {b}", a=4.6, b=-0.000104)
    assert text == "4.60 × {x} − −0.000104"


def test_trace_takes_the_case_that_was_chosen():
    kept = Definition[float](
        name="n", of="day", unit="", algorithm="n.v1", formula="{a}",
        inputs=(Input(("a", "b"), "m", "day", lambda of: (of, None)),),
        case=lambda of: "many" if of > 1 else "",
        notes=always("provisional"),
    )  # fmt: skip
    assert kept.trace(1.0).ingredients == [
        TraceIngredient("a", 1.0, "m", "day"),
        TraceIngredient("b", None, "m", "day"),
    ]
    assert kept.trace(1.0).notes == ("provisional",)
    assert kept.trace(2.0).formula == "{a}"  # a case that is not declared is the usual one


def test_trace_of_a_series_joins_its_values():
    series = Series[int](
        lambda of: [TraceIngredient(f"i{k}", float(k)) for k in range(of)],
        "all",
        " + ",
        "m",
        (0.0,),
    )
    kept = Definition[int](
        name="n", of="day", unit="", algorithm="n.v1", formula="{all}", inputs=(series,)
    )
    assert kept.trace(2).many == {"all": Many([0.0, 1.0], "m")}
    assert kept.trace(0).many == {"all": Many((0.0,), "m")}


def test_an_unknown_value_is_none():
    part = Input(("a",), "", "samples", lambda _: (float("nan"),))
    assert part.trace(None)[0].value is None
    assert Input(("a",), "", "samples", lambda _: ()).trace(None) == []
    assert constant("a", 3).trace(None)[0].value == 3.0


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_reason_has_words(language):
    words = i18n.words(language, "metrics")["reasons"] | i18n.words(language, "explain")["reasons"]
    assert {reason for one in CATALOGUE for reason in one.reasons} <= words.keys()


def test_formulas_show_the_constants_that_values_are_made_with():
    of = {(one.of, one.name): one.formula for one in CATALOGUE}
    assert f"{vo2max.COST[0]:.6f}" in of["activity", "vdot"]
    assert f"× {load.THRESHOLD_HOUR:g}" in of["activity", "rtss"]


def test_the_glossary_is_written_from_the_definitions():
    text = GLOSSARY.read_text(encoding="utf-8")
    assert make_glossary.written(text) == text, "make glossary"
