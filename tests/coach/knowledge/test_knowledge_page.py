"""docs/reference/knowledge.md lists the works as the data have them, and the README leads there."""

from tests.conftest import PROJECT
from tools import make_knowledge


def test_page_is_current():
    text = make_knowledge.PAGE.read_text(encoding="utf-8")
    assert make_knowledge.written(text) == text, "make knowledge"
    assert text.count("\n| ") > 200


def test_readme_leads_to_it():
    assert "docs/reference/knowledge.md" in (PROJECT / "README.md").read_text(encoding="utf-8")
