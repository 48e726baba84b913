"""The catalogue names every stored quantity; glossary, labels and meanings say the same of each."""

import re
import types
from collections import Counter
from typing import Any, get_args

import pytest

from runningcoach.base import i18n
from runningcoach.metrics import catalogue
from runningcoach.metrics.catalogue import CATALOGUE
from runningcoach.model.activity import ActivityMetrics
from runningcoach.model.benchmark import BenchmarkKind
from runningcoach.model.fitness import DailyFitness, RecoveryDay
from runningcoach.pages import page
from tests.conftest import PROJECT

RECORDS = {"activity": ActivityMetrics, "day": DailyFitness, "morning": RecoveryDay}
NO_QUANTITY = {"activity_id"}
COLUMNS = ("name", "English", "Korean", "unit", "source")


def numeric(annotation: Any) -> bool:
    """Tell whether a field holds a number, or a list of numbers."""
    if annotation in (int, float):
        return True
    inside = get_args(annotation)
    nested = isinstance(annotation, types.UnionType) or annotation.__class__.__name__ in (
        "_UnionGenericAlias",
        "GenericAlias",
        "Union",
    )
    return bool(nested and inside) and any(numeric(one) for one in inside)


@pytest.mark.parametrize("table", RECORDS)
def test_every_numeric_column_is_in_the_catalogue_and_none_else(table):
    fields = {
        name for name, field in RECORDS[table].model_fields.items() if numeric(field.annotation)
    }
    assert {metric.name for metric in catalogue.of(table)} == fields - NO_QUANTITY


def test_every_benchmark_is_in_the_catalogue():
    assert {m.name for m in catalogue.of("benchmark")} == set(get_args(BenchmarkKind))


def test_a_quantity_is_listed_once():
    assert max(Counter((m.of, m.name) for m in CATALOGUE).values()) == 1


def test_an_algorithm_ends_with_its_version():
    assert [m.name for m in CATALOGUE if not re.search(r"\.v\d+$", m.algorithm)] == []


def rows_of_the_glossary() -> dict[str, dict[str, str]]:
    """Return the rows of the glossary by name: cells by the heads of their columns."""
    rows: dict[str, dict[str, str]] = {}
    heads: list[str] = []
    for line in (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| name "):
            heads = cells
        elif match := re.match(r"\| `(\w+)`", line):
            assert match[1] not in rows, match[1]
            rows[match[1]] = dict(zip(heads, cells, strict=True))
    return rows


def test_the_glossary_says_of_each_quantity_what_the_catalogue_says():
    rows = rows_of_the_glossary()
    for metric in CATALOGUE:
        assert metric.name in rows, metric
        row = rows[metric.name]
        said = [row[column] for column in COLUMNS]
        labels = [i18n.t(f"metrics.labels.{metric.name}", language) for language in ("en", "ko")]
        named = f"`{metric.name}`"
        assert said == [named, *labels, metric.unit, metric.literature or "ours"], metric


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_quantity_has_its_name_and_its_line(language):
    words = i18n.words(language, "metrics")
    names = {metric.name for metric in CATALOGUE}
    assert names <= words["labels"].keys()
    assert words["labels"].keys() == words["explain"].keys()


def test_pages_show_the_same_line_and_keep_no_copy_of_it():
    for language in i18n.LANGUAGES:
        stored = i18n.words(language, "metrics")["explain"]
        assert not stored.keys() & i18n.words(language, "pages")["meanings"].keys()
        with i18n.speaking(language):
            assert page.meaning("trimp") == stored["trimp"]
            assert page.meaning("hrv_ms")
            assert page.meaning("nothing of ours") is None
