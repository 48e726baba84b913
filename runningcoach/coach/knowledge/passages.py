"""The passages that come with the program, and the works that they rest on: files of TOML."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("shipped")
SOURCES = Path(__file__).with_name("sources.toml")
SHIPPED = "runningcoach"
"""The collection of the passages that come with the program."""


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A published work; `doi_checked`: its DOI was seen in a stored document, not remembered."""

    key: str
    authors: str
    year: int
    title: str
    journal: str
    evidence: str
    licence: str
    doi: str
    url: str
    doi_checked: bool
    checked_on: str

    @property
    def citation(self) -> str:
        """Return the short citation: authors, year, journal."""
        return f"{self.authors} {self.year}, {self.journal}"

    @property
    def address(self) -> str:
        """Return where the work is found."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True, slots=True)
class KnowledgePassage:
    """A passage, and the other words by which it may be asked for.

    `korean` is its title and keywords in Korean; `aliases` are questions that it answers, in
    English and Korean. Passages of a runner's own document have neither, and are not trusted.
    """

    name: str
    title: str
    text: str
    korean: str = ""
    aliases: tuple[str, ...] = ()
    topic: str = ""
    citation: str = ""
    url: str = ""
    sources: tuple[str, ...] = ()
    is_trusted: bool = True

    @property
    def parts(self) -> list[str]:
        """Return every way of putting the passage; each gets a vector of its own."""
        return [part for part in (self.text, self.title, self.korean, *self.aliases) if part]

    @property
    def sha256(self) -> str:
        """Return the hash by which a changed passage is recognised."""
        whole = "\0".join([*self.parts, self.citation, self.url, str(self.is_trusted)])
        return hashlib.sha256(whole.encode()).hexdigest()


@cache
def cited_works() -> dict[str, CitedWork]:
    """Return the works that passages rest on, by their key."""
    tables = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
    return {key: _work(key, table) for key, table in tables.items()}


def _work(key: str, table: dict[str, Any]) -> CitedWork:
    optional = {"doi": "", "url": "", "doi_checked": False}
    return CitedWork(key=key, **{**optional, **table, "checked_on": str(table["checked_on"])})


@cache
def shipped_passages() -> tuple[KnowledgePassage, ...]:
    """Return the passages that come with the program, in the order of their files."""
    return tuple(
        _passage(path.stem, table)
        for path in sorted(FOLDER.glob("*.toml"))
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["passages"]
    )


def _passage(topic: str, table: dict[str, Any]) -> KnowledgePassage:
    works = [cited_works()[key] for key in table["sources"]]
    return KnowledgePassage(
        name=table["name"],
        title=table["title"],
        text=" ".join(table["text"].split()),
        korean=table["korean"],
        aliases=(*table["aliases"], *table["korean_aliases"]),
        topic=topic,
        citation="; ".join(work.citation for work in works),
        url=works[0].address,
        sources=tuple(table["sources"]),
    )
