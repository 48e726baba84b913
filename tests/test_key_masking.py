"""Keys in a person's words: masked whole, and nothing else is."""

import pytest

from runningcoach.base import security
from runningcoach.base.key_masking import mask_keys


@pytest.mark.parametrize(
    "key",
    [
        "sk-Ab1cD2eF3gH4iJ5kL6mN7oP8",
        "sk-test-1234567890",
        "sk-all-in-small-letters",
        "sk-proj-Ab1c_D2eF3gH4-iJ5kL6mN7oP8qR9",
        "sk-ant-api03-Ab1cD2eF3gH4iJ5kL6mN7oP8",
        "sk-or-v1-0123456789abcdef0123456789abcdef",
        "gsk_Ab1cD2eF3gH4iJ5kL6mN7oP8",
        "xai-Ab1cD2eF3gH4iJ5kL6mN7oP8",
        "hf_Ab1cD2eF3gH4iJ5kL6mN7oP8",
        "AIzaSyAb1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1",
        "rc_Ab1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3aB4c",
    ],
)
def test_mask_keys_leaves_nothing_of_a_key(key):
    assert mask_keys(key) == "***"
    assert mask_keys(f"내 키는 {key}입니다. 10 km?") == "내 키는 ***입니다. 10 km?"
    assert mask_keys(f'{{"key":"{key}","n":1}}') == '{"key":"***","n":1}'
    assert mask_keys(f"{key}\n{key}") == "***\n***"


def test_mask_keys_knows_our_own_tokens():
    assert mask_keys(security.new_api_token()) == "***"


@pytest.mark.parametrize(
    "text",
    [
        "5k in 20:00 and a task-oriented-training-plan-of-12-weeks",
        "risk-0123456789-0123456789",
        "rc-what-a-long-word-without-any-figure",
        "sk-1-a-b",
        "sk-1 to sk-20",
        "skeleton-session-of-2026-11-30",
        "1234567890123456789012345",
        "",
    ],
)
def test_mask_keys_leaves_other_words(text):
    assert mask_keys(text) == text
