"""Words that code looks up are there, and words that are there are looked up."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import Environment, nodes

from runningcoach.base import i18n
from runningcoach.metrics import load
from runningcoach.pages import gauge
from runningcoach.pages.tiles import fitness
from tests.conftest import PROJECT

ROOMS = ("pages", "serving")


def flat(table: dict[str, Any], path: str) -> Iterator[str]:
    for key, value in table.items():
        yield from flat(value, f"{path}.{key}") if isinstance(value, dict) else [f"{path}.{key}"]


def looked_up() -> tuple[set[str], set[str]]:
    """The keys that are written out in calls of t(), and the beginnings of those put together."""
    whole, begun = set(), set()
    for room in ROOMS:
        for path in (PROJECT / "runningcoach" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {"t", "i18n.t"}:
                    _sort(node.args[0], whole, begun)
        for path in (PROJECT / "runningcoach" / room).rglob("*.html"):
            for call in (
                Environment(autoescape=True)
                .parse(path.read_text(encoding="utf-8"))
                .find_all(nodes.Call)
            ):
                if isinstance(call.node, nodes.Name) and call.node.name == "t":
                    _sort_template(call.args[0], whole, begun)
    return whole, begun


def _sort(key: ast.expr, whole: set[str], begun: set[str]) -> None:
    if isinstance(key, ast.Constant):
        whole.add(key.value)
    elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
        begun.add(key.values[0].value)


def _sort_template(key: nodes.Expr, whole: set[str], begun: set[str]) -> None:
    if isinstance(key, nodes.Const):
        whole.add(key.value)
    elif isinstance(key, nodes.Concat) and isinstance(key.nodes[0], nodes.Const):
        begun.add(key.nodes[0].value)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_key_that_is_written_out_has_words(language):
    whole, _ = looked_up()
    keys = {
        key
        for key in whole
        if key.split(".")[0] in {"calendar", "charts", "coach_page", "pages", "plan_page"}
    }
    assert len(keys) > 60
    for key in keys:
        assert i18n.t(key, language), key


TABLES = (
    "pages.meanings", "pages.reasons", "pages.flags", "pages.sports", "pages.load_sources",
    "pages.health_page.statuses",
    # Filled in by the page's script.
    "plan_page.price", "plan_page.day.", "plan_page.form.wrong", "coach_page.say.",
)  # fmt: skip
"""Looked up by codes that come from the data."""


@pytest.mark.parametrize("file", ["calendar", "charts", "coach_page", "pages", "plan_page"])
def test_no_words_are_left_over(file):
    whole, begun = looked_up()
    used = (*TABLES, *begun, "pages.errors.", "pages.numbers.", "pages.titles.")
    left = {key for key in flat(i18n.words("ko", file), file) if key not in whole}
    assert {key for key in left if not key.startswith(used)} == set()


def test_every_band_and_span_has_words():
    for band in (*gauge.BANDS[:-1], "taper", "pause"):
        assert i18n.t(f"pages.today.bands.{band}.name")
        assert i18n.t(f"pages.today.bands.{band}.said")
    for band in gauge.READINESS.bands:
        assert i18n.t(f"pages.readiness.bands.{band}.name")
        assert i18n.t(f"pages.readiness.bands.{band}.said")
    for span in fitness.RANGES:
        assert i18n.t(f"pages.fitness_page.ranges.{span}")


def test_every_source_of_load_has_words():
    assert set(load.LoadSource.__args__) == set(i18n.words("ko", "pages")["load_sources"])
