from __future__ import annotations

import os
import select
import signal
import sys
import time
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from harness import DEADLINE_S, RUNNER  # noqa: F401 - puts the runner on sys.path

from flotilla_runner import tree
from flotilla_runner.notices import notice
from flotilla_runner.spares import LEAVE, SPARES, Spares
from flotilla_runner.start_queue import StartQueue


def run_spare(queue: StartQueue, notify: int, limits_memory: bool) -> None:
    """Takes one start, writes down who did, and stays until it is killed."""
    signal.signal(LEAVE, lambda *_: os._exit(0))
    folder = queue.wait()
    signal.signal(LEAVE, signal.SIG_IGN)
    notice(notify, limits_memory, folder or "")
    Path(folder or "", "claim").write_text(str(os.getpid()))
    while True:
        signal.pause()


class SparesTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = TemporaryDirectory(prefix="flotilla-spares-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.queue = StartQueue()
        self.spares = Spares(self.queue, run_spare, on_loss=self.queue.put_again, idle_s=0.05)  # type: ignore[arg-type]
        self.addCleanup(self.kill_all)

    def kill_all(self) -> None:
        for pid in tree.children(os.getpid()):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def attend_until(self, condition) -> None:
        """As the process does in which they are kept, with a look at its children each time instead of SIGCHLD."""
        until = time.monotonic() + DEADLINE_S
        while not condition():
            self.assertLess(time.monotonic(), until, "this did not come true in time")
            due = self.spares.due_in_s()
            ready, _, _ = select.select(self.spares.fds(), [], [], 0.01 if due is None else min(due, 0.01))
            self.spares.attend(ready)
            self.spares.reap()
            self.spares.tend()

    def children(self) -> list:
        return tree.children(os.getpid())

    def test_they_leave_when_there_is_nothing_to_start(self) -> None:
        self.spares.keep()
        self.assertEqual(len(self.children()), SPARES)
        self.attend_until(lambda: self.children() == [])
        self.assertIsNone(self.spares.due_in_s())

    def test_after_they_left_a_start_is_carried_out(self) -> None:
        self.spares.keep()
        self.attend_until(lambda: self.children() == [])
        self.queue.put(str(self.folder))
        self.attend_until((self.folder / "claim").exists)

    def test_one_that_has_taken_a_start_stays(self) -> None:
        self.spares.keep()
        self.queue.put(str(self.folder))
        self.attend_until(lambda: (self.folder / "claim").exists() and (self.folder / "claim").read_text() != "")
        self.attend_until(lambda: len(self.children()) == 1)
        self.assertEqual(self.children(), [int((self.folder / "claim").read_text())])


if __name__ == "__main__":
    sys.exit(unittest.main())
