"""Every statement of the store is one that PostgreSQL understands on the migrated tables."""

import re

import psycopg
import pytest

from runningcoach.store import database
from tests.conftest import PROJECT

STORE = PROJECT / "runningcoach" / "store"
NOUNS = sorted(
    str(path.relative_to(STORE).with_suffix(""))
    for path in STORE.rglob("*.sql")
    if path.parent.name != "migrations"
)
STATEMENTS = [(noun, name) for noun in NOUNS for name in database.statements(noun)]


def positional(statement):
    """Return the statement with $1, $2 ... for its blanks, whose types the server infers."""
    numbers = {}

    def number(match):
        return f"${numbers.setdefault(match[1], len(numbers) + 1)}"

    return re.sub(r"%\((\w+)\)[sbt]", number, statement).replace("%%", "%")


def prepare(conn, statement):
    conn.execute(f"PREPARE checked AS {positional(statement)}".encode())
    conn.execute("DEALLOCATE checked")


def test_pauses_may_be_small_numbers(checker):
    """psycopg sends a list of them as smallint[], which integer[] is not compared with."""
    row = {"activity_id": 1, "user_id": 1, "pauses_s": [100, 110]}
    assert checker.execute(database.statements("facts")["put_pauses"], row).rowcount == 0


@pytest.fixture(scope="module")
def checker(clone):
    # One database for all: preparing changes nothing.
    with clone() as url, database.connect(url) as checked:
        yield checked


@pytest.mark.parametrize(("noun", "name"), STATEMENTS)
def test_every_statement_prepares(checker, noun, name):
    prepare(checker, database.statements(noun)[name])


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ("sha256", "sha265", psycopg.errors.UndefinedColumn),
        ("activity_samples", "activity_sample", psycopg.errors.UndefinedTable),
        ("SELECT", "SELCT", psycopg.errors.SyntaxError),
    ],
)
def test_prepare_finds_a_typo(checker, before, after, error):
    statement = database.statements("blobs/samples")["of"]
    assert before in statement
    with pytest.raises(error):
        prepare(checker, statement.replace(before, after))


def test_every_noun_has_its_statements_named_once():
    for noun in NOUNS:
        text = (STORE / f"{noun}.sql").read_text()
        names = re.findall(r"^-- name: *(\w+) *$", text, re.MULTILINE)
        assert len(names) == len(set(names)), noun
        assert list(database.statements(noun)) == names
        assert (STORE / f"{noun}.py").exists()


def test_no_statement_is_idle():
    """Each is asked for somewhere in the module beside it."""
    for noun, name in STATEMENTS:
        text = (STORE / f"{noun}.py").read_text()
        assert re.search(rf'["\']{name}["\']', text), (noun, name)
