"""The memory limit of one attempt: held by its control group, else by looking again and again."""

from __future__ import annotations

import time
from typing import Callable, List, Optional

from . import memory
from .outcome import Ending
from .task_process import TaskProcess


class MemoryLimit:
    def __init__(self, process: TaskProcess, limit_bytes: Optional[int]) -> None:
        """Before the task is released."""
        self.bytes = limit_bytes
        #: When the processes are to be looked at next, by the monotonic clock; None where a group holds the limit.
        self.look_at: Optional[float] = None
        self._process = process
        self._host_oom_kills = 0
        if limit_bytes is None:
            return
        process.cgroup = process.cgroup or process.make_cgroup()
        try:
            if process.cgroup:
                process.cgroup.limit(limit_bytes)
                return
        except OSError:
            pass
        self.look_at = time.monotonic() + memory.WATCH_EVERY_S

    def begin(self) -> None:
        """Once the task runs: what need not be known before."""
        self._host_oom_kills = memory.host_oom_kills()

    def look(self, members: Callable[[], List[int]], ending: Ending) -> bool:
        """Whether they use more than they may. Due at `look_at`."""
        assert self.bytes is not None
        pids = members()
        used = memory.resident_bytes(pids)
        if used > self.bytes:
            used = memory.proportional_bytes(pids)
        ending.peak_bytes = max(ending.peak_bytes, used)
        self.look_at = time.monotonic() + memory.WATCH_EVERY_S
        if used <= self.bytes:
            return False
        ending.out_of_memory = {"seenBy": "watch", "limitBytes": self.bytes}
        return True

    def conclude(self, ending: Ending) -> None:
        """When all processes are gone: the peak, and whether the kernel killed for want of memory."""
        limit = {} if self.bytes is None else {"limitBytes": self.bytes}
        group = self._process.cgroup
        if group:
            ending.peak_bytes = max(ending.peak_bytes, group.peak_bytes())
            if group.oom_kills() > 0:
                ending.out_of_memory = {"seenBy": "cgroup", **limit}
        if ending.out_of_memory is None and ending.saw_foreign_kill and memory.host_oom_kills() > self._host_oom_kills:
            ending.out_of_memory = {"seenBy": "host", **limit}
