"""Passwords and tokens."""

import hashlib

from argon2 import PasswordHasher

from runningcoach.base import security


def test_a_password_is_known_by_its_hash_alone():
    hash = security.hash_password("달리기 좋아")
    assert hash.startswith("$argon2id$")
    assert security.verify_password(hash, "달리기 좋아")
    assert not security.verify_password(hash, "달리기 싫어")


def test_the_same_password_has_many_hashes():
    assert security.hash_password("again") != security.hash_password("again")


def test_nobody_has_no_password():
    assert not security.verify_password(None, "")
    assert not security.verify_password("!", "!")
    assert not security.verify_password("", "")


def test_a_hash_made_at_a_lower_cost_is_due():
    assert security.needs_rehash(PasswordHasher(time_cost=1, memory_cost=64).hash("x"))
    assert not security.needs_rehash(security.hash_password("x"))


def test_tokens_are_long_and_never_twice_the_same():
    tokens = {security.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43  # 256 bits


def test_a_token_is_remembered_by_its_sha256():
    assert security.token_sha256("abc") == hashlib.sha256(b"abc").digest()
