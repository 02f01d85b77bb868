"""The supervisor of an attempt, as a process below us: started, asked to end, and waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from typing import Dict, Optional

from . import tree
from .protocol import CLAIM, EXIT, VERSION, Message, now_ms

_LAST_WORDS_BYTES = 2000


class SupervisorProcess:
    """Raises OSError where the interpreter cannot be executed."""

    def __init__(self, python: str, folder: str, variables: Dict[str, str]) -> None:
        self._folder = folder
        self._killer: Optional[threading.Timer] = None
        with open(self._words_path, "wb") as words:
            self._process = subprocess.Popen(
                [python, "-m", "flotilla_runner", "supervise", folder],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                env={**os.environ, **variables},
            )

    def end(self, grace_s: float) -> None:
        """Asks it to end the task; what is left of that after the grace is killed."""
        self._process.send_signal(signal.SIGTERM)
        if self._killer is None:
            self._killer = threading.Timer(grace_s, self._kill)
            self._killer.daemon = True
            self._killer.start()

    def wait(self) -> None:
        """Returns when it and all that belonged to it are gone."""
        self._process.wait()
        if self._killer is not None:
            self._killer.cancel()

    def ended_within(self, seconds: float) -> bool:
        """Whether it has, as `wait` says it."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self.wait()
        return True

    def last_words(self) -> Optional[Message]:
        """The exit record of one that ended before it had claimed the attempt, or None."""
        if os.path.exists(os.path.join(self._folder, CLAIM)):
            return None
        with open(self._words_path, "rb") as words:
            said = words.read()[-_LAST_WORDS_BYTES:].decode("utf-8", "replace").strip()
        what = f"{self._process.args[0]} does not run the Flotilla runner, which needs Python 3.9 or later"  # type: ignore[index]
        return unable(os.path.basename(self._folder), f"{what} (exit code {self._process.returncode}): {said}")

    @property
    def _words_path(self) -> str:
        return os.path.join(self._folder, "supervisor.log")

    def _kill(self) -> None:
        while self._process.poll() is None and not os.path.exists(os.path.join(self._folder, EXIT)):
            tree.freeze_and_kill(self._process.pid)
            time.sleep(0.05)


def unable(attempt: str, message: str) -> Message:
    """The exit record of an attempt that can never start as it is described."""
    return {**_unstarted(attempt), "config": {"code": "TASK_CONFIG", "message": message}}


def never_started(attempt: str, why: str) -> Message:
    """The exit record of an attempt that did not start, for a reason that may pass."""
    return {**_unstarted(attempt), "neverStarted": why}


def _unstarted(attempt: str) -> Message:
    now = now_ms()
    times = {"startedAt": now, "endedAt": now}
    return {"protocol": VERSION, "id": attempt, "exitCode": 1, "completed": False, "peakMemoryBytes": 0, "cpuSeconds": 0, **times}
