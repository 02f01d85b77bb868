"""The end of a task that was asked to end, and has so long for it."""

from __future__ import annotations

import os
import threading
import time
from typing import Callable

from . import tree

_KILL_AGAIN_S = 0.05


class Grace:
    """After it, all below the supervisor is killed, until that has written how the attempt ended or `is_over`."""

    def __init__(self, supervisor: int, exit_path: str, grace_s: float, is_over: Callable[[], bool]) -> None:
        self._supervisor = supervisor
        self._exit_path = exit_path
        self._is_over = is_over
        self._timer = threading.Timer(grace_s, self._kill)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()

    def _kill(self) -> None:
        while not self._is_over() and not os.path.exists(self._exit_path):
            tree.freeze_and_kill(self._supervisor)
            time.sleep(_KILL_AGAIN_S)
