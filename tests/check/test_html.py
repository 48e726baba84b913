"""HTML stands in templates, where all that is put in is escaped; Python hands it words."""

import ast
import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, UndefinedError, nodes

from runningcoach.pages import markup
from tests.conftest import PROJECT

ROOMS = ("pages", "serving")
TAG = re.compile(r"</?[a-z][a-z0-9]*[\s>/]|<[a-z]+$")
TRUSTED = {"broad", "narrow"}
"""Drawings that Vega made here."""
STILL_IN_PYTHON = {"page_handler.py": "the end of a page that broke off, when no template may fail"}


def strings(code: str) -> Iterator[str]:
    """Return the strings of a module that are no docstrings."""
    tree = ast.parse(code)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_no_module_pastes_html_together():
    found = {
        path.name
        for room in ROOMS
        for path in (PROJECT / "runningcoach" / room).rglob("*.py")
        if any(TAG.search(text) for text in strings(path.read_text(encoding="utf-8")))
    }
    assert found == set(STILL_IN_PYTHON)


def test_html_in_a_string_is_found():
    assert [text for text in strings("'''<b>'''\nx = f'<p>{y}</p>'") if TAG.search(text)]
    assert not [text for text in strings("'''<b>'''\nx = 'a < b'") if TAG.search(text)]


def test_only_the_drawings_of_vega_are_trusted_unescaped():
    trusted = {
        one.node.name if isinstance(one.node, nodes.Name) else repr(one.node)
        for path in (PROJECT / "runningcoach" / "pages" / "templates").glob("*.html")
        for one in Environment(autoescape=True).parse(path.read_text()).find_all(nodes.Filter)
        if one.name == "safe"
    }
    assert trusted == TRUSTED


def test_a_value_that_is_not_given_is_an_error_and_what_is_given_is_escaped():
    template = markup._environment().from_string("{{ words }}")
    assert template.render(words="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError, match="words"):
        template.render()
