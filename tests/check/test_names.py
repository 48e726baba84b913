"""Names: each class once in the package; and no import goes in a circle."""

import ast
from collections import defaultdict
from graphlib import TopologicalSorter

import grimp

from tests.conftest import PROJECT

PACKAGE = PROJECT / "runningcoach"
BANNED = {
    *("Told", "Asked", "Found", "Said", "Taken", "Kept", "Shown", "Heard", "Made", "Stored"),
    *("Parked", "Stopped", "Standing", "Beside", "Before", "Account", "Subject", "Place", "Gate"),
    *("Loan", "Passage", "Household", "Doors", "Fake", "Ask", "Shelf", "Beginning", "Wish"),
}
"""Names of classes that say nothing where they are used."""
BANNED_MODULES = {
    *("utils", "helpers", "misc", "beside", "usual", "standing", "written", "outlook", "paper"),
    *("pulse", "movement", "judgement", "evidence", "leaving", "forgetting", "facts_again"),
    *("own_files", "own_benchmarks", "freshen", "orders", "drawing", "places", "recorded"),
    "recordings_again",
}


def classes() -> dict[str, list[str]]:
    """Return where each class of the package is defined, by its name without underscores."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(str(path.relative_to(PACKAGE)))
    assert len(places) > 300
    return places


def test_no_two_classes_have_one_name():
    assert {name: where for name, where in classes().items() if len(where) > 1} == {}


def test_classes_are_named_for_their_subject():
    assert BANNED & set(classes()) == set()


def test_modules_are_named_for_what_they_hold():
    assert BANNED_MODULES & {path.stem for path in PACKAGE.rglob("*.py")} == set()


def test_no_import_goes_in_a_circle():
    graph = grimp.build_graph("runningcoach", cache_dir=None)  # those for types alone too
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 400
    TopologicalSorter(imports).prepare()  # raises CycleError with the circle
