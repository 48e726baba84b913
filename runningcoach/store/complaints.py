"""Illness and pain, as the runner notes them."""

from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.complaint import Complaint, ComplaintKind
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("complaints")


def begin(conn: Connection, user_id: int, kind: ComplaintKind, began_on: date) -> Complaint:
    """Note a complaint; one of its kind that lasts already stays as it is."""
    row = {"user_id": user_id, "kind": kind, "began_on": began_on}
    return conn.cursor(row_factory=class_row(Complaint)).execute(SQL["begin"], row).fetchall()[0]


def end(conn: Connection, user_id: int, complaint_id: int, day: date) -> Complaint | None:
    """Note that a complaint is over; None where none of this id lasts."""
    row = {"user_id": user_id, "id": complaint_id, "day": day}
    return conn.cursor(row_factory=class_row(Complaint)).execute(SQL["end"], row).fetchone()


def list_lasting(conn: Connection, user_id: int, day: date) -> list[Complaint]:
    """Return the complaints that last on a day, illness before pain."""
    row = {"user_id": user_id, "day": day}
    return conn.cursor(row_factory=class_row(Complaint)).execute(SQL["lasting"], row).fetchall()
