"""
The descriptors that are ours in this process. A fork inherits all of them, and a pipe whose end is held by a process
that forgot it never tells of its end; so each fork closes all of ours but those it names. Descriptors that user code
opened on import (a log, a connection) are not touched.
"""

from __future__ import annotations

import os
from typing import Iterable, Set, Tuple

_ours: Set[int] = set()


def own(*fds: int) -> None:
    _ours.update(fds)


def close(*fds: int) -> None:
    for fd in fds:
        _ours.discard(fd)
        os.close(fd)


def close_all_but(kept: Iterable[int]) -> None:
    close(*_ours.difference(kept))


def pipe() -> Tuple[int, int]:
    fds = os.pipe()
    own(*fds)
    return fds
