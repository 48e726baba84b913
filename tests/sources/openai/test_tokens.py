"""The local estimate of tokens."""

from hypothesis import given
from hypothesis import strategies as st

from runningcoach.sources.openai.tokens import count_tokens


def test_known_texts():
    assert count_tokens("") == 0
    assert count_tokens("a" * 36) == 10  # 3.6 characters of ASCII a token
    assert count_tokens("가" * 15) == 10  # 1.5 syllables a token
    assert count_tokens("漢字") == 2
    assert count_tokens("a" * 36 + "가" * 15 + "🏃") == 21
    assert count_tokens("a") == 1


@given(st.text(), st.text())
def test_more_text_is_no_fewer_tokens(one: str, other: str):
    whole = count_tokens(one + other)
    assert max(count_tokens(one), count_tokens(other)) <= whole
    assert whole <= count_tokens(one) + count_tokens(other)
