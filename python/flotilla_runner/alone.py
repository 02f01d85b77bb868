"""`supervise FOLDER`: one attempt, as the main process of a container, with no parent above it and no engine to tell."""

from __future__ import annotations

import os
from typing import NoReturn, Optional

from . import descriptors, interpreter
from .protocol import REPORTS_FD, read_attempt
from .secret_values import take_in

_NOBODY = -1


class OneStart:
    """The queue of a parent that has one start to give."""

    def __init__(self, folder: str) -> None:
        self._folder: Optional[str] = folder

    def wait(self) -> Optional[str]:
        folder, self._folder = self._folder, None
        return folder


def supervise(folder: str) -> NoReturn:
    """What there is to tell stands in the folder. Does not return; raises OSError, ValueError where that cannot be read."""
    take_in()
    attempt = read_attempt(folder)
    _tell_nobody()
    interpreter.prepare(attempt["code"])
    interpreter.forget_main(["flotilla"])
    from .supervisor import run_spare

    run_spare(OneStart(folder), _NOBODY, attempt.get("memoryBytes") is not None, rehearses=False)


def _tell_nobody() -> None:
    """TRAP: the descriptor that reports go to would else be that of the first pipe."""
    null = os.open(os.devnull, os.O_WRONLY)
    if null != REPORTS_FD:
        os.dup2(null, REPORTS_FD, inheritable=False)
        os.close(null)
    descriptors.own(REPORTS_FD)
