"""Write the tables of docs/reference/knowledge.md from the shipped passages: `make knowledge`.

What stands between the two marks is written anew, what stands around them stays.
"""

from collections import Counter
from pathlib import Path

from runningcoach.coach.knowledge.passages import CitedWork, cited_works, shipped_passages

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "knowledge.md"
BEGIN, END = "<!-- written by tools/make_knowledge.py -->\n", "<!-- end -->\n"


def summary() -> str:
    """Return the counts of passages and works."""
    works = cited_works().values()
    checked = sum(work.doi_checked for work in works)
    return (
        f"{len(shipped_passages())} passages rest on {len(works)} works;"
        f" the DOI of {checked} was seen in a stored document.\n"
    )


def topics() -> str:
    """Return the number of passages by topic."""
    counts = Counter(passage.topic for passage in shipped_passages())
    rows = [f"| {topic.replace('_', ' ')} | {count} |\n" for topic, count in counts.items()]
    return "| topic | passages |\n|---|---|\n" + "".join(rows)


def work_row(work: CitedWork) -> str:
    """Return a work as a row."""
    names = [p.name for p in shipped_passages() if work.key in p.sources]
    place = f"[{work.doi or 'page'}]({work.address})"
    checked = "yes" if work.doi_checked else "no"
    cells = [
        f"{work.authors} {work.year}",
        f"{work.title}. {work.journal}",
        work.evidence,
        place,
        checked,
        work.licence,
        ", ".join(f"`{name}`" for name in names),
    ]
    return f"| {' | '.join(cells)} |\n"


def works_table() -> str:
    """Return all works that passages rest on."""
    head = "| work | title, where | kind | DOI | seen | licence | passages |\n"
    return (
        head
        + "|---|---|---|---|---|---|---|\n"
        + "".join(work_row(work) for work in cited_works().values())
    )


def written(text: str) -> str:
    """Return the page with its tables written anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(["", summary(), topics(), works_table(), END]) + after


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
