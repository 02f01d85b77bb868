"""The supervisor of an attempt, as a process below us: forked ahead of need, handed its attempt, asked to end, and waited for."""

from __future__ import annotations

import json
import os
import signal
import sys
from shutil import which
from typing import Dict, NoReturn, Optional

from . import descriptors
from .grace import Grace
from .protocol import CLAIM, EXIT, VERSION, Message, encode, now_ms

_LAST_WORDS_BYTES = 2000
_CANNOT_EXECUTE = 127
_WORDS = "supervisor.log"


class SupervisorProcess:
    """
    Waits until it is handed an attempt. Made before the process has threads, by a fork: another interpreter that reads the
    same files once more costs a third of what a pod of nothing takes.
    """

    def __init__(self) -> None:
        orders, self._orders = descriptors.pipe()
        self._grace: Optional[Grace] = None
        self._status: Optional[int] = None
        self._pid = os.fork()
        if self._pid == 0:
            try:
                descriptors.close(self._orders)
                _wait_and_supervise(orders)
            finally:
                os._exit(70)
        descriptors.close(orders)

    def begin(self, python: str, folder: str, variables: Dict[str, str]) -> None:
        self._python = python
        self._folder = folder
        self._order({"python": python, "folder": folder, "variables": variables})

    def discard(self) -> None:
        """It is not needed: without orders it leaves."""
        descriptors.close(self._orders)
        os.waitpid(self._pid, 0)

    def end(self, grace_s: float) -> None:
        """Asks it to end the task; what is left of that after the grace is killed."""
        os.kill(self._pid, signal.SIGTERM)
        if self._grace is None:
            self._grace = Grace(self._pid, os.path.join(self._folder, EXIT), grace_s, lambda: self._status is not None)

    def wait(self) -> None:
        """Returns when it and all that belonged to it are gone."""
        # Left to be reaped until we look no more: its pid stays its own.
        os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
        if self._grace is not None:
            self._grace.cancel()
        self._status = os.waitpid(self._pid, 0)[1]

    def has_ended(self) -> bool:
        """Does not wait; if it has, all is as after `wait`."""
        if os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            return False
        self.wait()
        return True

    def last_words(self) -> Optional[Message]:
        """The exit record of one that ended before it had claimed the attempt, or None."""
        if os.path.exists(os.path.join(self._folder, CLAIM)) or self._status is None:
            return None
        attempt = os.path.basename(self._folder)
        if self._grace is not None:
            return unbegun(attempt)
        said = _words_in(self._folder)
        code = os.waitstatus_to_exitcode(self._status)
        if code == _CANNOT_EXECUTE:
            return unable(attempt, f"{self._python} cannot be executed: {said}")
        return unable(attempt, f"{no_runner(self._python)} (exit code {code}): {said}")

    def _order(self, order: Message) -> None:
        with os.fdopen(os.dup(self._orders), "wb") as pipe:
            pipe.write(encode(order))
        descriptors.close(self._orders)


def _wait_and_supervise(orders: int) -> NoReturn:
    from .alone import supervise  # read while what the attempt needs is fetched

    with os.fdopen(orders, "rb") as pipe:
        text = pipe.read()
    if not text:
        os._exit(0)
    order = json.loads(text)
    folder = order["folder"]
    os.environ.update(order["variables"])
    _speak_into(os.path.join(folder, _WORDS))
    if which(order["python"]) == sys.executable:
        supervise(folder)
    try:
        os.execvp(order["python"], [order["python"], "-m", "flotilla_runner", "supervise", folder])
    except OSError as error:
        os.write(2, str(error.strerror).encode())
        os._exit(_CANNOT_EXECUTE)


def _speak_into(path: str) -> None:
    """What it says goes there, and it reads nothing."""
    words = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (words, 1), (words, 2)):
        os.dup2(source, target)
    os.close(words)
    os.close(nothing)


def _words_in(folder: str) -> str:
    with open(os.path.join(folder, _WORDS), "rb") as words:
        return words.read()[-_LAST_WORDS_BYTES:].decode("utf-8", "replace").strip()


def no_runner(python: str) -> str:
    return f"{python} does not run the Flotilla runner, which needs Python 3.9 or later"


def unable(attempt: str, message: str) -> Message:
    """The exit record of an attempt that can never start as it is described."""
    return {**_unstarted(attempt), "config": {"code": "TASK_CONFIG", "message": message}}


def never_started(attempt: str, why: str) -> Message:
    """The exit record of an attempt that did not start, for a reason that may pass."""
    return {**_unstarted(attempt), "neverStarted": why}


def unbegun(attempt: str) -> Message:
    """The exit record of an attempt that we were asked to end before it had begun."""
    return {**never_started(attempt, "it was asked to end before it had begun"), "endedByUs": True}


def _unstarted(attempt: str) -> Message:
    now = now_ms()
    times = {"startedAt": now, "endedAt": now}
    return {"protocol": VERSION, "id": attempt, "exitCode": 1, "completed": False, "peakMemoryBytes": 0, "cpuSeconds": 0, **times}
