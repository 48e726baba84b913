"""One SQL over a user's tables and samples, read only: what `import runningcoach as rc` asks.

DuckDB runs the query in memory. The tables that it names are pulled from PostgreSQL by the
read-only role, through views that hold one user's rows and no secrets; samples are read from
the files that the manifest names, and no other file can be reached.
"""

# pyarrow, ADBC and DuckDB come without types, or with partial ones.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import adbc_driver_postgresql.dbapi as adbc
import pandas as pd

from runningcoach.base.errors import RunningCoachError
from runningcoach.base.settings import settings
from runningcoach.store import accounts, database
from runningcoach.store.blobs import samples
from runningcoach.store.database import statements

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL = statements("workbench")
USER_VARIABLE = "RUNNINGCOACH_USER_ID"


class OnlySelect(RunningCoachError):
    """A query is not one SELECT."""

    code = "store.only_select"
    status = 422


class NoSamplesOfActivity(RunningCoachError):
    """An activity has no samples, or is not the user's."""

    code = "store.no_samples"
    status = 404


class NoOwner(RunningCoachError):
    """Nobody has an account yet."""

    code = "store.no_owner"


class UserUnknown(RunningCoachError):
    """No account has the name in RUNNINGCOACH_USER."""

    code = "store.user_unknown"


class Workbench:
    """One user's tables and samples, queried in SQL.

    What is not given is found at the first use: the home and the database by the settings, the
    user by RUNNINGCOACH_USER_ID, which the server gives a notebook; in a script by the name in
    RUNNINGCOACH_USER, else the owner.
    """

    def __init__(
        self, user_id: int | None = None, home: Path | None = None, url: str | None = None
    ) -> None:
        self._user_id = user_id
        self._home = home
        self._url = url

    def sql(
        self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the answer to one SELECT over tables, `samples` and `samples_of(activity_id)`."""
        tables = set(_tables_in(query))
        with closing(self._connect()) as postgres:
            pulled = {name: _pull(postgres, ask) for name, ask in _views(postgres, tables)}
            manifest = _manifest(postgres)
        files = [str(self.home / "samples" / path) for path in manifest.values()]
        with closing(_duckdb(files)) as duck:
            for name, table in pulled.items():
                duck.register(name, table)
            _add_samples(duck, list(manifest))
            return duck.sql(query, params=params).to_arrow_table().to_pandas()

    def samples(self, activity_id: int, channels: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the samples of an activity, one row a moment; `channels` picks columns."""
        with closing(self._connect()) as postgres:
            manifest = _manifest(postgres)
        if activity_id not in manifest:
            raise NoSamplesOfActivity(activity_id=activity_id)
        return samples.table(self.home, manifest[activity_id], channels).to_pandas()

    def activities(self) -> pd.DataFrame:
        """Return the activities, newest first."""
        with closing(self._connect()) as postgres:
            return _pull(postgres, SQL["activities"]).to_pandas()

    def daily(self, first: date | None = None, last: date | None = None) -> pd.DataFrame:
        """Return the derived days, oldest first, with their date as index."""
        return self._days(_DAILY, first, last)

    def health(self, first: date | None = None, last: date | None = None) -> pd.DataFrame:
        """Return the days and nights of the body, oldest first, with their date as index."""
        return self._days(_HEALTH, first, last)

    def _days(self, query: str, first: date | None, last: date | None) -> pd.DataFrame:
        frame = self.sql(query, {"first": first or date.min, "last": last or date.max})
        return frame.astype({"date": "datetime64[s]"}).set_index("date")

    @property
    def home(self) -> Path:
        """Return the home folder."""
        return (self._home or settings().home).absolute()

    @property
    def user_id(self) -> int:
        """Return the id of the user whose rows are read."""
        if self._user_id is None:
            self._user_id = int(os.environ.get(USER_VARIABLE) or _script_user_id())
        return self._user_id

    def _connect(self) -> adbc.Connection:
        """Open a connection for one answer: nothing lives on through a fork or a restart."""
        session = {"timezone": "UTC", "runningcoach.user_id": f"{self.user_id:d}"}
        url = self._url or database.notebook_url()
        return adbc.connect(database.with_settings(url, session), autocommit=True)


_DAILY = """
SELECT d.* EXCLUDE (user_id), r.readiness, r.readiness_band
  FROM fitness_metrics_daily d LEFT JOIN recovery_daily r USING (date)
 WHERE date BETWEEN $first AND $last ORDER BY date
"""
_HEALTH = """
SELECT date, h.* EXCLUDE (user_id, date, sources),
       s.total_s AS sleep_s, s.deep_s AS sleep_deep_s, s.light_s AS sleep_light_s,
       s.rem_s AS sleep_rem_s, s.awake_s AS sleep_awake_s, s.score AS sleep_score
  FROM health_metrics h FULL JOIN sleep s USING (date)
 WHERE date BETWEEN $first AND $last ORDER BY date
"""

# Asking DuckDB --------------------------------------------------------------------------------

# Every query sees these columns, also where no activity has them: the views below add them
# by name, without a row.
_STANDARD_COLUMNS = """
CREATE TEMP VIEW standard_columns AS
SELECT NULL::BIGINT activity_id, NULL::INTEGER t_s,
       NULL::INTEGER latitude_semicircles, NULL::INTEGER longitude_semicircles,
       NULL::FLOAT altitude_m, NULL::FLOAT distance_m, NULL::FLOAT speed_mps,
       NULL::UTINYINT heart_rate_bpm, NULL::UTINYINT cadence_spm, NULL::USMALLINT power_w,
       NULL::TINYINT temperature_c
 WHERE false
"""
_STORED_SAMPLES = """
CREATE TEMP VIEW stored_samples AS
SELECT getvariable('sample_ids')[(file_index + 1)::BIGINT]::BIGINT AS activity_id, *
  FROM read_parquet(getvariable('sample_files'), union_by_name = true, hive_partitioning = false)
 UNION ALL BY NAME FROM standard_columns
"""
_NO_STORED_SAMPLES = "CREATE TEMP VIEW stored_samples AS FROM standard_columns"
_SAMPLES = """
CREATE TEMP VIEW samples AS
SELECT * EXCLUDE (latitude_semicircles, longitude_semicircles),
       latitude_semicircles * (180 / 2147483648.0) AS latitude_deg,
       longitude_semicircles * (180 / 2147483648.0) AS longitude_deg
  FROM stored_samples
"""
# The same for one activity: its file alone is opened, where the view opens all of them.
_SAMPLES_OF = """
CREATE TEMP MACRO samples_of(id) AS TABLE
SELECT * EXCLUDE (latitude_semicircles, longitude_semicircles),
       latitude_semicircles * (180 / 2147483648.0) AS latitude_deg,
       longitude_semicircles * (180 / 2147483648.0) AS longitude_deg
  FROM (SELECT id::BIGINT AS activity_id, *
          FROM read_parquet(
                   coalesce(
                       getvariable('sample_files')[list_position(getvariable('sample_ids'), id)],
                       error('no samples of activity ' || id)),
                   hive_partitioning = false)
         UNION ALL BY NAME FROM standard_columns)
"""


def _duckdb(files: list[str]) -> "DuckDBPyConnection":
    """Return a DuckDB in memory that can read these files and reach nothing else."""
    # Only here: from version 2 on it ends the process on processors without AVX, and it starts
    # a thread, after which no kernel could be forked.
    import duckdb

    duck = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        }
    )
    duck.execute("SET TimeZone = 'UTC'")
    duck.execute("SET VARIABLE sample_files = $files::VARCHAR[]", {"files": files})
    duck.execute("SET allowed_paths = getvariable('sample_files')")
    duck.execute("SET enable_external_access = false")
    duck.execute("SET lock_configuration = true")
    return duck


