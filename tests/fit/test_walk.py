"""Messages that begin alike are found at once; each must stand where a single step finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runningcoach.fit import walk
from runningcoach.fit.walk import MessageWalker
from runningcoach.fit.write import write

HEADER, CHECKSUM = 14, 2
stretches = st.lists(
    st.tuples(st.sampled_from(["record", "event", "lap"]), st.integers(1, 60)),
    min_size=1,
    max_size=8,
)


def found_by(data: bytes, start: int, end: int) -> tuple[object, list[int], list[int]]:
    walker = MessageWalker(data, end)
    ended = walker.run(start)
    found = walker.found()
    return ended, found.positions.tolist(), found.definition_of.tolist()


def steps_of(data: bytes, start: int, end: int) -> tuple[object, list[int], list[int]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "_MANY", len(data))
        return found_by(data, start, end)


@given(stretches, st.integers(0, 40), st.binary(max_size=3), st.integers(2, 80))
def test_messages_alike_are_found_where_single_steps_find_them(kinds, cut, spoilt, at_once):
    messages = [(kind, {"timestamp": [1e9 + n for n in range(count)]}) for kind, count in kinds]
    data = bytearray(write(messages))
    middle, end = len(data) // 2, max(len(data) - CHECKSUM - cut, HEADER)
    data[middle : middle + len(spoilt)] = spoilt
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "_AT_ONCE", at_once)
        assert found_by(bytes(data), HEADER, end) == steps_of(bytes(data), HEADER, end)


def test_thousands_of_records_are_found_in_order():
    data = write([("record", {"timestamp": [1e9 + n for n in range(9000)]})])
    end = len(data) - CHECKSUM
    _, positions, _ = found_by(data, HEADER, end)
    assert len(positions) == 9000
    assert positions == steps_of(data, HEADER, end)[1]
