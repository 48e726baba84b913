"""Thoughts before an answer are left out, however the text is cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runningcoach.sources.openai.thinking import without_thinking

TEXTS = {
    "답입니다.": "답입니다.",
    "<think>음, 3 < 4</think>\n\n답입니다.": "답입니다.",
    " \n<think>\n</think>답": "답",
    "<think>끝나지 않는 생각": "",
    "<think>생각</think>  ": "",
    "<thin": "<thin",
    "<b>답</b>": "<b>답</b>",
    "답 <think>글</think>": "답 <think>글</think>",
    "<think>a</think>b<think>c</think>": "b<think>c</think>",
    "": "",
    "  답": "  답",
}


@pytest.mark.parametrize(("text", "shown"), TEXTS.items())
@given(data=st.data())
def test_thoughts_are_left_out_wherever_the_pieces_end(text: str, shown: str, data: st.DataObject):
    places = st.lists(st.integers(0, len(text)), max_size=8)
    cuts = [0, *sorted(data.draw(places)), len(text)]
    pieces = [text[first:last] for first, last in pairwise(cuts)]
    assert "".join(without_thinking(iter(pieces))) == shown
