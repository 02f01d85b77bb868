"""
Supervisors forked ahead of need. Each waits, with its task child already below it, for the folder of an attempt: one
fork costs 1 to 5 ms, handing over 0.1 ms. When there was nothing to start for a while they leave, because each pair holds
up to 30 MB; they are forked again when there is.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import warnings
from typing import Callable, Collection, Dict, List, Optional

from . import descriptors, tree
from .notices import refuse
from .protocol import CLAIM
from .start_queue import StartQueue

#: After a fork that failed.
_PAUSE_S = 0.5
_DEATHS_IN_A_ROW = 8
#: More would not start tasks faster: one is replaced within milliseconds.
SPARES = max(2, min(4, os.cpu_count() or 1))
#: Asks a spare to leave. To one that has taken a start it says that it may have a follower, and does no harm.
LEAVE = signal.SIGUSR1
_IDLE_S = 10.0


class Spares:
    """
    Keeps spares ready in the process that it lives in, from the first start on. That process polls `fds`, calls `attend`
    with those that are ready, `reap` on SIGCHLD, and `tend` after `due_in_s` seconds. `on_loss` is called when one ended that waited.
    """

    def __init__(
        self,
        queue: StartQueue,
        run_spare: Callable[[StartQueue, int, bool], None],
        on_loss: Callable[[], None],
        idle_s: float = _IDLE_S,
    ) -> None:
        self.queue = queue
        self._notices, self._notify = descriptors.pipe()
        os.set_blocking(self._notices, False)
        self._run_spare = run_spare
        self._on_loss = on_loss
        self._idle_s = idle_s
        self._wanted = 0
        self._used_at = 0.0
        self._limits_memory = False
        #: Pids of supervisors: the folder of the attempt each has taken, or None while it waits.
        self._supervisors: Dict[int, Optional[str]] = {}
        self._buffer = b""
        self._paused_until = 0.0
        self._died_waiting = 0

    def fds(self) -> List[int]:
        """While there are no spares, their process sees for them that there is something to start."""
        return [self._notices] if self._wanted else [self._notices, self.queue.receiver]

    def attend(self, ready: Collection[int]) -> None:
        if self._notices in ready:
            self._hear()
        if self.queue.receiver in ready:
            self.keep()

    def keep(self) -> None:
        """From now on some are ready."""
        self._wanted = SPARES
        self._used_at = time.monotonic()
        self._refill()

    def _hear(self) -> None:
        """Some spares took starts: `<pid> <limits memory> <folder>`."""
        try:
            self._buffer += os.read(self._notices, 1 << 16)
        except BlockingIOError:
            return
        *notes, self._buffer = self._buffer.split(b"\0")
        for note in notes:
            pid, limits, folder = note.decode().split(" ", 2)
            self._supervisors[int(pid)] = folder
            self._limits_memory = limits == "1"
            self._died_waiting = 0
            self._used_at = time.monotonic()
        self._refill()

    def reap(self) -> None:
        self._hear()
        # By pid: user code that was imported here may have children of its own, whose end is not ours to take.
        lost = False
        for pid, folder in list(self._supervisors.items()):
            status = _status(pid)
            if status is None:
                continue
            del self._supervisors[pid]
            if folder is None:
                lost = True  # also one that left: a start may have come to it at that moment
                self._died_waiting += status != 0  # once is somebody's kill, again and again is a machine without room
                if self._died_waiting > _DEATHS_IN_A_ROW:
                    self._pause("the processes that were to run it ended while they waited; is there memory for more?")
            elif status != 0 and not os.path.exists(os.path.join(folder, CLAIM)):
                refuse(folder, f"its supervisor ended before it began (status {status})")
        self._refill()
        if lost:
            self._on_loss()

    def due_in_s(self) -> Optional[float]:
        """None if there is nothing to tend to."""
        at = self._paused_until or (self._used_at + self._idle_s if self._wanted else 0.0)
        return max(0.0, at - time.monotonic()) if at else None

    def tend(self) -> None:
        if self._wanted and not self._paused_until and self._used_at + self._idle_s <= time.monotonic():
            self._wanted = 0
            tree.send(LEAVE, self._waiting())
        self._refill()

    def _refill(self) -> None:
        if self._paused_until > time.monotonic():
            return
        self._paused_until = 0.0
        while len(self._waiting()) < self._wanted:
            try:
                self._supervisors[self._fork()] = None
            except OSError as error:
                self._pause(f"no process could be made for it: {error.strerror}")
                return

    def _waiting(self) -> List[int]:
        return [pid for pid, folder in self._supervisors.items() if folder is None]

    def _pause(self, reason: str) -> None:
        """Nothing can be forked now. What waits for it is given back, so that the engine may decide."""
        self._paused_until = time.monotonic() + _PAUSE_S
        while not self._waiting():
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


def _status(pid: int) -> Optional[int]:
    """How a child of ours ended; None while it runs."""
    try:
        done, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return status if done else None
