"""Texts are cut into passages of at most 80 words, and lose what nobody can see."""

from hypothesis import given
from hypothesis import strategies as st

from runningcoach.coach.knowledge.splitting import split_text, visible_text


def test_short_sentences_share_a_passage():
    assert split_text("One. Two!\nThree?") == ["One. Two! Three?"]


def test_a_passage_ends_with_a_sentence():
    first, second = " ".join(["alpha"] * 49) + " end.", " ".join(["beta"] * 49) + " end."
    assert split_text(f"{first} {second}") == [first, second]


def test_a_long_sentence_is_cut():
    parts = split_text(" ".join(["word"] * 200))
    assert [len(part.split()) for part in parts] == [80, 80, 40]


def test_a_text_without_spaces_is_cut():
    assert [len(part) for part in split_text("가" * 1500)] == [600, 600, 300]


@given(st.text(alphabet=st.sampled_from("ab가나 .\n!?"), max_size=3000))
def test_no_word_is_lost(text):
    parts = split_text(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part.split()) <= 80 and len(part) <= 600 for part in parts)


def test_invisible_characters_go():
    assert visible_text("ru\u200bn\u202e \U000e0041fast\x00\r\nnow") == "run fast\nnow"
    assert visible_text("\u1112\u1161\u11ab") == "한"
