"""docs/reference/tables.md names every table and column, and none that does not exist."""

import re

from tests.conftest import PROJECT

COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
"""

NUMERIC = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND data_type = 'numeric'
"""


def _documented():
    text = (PROJECT / "docs" / "reference" / "tables.md").read_text()
    found = {}
    for section in re.split(r"^## ", text.split("# Tables to come")[0], flags=re.MULTILINE)[1:]:
        name = section.split("\n", 1)[0].strip()
        rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)
        assert all(meaning.endswith((".", "...")) for _, meaning in rows), name
        found[name] = [column for column, _ in rows]
    return found


def _existing(conn):
    found = {}
    for table, column in conn.execute(COLUMNS):
        found.setdefault(table, []).append(column)
    return found


def test_every_table_and_column_is_documented_in_order(conn):
    documented, existing = _documented(), _existing(conn)
    assert set(documented) == set(existing)
    for table, columns in existing.items():
        assert documented[table] == columns, table


def test_no_table_has_a_numeric_column(conn):
    assert conn.execute(NUMERIC).fetchall() == []


OWNERLESS = {"schema_migrations", "users", "login_failures"}


def test_every_table_has_user_id(conn):
    existing = _existing(conn)
    assert {table for table, columns in existing.items() if "user_id" not in columns} == OWNERLESS


def test_deleting_a_user_leaves_nothing_of_theirs(conn, user, other_user, add_activity):
    for owner in (user, other_user):
        add_activity(owner.id)
    conn.execute("DELETE FROM users WHERE id = %s", [user.id])
    assert conn.execute("SELECT user_id FROM activities").fetchall() == [(other_user.id,)]
