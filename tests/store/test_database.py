"""Connections and the errors of a wrong address."""

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runningcoach.base.settings import Settings
from runningcoach.store import database
from runningcoach.store.database import migrate
from runningcoach.store.database.embedded import EmbeddedPostgres


def test_connect_autocommits_in_utc(database_url):
    with database.connect(database_url) as conn:
        assert conn.autocommit
        assert conn.execute("SHOW timezone").fetchone() == ("UTC",)


def test_with_settings_keeps_those_of_the_address(database_url):
    url = make_conninfo(database_url, options="-c work_mem=7MB")
    with database.connect(url) as conn:
        assert conn.execute("SHOW work_mem").fetchone() == ("7MB",)
        assert conn.execute("SHOW timezone").fetchone() == ("UTC",)


def test_pool_connections_autocommit_in_utc(database_url):
    with database.pool(database_url, size=2) as pool, pool.connection() as conn:
        assert conn.autocommit
        assert conn.execute("SHOW timezone").fetchone() == ("UTC",)


def test_database_url_of_the_running_embedded_server(server, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with database.connect(database.database_url(Settings(home=server.home))) as conn:
        assert conn.info.dbname == "runningcoach"


def test_database_url_without_server_raises(home, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(database.DatabaseNotRunning, match="runningcoach up"):
        database.database_url(Settings(home=home))


def test_database_url_setting_precedes_the_home(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@b/c")
    assert database.database_url(Settings(home=home)) == "postgresql://a@b/c"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"password": "wrong-secret"}, database.DatabaseRefusedLogin),
        ({"user": "nobody-here", "password": "wrong-secret"}, database.DatabaseRefusedLogin),
        ({"dbname": "absent"}, database.DatabaseAbsent),
        ({"host": "127.0.0.1", "port": "1"}, database.DatabaseUnreachable),
    ],
)
def test_connect_error_hides_the_password(database_url, change, error):
    with pytest.raises(error) as caught:
        database.connect(make_conninfo(database_url, **change))
    assert "wrong-secret" not in str(caught.value)
    assert "DATABASE_URL" in caught.value.remedy("en")


def test_connect_with_malformed_address():
    with pytest.raises(database.DatabaseUrlInvalid):
        database.connect("garbage://x")


def test_a_server_without_vector_is_refused_before_anything_is_made(empty_database_url):
    name = conninfo_to_dict(empty_database_url)["dbname"]
    with database.connect(empty_database_url) as conn:  # hide the extension from this database
        conn.execute(f"ALTER DATABASE {name} SET extension_control_path = '/nowhere'".encode())
    with pytest.raises(database.NoVectorExtension, match="pgvector"):
        migrate.migrate(empty_database_url)
    with database.connect(empty_database_url) as conn:
        assert migrate.applied(conn) == {}


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_of_another_encoding_is_refused_before_anything_is_made(
    encoding, empty_database_url
):
    name = f"encoded_{encoding.lower()}"
    make = (
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding} LOCALE_PROVIDER libc"
        " LOCALE 'C'"
    )
    with database.connect(empty_database_url) as conn:
        conn.execute(make.encode())
    url = make_conninfo(empty_database_url, dbname=name)
    with pytest.raises(database.DatabaseEncodingOther, match=encoding):
        migrate.migrate(url)
    with database.connect(url) as conn:
        assert conn.execute("SELECT to_regclass('schema_migrations') IS NULL").fetchone()[0]


def test_a_server_that_is_too_old_is_refused(conn, monkeypatch):
    monkeypatch.setattr(database, "OLDEST_SERVER", 99)
    with pytest.raises(database.ServerTooOld, match=r"18.*99|99.*18"):
        database.check_server(conn)


def test_a_server_that_was_killed_is_not_running(home, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    postgres = EmbeddedPostgres(home, options={"fsync": "off"})
    postgres.start()
    postgres.process.kill()
    postgres.process.wait()
    with pytest.raises(database.DatabaseNotRunning):
        database.database_url(Settings(home=home))
    postgres.stop()


def test_statements_by_name():
    assert set(database.statements("job_runs")) >= {"enqueue", "begin"}
    found = database.statements("blobs/orphans")
    assert found["paths"].endswith("SELECT path FROM activity_samples;")