def _add_samples(duck: "DuckDBPyConnection", ids: list[int]) -> None:
    """Make known the samples in the files, which are of the activities with these ids."""
    duck.execute("SET VARIABLE sample_ids = $ids::BIGINT[]", {"ids": ids})
    stored = _STORED_SAMPLES if ids else _NO_STORED_SAMPLES
    for view in (_STANDARD_COLUMNS, stored, _SAMPLES, _SAMPLES_OF):
        duck.execute(view)


def _tables_in(query: str) -> Iterator[str]:
    """Yield the tables that a query names; DuckDB's parser takes nothing but one SELECT."""
    with closing(_duckdb([])) as duck:
        row = duck.execute("SELECT json_serialize_sql($query)", {"query": query}).fetchone()
    parsed = json.loads(row[0]) if row else {}
    if parsed["error"]:
        raise OnlySelect(detail=parsed["error_message"])
    if len(parsed["statements"]) != 1:
        raise OnlySelect(detail=f"{len(parsed['statements'])} statements")
    yield from _named(parsed["statements"])


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            yield node["table_name"].lower()
        yield from _named(list(node.values()))
    elif isinstance(node, list):
        for child in node:
            yield from _named(child)


# Asking PostgreSQL ----------------------------------------------------------------------------


def _pull(postgres: adbc.Connection, query: str) -> Any:
    with postgres.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetch_arrow_table()


def _views(postgres: adbc.Connection, names: set[str]) -> list[tuple[str, str]]:
    """Return the views among these names, each with the query that pulls it."""
    views = _pull(postgres, SQL["views"]).to_pylist()
    return [(view["name"], view["pull"]) for view in views if view["name"] in names]


def _manifest(postgres: adbc.Connection) -> dict[int, str]:
    """Return the path of the samples of each activity."""
    rows = _pull(postgres, SQL["manifest"])
    return dict(zip(rows["activity_id"].to_pylist(), rows["path"].to_pylist(), strict=True))


def _script_user_id() -> int:
    """Return the number of the user that the settings name, else of the first owner."""
    username = settings().user
    with database.connect() as conn:
        if username is not None:
            user = accounts.get_by_name(conn, username)
            if user is None:
                raise UserUnknown(username=username)
            return user.id
        row = conn.execute(SQL["owner"]).fetchone()
    if row is None:
        raise NoOwner
    return row[0]
