"""Sealed secrets: unreadable in the database, lost with the key and not before."""

import stat

import pytest
from cryptography.fernet import Fernet

from runningcoach.base.security import MissingKey, Sealer, WrongKey
from runningcoach.store import secrets

CLEAR = "refresh-token-3a7f"


def test_put_get_replace_and_delete_secret(conn, user, home):
    secrets.put(conn, user.id, "garmin", CLEAR, home=home)
    assert secrets.get(conn, user.id, "garmin", home=home) == CLEAR
    secrets.put(conn, user.id, "garmin", "newer", home=home)
    assert secrets.get(conn, user.id, "garmin", home=home) == "newer"
    secrets.delete(conn, user.id, "garmin")
    assert secrets.get(conn, user.id, "garmin", home=home) is None


def test_get_secret_of_another_user_is_none(conn, user, other_user, home):
    secrets.put(conn, user.id, "garmin", CLEAR, home=home)
    assert secrets.get(conn, other_user.id, "garmin", home=home) is None


def test_the_clear_text_is_not_in_the_table(conn, user, home):
    secrets.put(conn, user.id, "garmin", CLEAR, home=home)
    (sealed, row) = conn.execute(
        "SELECT sealed, encode(sealed, 'escape') || sealed_secrets::text FROM sealed_secrets"
    ).fetchone()
    assert len(sealed) > len(CLEAR)
    assert CLEAR.encode() not in sealed
    assert CLEAR not in row
    assert CLEAR.encode().hex() not in row


def test_the_key_is_made_at_first_use_for_the_owner_alone(conn, user, home):
    key = home / "secrets" / "master.key"
    assert secrets.get(conn, user.id, "garmin", home=home) is None
    assert not key.exists()
    secrets.put(conn, user.id, "garmin", CLEAR, home=home)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_a_lost_key_is_named_and_not_replaced(conn, user, home):
    secrets.put(conn, user.id, "garmin", CLEAR, home=home)
    key = home / "secrets" / "master.key"
    key.unlink()
    with pytest.raises(MissingKey, match=r"master\.key"):
        secrets.get(conn, user.id, "garmin", home=home)
    with pytest.raises(MissingKey):
        secrets.put(conn, user.id, "strava", CLEAR, home=home)
    assert not key.exists()


@pytest.mark.parametrize(
    "text", [Fernet.generate_key(), b"", b"not a key"], ids=["another", "empty", "no key"]
)
def test_another_key_is_named(conn, user, home, text):
    secrets.put(conn, user.id, "garmin", CLEAR, home=home)
    (home / "secrets" / "master.key").write_bytes(text)
    with pytest.raises(WrongKey):
        secrets.get(conn, user.id, "garmin", home=home)


def test_an_older_key_still_opens_and_the_newest_seals(home):
    sealer = Sealer(home)
    sealer.make_key()
    old, before = sealer.key_file.read_bytes(), sealer.seal(CLEAR)
    sealer.add_key()
    assert sealer.unseal(before) == CLEAR
    after = sealer.seal(CLEAR)
    sealer.key_file.write_bytes(old)
    with pytest.raises(WrongKey):
        sealer.unseal(after)


def test_rotation_frees_the_secrets_from_the_old_key(conn, user, other_user, home):
    secrets.put(conn, user.id, "garmin", CLEAR, home=home)
    secrets.put(conn, other_user.id, "garmin", "another", home=home)
    assert secrets.rotate(conn, home=home) == 2
    key = home / "secrets" / "master.key"
    newest, _ = key.read_text().split()
    key.write_text(newest)
    assert secrets.get(conn, user.id, "garmin", home=home) == CLEAR
    assert secrets.get(conn, other_user.id, "garmin", home=home) == "another"
