"""Pages and the API pick, write and draw; what they show is computed in metrics and derive."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

PACKAGE = PROJECT / "runningcoach"
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
REDUCTIONS = {"sum", "fmean", "mean", "median", "std", "var", "rolling", "cumsum", "reduce"}
DAYS = ("timedelta", "A_DAY", "A_WEEK", "YEAR", "REMEMBERED")
"""Names that make a sum one of days and moments, which is the calendar's."""
TILES = PACKAGE / "pages" / "tiles"
ALLOWED = {
    "activities.py": {
        "int(moment) / 1000000.0": "a place in the list, written as microseconds in an address",
        "row.started_at.timestamp() * 1000000.0": "the same, the other way",
    },
    "connect.py": {
        "sync.units_done + sync.units_left": "how many requests there are, not of running",
    },
    "frames.py": {"year - 1": "the calendar year before"},
    "jobs.py": {"run.ended_at - run.started_at": "two moments"},
}
STILL_TO_DO = {
    "pages/charts": {"activity.py", "calendar.py", "fitness.py", "lttb.py", "theme.py"},
    "api": {
        *("activities.py", "login_attempts.py", "connection_limits.py", "page_cursors.py"),
        *("known_devices.py", "explain.py", "ingest.py", "jobs.py", "request_limits.py"),
        *("login.py", "reverse_proxy.py", "request_context.py", "samples.py", "signin.py"),
        "date_ranges.py",
    },
}
"""Modules not gone through yet. Charts place marks, the API counts bytes, seconds and rows; but
`api/dashboard.py` and `api/projection.py` compute numbers of running, which belong in derive."""


def arithmetic(code: str) -> Iterator[str]:
    """Yield each operation on numbers, outermost first, and each reduction of many to one."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, OPERATORS):
            text = ast.unparse(node)
            if not _of_words(node) and not any(name in text for name in DAYS):
                yield text
        elif isinstance(node, ast.Call):
            *owner, name = ast.unparse(node.func).split(".")
            if name in REDUCTIONS and not (owner and owner[-1].isupper()):  # a macro, not a number
                yield ast.unparse(node)


def _of_words(node: ast.BinOp | ast.AugAssign) -> bool:
    """Tell whether strings, bytes, lists or paths are put together."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    return any(_is_words(side) for side in sides)


def _is_words(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    if isinstance(node, ast.BinOp):
        return _of_words(node)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in {"t", "_bundle", "_left_out"}
    if isinstance(node, ast.Name | ast.Attribute):
        return ast.unparse(node) in {"NAME", "activity.decode_notes"}
    return isinstance(node, ast.JoinedStr | ast.List | ast.ListComp)


def in_folder(folder: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in folder.rglob("*.py"):
        found[path.name] |= set(arithmetic(path.read_text(encoding="utf-8")))
    return {name: texts for name, texts in found.items() if texts}


def test_tiles_compute_nothing():
    assert in_folder(TILES) == {name: set(texts) for name, texts in ALLOWED.items()}


@pytest.mark.parametrize("room", STILL_TO_DO)
def test_no_other_module_of_pages_and_api_begins_to_compute(room):
    assert set(in_folder(PACKAGE / room)) == STILL_TO_DO[room]


@pytest.mark.parametrize(
    "code",
    ["1000 / speed", "a.b - c", "x += 1", "sum(v)", "frame.rolling(60)", "low * high ** 0.5"],
)
def test_arithmetic_is_found(code):
    assert [*arithmetic(code)]


@pytest.mark.parametrize(
    "code",
    ["'a' + b", "[1] + more", "day - timedelta(days=1)", "x += t('key')", "FITNESS.median(x)"],
)
def test_putting_together_words_and_days_is_no_arithmetic(code):
    assert not [*arithmetic(code)]
