"""Words of a model on the page: shown as text, whatever they hold; nothing runs or is fetched."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPT = PROJECT / "dashboards" / "templates" / "jarvis" / "static" / "coach_text.js"
RENDER = """([text, options]) => {
  const place = document.getElementById("place");
  const named = (name) => (value) => `${name} ${value}`;
  place.replaceChildren(...coach.rendered(text, {
    ...options, citeWords: named("source"), callWords: options.calls && named("call"),
  }));
  return place.innerHTML;
}"""
DOI = "10.1136/bjsports-2024-109380"
SOURCE = {"passage_id": "a", "title": "One run <b>", "source": "BJSM", "doi": DOI}


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """A page with the script, which notes every request and every dialog."""
    tab = browser.new_page()
    tab.route("http://coach.test/", lambda route: route.fulfill(
        content_type="text/html", body='<div id="place"></div>'
    ))  # fmt: skip
    tab.goto("http://coach.test/")
    tab.add_script_tag(path=SCRIPT)
    tab.evaluate("window.asked = []")
    tab.on("request", lambda request: tab.evaluate("url => asked.push(url)", request.url))
    tab.on("dialog", lambda dialog: (tab.evaluate("asked.push('dialog')"), dialog.dismiss()))
    yield tab
    tab.close()


@pytest.fixture
def paper(tab: Page) -> Page:
    """The page, empty."""
    tab.evaluate("asked.length = 0; document.getElementById('place').replaceChildren()")
    return tab


def shown(paper: Page, text: str, **options: object) -> str:
    return paper.evaluate(RENDER, [text, options])


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("## Head\nbody", "<h4>Head</h4><p>body</p>"),
        ("- a\n- **b**\n\n1. c\n2. d",
         '<ul><li>a</li><li><strong>b</strong></li></ul><ol start="1"><li>c</li><li>d</li></ol>'),
        ("3) c", '<ol start="3"><li>c</li></ol>'),
        ("`x<y`", "<p><code>x&lt;y</code></p>"),
        ("```json\n{\n```\nend", "<pre><code>{</code></pre><p>end</p>"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>"),
        ("2 * 3 * 4 and a_b_c", "<p>2 * 3 * 4 and a_b_c</p>"),
        ("[plan](/voila/render/plan.ipynb)", '<p><a href="/voila/render/plan.ipynb">plan</a></p>'),
        ("a | b", "<p>a | b</p>"),
        ("so [p:frandsen] it is", "<p>so it is</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_part_of_markdown_is_shown(paper: Page, text: str, html: str):
    assert shown(paper, text) == html


def test_a_table_is_shown(paper: Page):
    table = shown(paper, "| day | km |\n|---|---:|\n| Tue | **9** |\nend")
    assert table.startswith('<div class="scroller"><table class="tight"><thead><tr><th>day</th>')
    assert "<td>Tue</td><td><strong>9</strong></td>" in table
    assert table.endswith("<p>end</p>")


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "![x](https://evil.example/p.png?d=45.2)",
        "[click](https://evil.example/)",
        "[click](javascript:alert(1))",
        "[click](data:text/html,<script>alert(1)</script>)",
        "[click](//evil.example/x)",
        "[click](/\\evil.example/x)",
        "[a](/x\" onclick=\"alert(1))",
        "[click]( /%09/evil.example)",
        "https://evil.example/auto",
        "**<svg onload=alert(1)>**",
        "| <b onmouseover=alert(1)>x</b> | y |\n|---|---|\n| <img src=x> | z |",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "`<iframe src=https://evil.example>`",
        "[1](https://evil.example) [2]",
    ],
)  # fmt: skip
def test_nothing_runs_and_nothing_leads_elsewhere(paper: Page, text: str):
    shown(paper, text)
    paper.wait_for_timeout(50)
    assert paper.evaluate("asked") == []
    inside = "[...document.querySelectorAll('#place *')]"
    tags = set(paper.evaluate(f"{inside}.map(one => one.localName)"))
    assert tags <= {"p", "a", "strong", "code", "pre", "div", "table", "thead", "tbody", "tr",
                    "th", "td", "br"}  # fmt: skip
    names = set(paper.evaluate(f"{inside}.flatMap(one => one.getAttributeNames())"))
    assert names <= {"href", "class"}
    hosts = paper.evaluate("[...document.querySelectorAll('#place a')].map(one => one.host)")
    assert set(hosts) <= {"coach.test"}


def test_a_citation_opens_what_was_retrieved_and_others_are_left_out(paper: Page):
    html = shown(paper, "so it is [1], and [2].", citations=[SOURCE])
    button = paper.locator("#place sup button.cite")
    assert button.count() == 1
    assert button.get_attribute("aria-label") == "source 1"
    assert json.loads(button.get_attribute("data-cite")) == SOURCE
    assert html.endswith(", and.</p>")


def test_numbers_that_nobody_gave_are_marked_whole(paper: Page):
    html = shown(
        paper, "In 3:59:59, not 13:59:59; 45 km of 145 km; **45** and 4.45.",
        unknown=["45", "3:59:59", "45 km"], unknownWords="not confirmed",
    )  # fmt: skip
    marks = paper.locator("#place mark.unknown")
    assert marks.all_inner_texts() == ["3:59:59", "45 km", "45"]
    assert marks.first.get_attribute("title") == "not confirmed"
    assert "13:59:59" in html
    assert "145 km" in html


def test_numbers_of_emergencies_can_be_called_where_that_is_asked(paper: Page):
    text = "Call 119 or 109, not 1190; 1577-0199."
    assert "tel:" not in shown(paper, text)
    shown(paper, text, calls=True)
    links = paper.locator("#place a.call")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert addresses == ["tel:119", "tel:109", "tel:15770199"]
    assert links.first.get_attribute("aria-label") == "call 119"


@pytest.mark.parametrize(
    ("doi", "href"),
    [
        (DOI, f"https://doi.org/{DOI}"),
        ("javascript:alert(1)", None),
        ("10.1/x y", None),
        ('10.1136/"><b>', None),
        (None, None),
    ],
)
def test_only_a_doi_becomes_an_address(paper: Page, doi: str | None, href: str | None):
    link = "doi => { const one = coach.doiLink(doi); return [one.localName, one.href ?? null]; }"
    assert paper.evaluate(link, doi) == (["a", href] if href else ["span", None])


@pytest.mark.parametrize(
    "piece", ["[", "![", "**", "`", "[a](", "| a ", "1. ", "[p:", "# ", "```\n"]
)
def test_no_answer_keeps_the_page_busy(paper: Page, piece: str):
    text = piece * (40_000 // len(piece))
    took = paper.evaluate(
        "text => { const from = performance.now(); coach.rendered(text);"
        " return performance.now() - from; }", text,
    )  # fmt: skip
    assert took < 1500
