"""Write the tables of docs/glossary.md from the definitions and the locales: `make glossary`.

Names, labels, units, formulas and sources come from there; what a row says besides stays.
"""

import re
from pathlib import Path

from runningcoach.base import i18n
from runningcoach.derive.explain import wording
from runningcoach.metrics.catalogue import CATALOGUE, Metric
from runningcoach.metrics.definitions.definition import fill

GLOSSARY = Path(__file__).resolve().parents[1] / "docs" / "glossary.md"
ROW = re.compile(r"\| `(\w+)` \|")
BY_NAME = {metric.name: metric for metric in reversed(CATALOGUE)}
"""A name that several tables share stands for the quantity of the first of them."""


def formula(metric: Metric) -> str:
    """Return the formulas of a quantity in English, one for each way in which it comes about."""
    given = {"{given_by_user}", "{given_by_garmin}"}
    with i18n.speaking("en"):
        found = [fill(one, wording.label) for one in metric.formulas() if one not in given]
    return "; or ".join(dict.fromkeys(found))


def generated(metric: Metric) -> dict[str, str]:
    """Return the cells of a quantity that are written anew, by the heads of their columns."""
    labels = {
        language: i18n.t(f"metrics.labels.{metric.name}", language) for language in ("en", "ko")
    }
    return {
        "English": labels["en"],
        "Korean": labels["ko"],
        "unit": metric.unit,
        "formula": formula(metric),
        "source": metric.literature or "ours",
    }


def written(text: str) -> str:
    """Return the glossary with the cells of every quantity written anew."""
    heads: list[str] = []
    lines: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| name "):
            heads = cells
        elif (row := ROW.match(line)) and row[1] in BY_NAME:
            new = generated(BY_NAME[row[1]])
            cells = [new.get(head, cell) for head, cell in zip(heads, cells, strict=True)]
            line = f"| {' | '.join(cells)} |"
        lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    GLOSSARY.write_text(written(GLOSSARY.read_text(encoding="utf-8")), encoding="utf-8")
