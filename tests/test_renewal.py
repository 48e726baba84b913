"""What is renewed after a start, beside the numbers of an earlier engine."""

from runningcoach.model.conversation import AiSettings
from runningcoach.ops.renewal import renew_passages
from runningcoach.store import ai_settings


def stored_passages(conn) -> int:
    return conn.execute("SELECT count(*) FROM knowledge_passages").fetchone()[0]


def test_passages_are_stored_where_a_coach_is_on(conn, user, other_user):
    renew_passages(conn, [user, other_user])
    assert stored_passages(conn) == 0
    ai_settings.put(conn, other_user.id, AiSettings(is_enabled=True))
    renew_passages(conn, [user, other_user])
    assert stored_passages(conn) >= 150
