"""The process that a task will be, forked ahead of need, with its pipes and, if it is to be limited, its control group."""

from __future__ import annotations

import json
import os
import signal
from typing import List, Optional

from . import descriptors, memory, tree
from .protocol import Message
from .task_child import exec_failure, run_task_child


class TaskProcess:
    """Waits until it is released for an attempt."""

    def __init__(self, limits_memory: bool, rehearses: bool) -> None:
        """`rehearses` where its attempt is not known yet: one that is known is as good as a rehearsal, and 0.7 ms less."""
        out, stdout = descriptors.pipe()
        err, stderr = descriptors.pipe()
        go, self._go = descriptors.pipe()
        self._failure, failure = descriptors.pipe()
        self.pid = _fork(rehearses, stdout, stderr, go, failure)
        descriptors.close(stdout, stderr, go, failure)
        self.pipes = (out, err)
        for fd in (out, err, self._failure):
            os.set_blocking(fd, False)
        self.identity = {"pid": self.pid, "startTime": tree.start_time(self.pid)}
        self.cgroup = self.make_cgroup() if limits_memory else None

    @property
    def failure_fd(self) -> int:
        return self._failure

    def fds(self) -> List[int]:
        return [*self.pipes, self._failure, self._go]

    def prepare(self, folder: str) -> None:
        """It is going to be this attempt, unless it is discarded."""
        self._order(json.dumps(folder).encode() + b"\n")

    def release(self) -> None:
        """The task of the attempt runs from here on."""
        self._order(b"go\n")
        descriptors.close(self._go)

    def _order(self, text: bytes) -> None:
        try:
            os.write(self._go, text)
        except BrokenPipeError:
            pass  # killed this very moment; its end says so

    def exec_failure(self) -> Optional[Message]:
        """Why its program could not be executed, once that is known."""
        return exec_failure(self._failure)

    def make_cgroup(self) -> Optional[memory.Cgroup]:
        """
        TRAP: the first process to change its group after a while waits up to 15 ms for the kernel, so this is done ahead
        of need where the attempt before had a limit.
        """
        group = memory.make_cgroup(os.getpid(), self.pid)
        try:
            if group:
                group.attach(self.pid)
        except OSError:
            group.remove()
            return None
        return group

    def close(self) -> None:
        """Of a task that has ended."""
        descriptors.close(*self.pipes, self._failure)
        if self.cgroup:
            self.cgroup.remove()

    def discard(self) -> None:
        """It is not needed. Ends it and leaves nothing of it behind."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.forget()

    def forget(self) -> None:
        """It has ended before it was released."""
        descriptors.close(self._go)
        self.close()


def _fork(rehearses: bool, stdout: int, stderr: int, go: int, failure: int) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            run_task_child(parent, rehearses, stdout, stderr, go, failure)
        finally:
            os._exit(70)
    os.setpgid(pid, pid)  # as the child does too: whoever comes first, its group is there from here on
    return pid
