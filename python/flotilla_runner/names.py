"""Names between the pipeline, where they are like `lateMinutes`, and Python, where they are like `late_minutes`."""

from __future__ import annotations

import functools
import re
from typing import Iterable

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_NAME = re.compile(r"\W")


@functools.lru_cache(maxsize=None)
def snake_case(name: str) -> str:
    return _NOT_A_NAME.sub("_", _WORD_STARTS.sub("_", name)).lower()


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """` Did you mean "train"?`, or nothing if none of the names is near."""
    import difflib  # only for messages

    near = difflib.get_close_matches(wrong, list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(near)}?" if near else ""
