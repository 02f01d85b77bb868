"""
Supervisors forked ahead of need. Each waits, with its task child already below it, for the folder of an attempt: one
fork costs 1 to 5 ms, handing over 0.1 ms.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from typing import Callable, Dict, Optional

from . import descriptors
from .protocol import CLAIM, report
from .start_queue import StartQueue

#: After a fork that failed.
_PAUSE_S = 0.5
_DEATHS_IN_A_ROW = 8


class Spares:
    """
    Keeps spares ready in the process that it lives in. That process polls `notices`, calls `noticed` when there is
    something to read, `reap` on SIGCHLD, and `refill` after `pause` seconds. `on_loss` is called when one died that waited.
    """

    def __init__(self, queue: StartQueue, run_spare: Callable[[StartQueue, int, bool], None], on_loss: Callable[[], None]) -> None:
        self.queue = queue
        self.notices, self._notify = descriptors.pipe()
        os.set_blocking(self.notices, False)
        self._run_spare = run_spare
        self._on_loss = on_loss
        self._wanted = 0
        self._limits_memory = False
        #: Pids of supervisors: the folder of the attempt each has taken, or None while it waits.
        self._supervisors: Dict[int, Optional[str]] = {}
        self._buffer = b""
        self._paused_until = 0.0
        self._died_waiting = 0

    def keep(self, wanted: int) -> None:
        """From now on holds as many ready. One per slot is enough: a new one is there before the task ends."""
        self._wanted = wanted
        self.refill()

    def noticed(self) -> None:
        """Some spares took starts: `<pid> <limits memory> <folder>`."""
        try:
            self._buffer += os.read(self.notices, 1 << 16)
        except BlockingIOError:
            return
        *notes, self._buffer = self._buffer.split(b"\0")
        for note in notes:
            pid, limits, folder = note.decode().split(" ", 2)
            self._supervisors[int(pid)] = folder
            self._limits_memory = limits == "1"
            self._died_waiting = 0
        self.refill()

    def reap(self) -> None:
        self.noticed()
        # By pid: user code that was imported here may have children of its own, whose end is not ours to take.
        lost = False
        for pid, folder in list(self._supervisors.items()):
            status = _status(pid)
            if status is None:
                continue
            del self._supervisors[pid]
            if folder is None:
                lost = True
                self._died_waiting += 1  # once is somebody's kill, again and again is a machine without room
                if self._died_waiting > _DEATHS_IN_A_ROW:
                    self._pause("the processes that were to run it ended while they waited; is there memory for more?")
            elif status != 0 and not os.path.exists(os.path.join(folder, CLAIM)):
                refuse(folder, f"its supervisor ended before it began (status {status})")
        self.refill()
        if lost:
            self._on_loss()

    @property
    def pause(self) -> Optional[float]:
        """Seconds until `refill` is due; None if it is not."""
        return max(0.0, self._paused_until - time.monotonic()) if self._paused_until else None

    def refill(self) -> None:
        if self._paused_until > time.monotonic():
            return
        self._paused_until = 0.0
        while self._waiting() < self._wanted:
            try:
                self._supervisors[self._fork()] = None
            except OSError as error:
                self._pause(f"no process could be made for it: {error.strerror}")
                return

    def _waiting(self) -> int:
        return sum(folder is None for folder in self._supervisors.values())

    def _pause(self, reason: str) -> None:
        """Nothing can be forked now. What waits for it is given back, so that the engine may decide."""
        self._paused_until = time.monotonic() + _PAUSE_S
        while self._waiting() == 0:
            folder = self.queue.take_back()
            if folder is None:
                return
            refuse(folder, reason)

    def _fork(self) -> int:
        with warnings.catch_warnings():
            # Python 3.12 warns of forks beside threads; libraries that start some on import know how to live with it.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            try:
                descriptors.close_all_but([*self.queue.readers_fds(), self._notify, 3])
                self._run_spare(self.queue, self._notify, self._limits_memory)
            except BaseException:  # nothing of a supervisor may run on as a second parent
                import traceback

                traceback.print_exc()
                sys.stderr.flush()
            os._exit(70)
        return pid


def notice(fd: int, limits_memory: bool, folder: str) -> None:
    """Tells the pool that this process, a spare of it, has taken a start."""
    try:
        os.write(fd, f"{os.getpid()} {int(limits_memory)} {folder}\0".encode())
    except OSError:
        pass  # the parent is gone; the attempt goes on


def refuse(folder: str, reason: str) -> None:
    # The folder of an attempt has its id as its name.
    report({"type": "refused", "id": os.path.basename(folder.rstrip("/")), "reason": reason[:1000]})


def _status(pid: int) -> Optional[int]:
    """How a child of ours ended; None while it runs."""
    try:
        done, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return status if done else None
