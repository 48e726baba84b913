"""A local estimate of tokens: OpenAI's own counter wants a download.

The figures are rounded up from what is usual: 3.6 characters of plain ASCII or 1.5 syllables of
Hangul are a token; any other character is one. What a server counts in the end may be a fifth
more or less: budgets keep a margin, and the ledger holds what the server counted.
"""

import math
import re

ASCII_PER_TOKEN = 3.6
HANGUL_PER_TOKEN = 1.5

_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")


def count_tokens(text: str) -> int:
    """Return about how many tokens a text is, rounded up; 0 for an empty one."""
    ascii_count = len(text.encode("ascii", "ignore"))
    hangul_count = len(_HANGUL.findall(text))
    others = len(text) - ascii_count - hangul_count
    return math.ceil(ascii_count / ASCII_PER_TOKEN + hangul_count / HANGUL_PER_TOKEN + others)
