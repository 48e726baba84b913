"""Times that stand in the message headers as five bits after the last full timestamp."""

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.profile import EPOCH_S, RELATIVE_BELOW, TIMESTAMP
from runningcoach.fit.walk import MessageIndex

_MISSING = 0xFFFFFFFF
_FIVE_BITS = 31


def compressed_timestamps(data: bytes, walk: MessageIndex) -> NDArray[np.float64]:
    """Return the time of each message that has it in its header; NaN for the others.

    Every such time depends on the message before, so that this is a walk of its own; only
    files with such headers pay for it.
    """
    fields = [definition.find(TIMESTAMP, 4) for definition in walk.definitions]
    times = np.full(len(walk.positions), np.nan)
    last = 0
    rows = zip(
        walk.positions.tolist(), walk.definition_of.tolist(), walk.compressed.tolist(), strict=True
    )
    for row, (position, number, compressed) in enumerate(rows):
        field = fields[number]
        if field is not None:
            at = position + 1 + field.offset
            order = "big" if walk.definitions[number].big_endian else "little"
            full = int.from_bytes(data[at : at + 4], order)
            last = full if full != _MISSING else last
        if compressed:
            last += (data[position] - last) & _FIVE_BITS
            times[row] = last + EPOCH_S if last >= RELATIVE_BELOW else last
    return times
