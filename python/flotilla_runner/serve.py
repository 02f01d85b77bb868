"""
The parent: reads requests, and hands each start to spares that are as warm as they can be. It never imports user code.
For each module there is a warm child; where that cannot be, for programs and for environments, spares of its own serve.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import time
from typing import Dict, List, NoReturn, Optional

from . import descriptors, interpreter, memory, rehearsal  # noqa: F401 - what attempts need is read once, before all forks
from .notices import refuse
from .protocol import REPORTS_FD, Message, read_attempt, report
from .spares import Spares
from .start_queue import StartQueue
from .supervisor import run_spare
from .warm import run_warm_child

#: A module that takes longer to import is imported by each attempt for itself.
IMPORT_AT_MOST_S = 60.0
#: A warm child that dies this often is not forked again.
_DEATHS = 3


class WarmModule:
    """The warm child of one module, over its deaths; `pid` is None when it will not be tried again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.queue = StartQueue()
        self.pid: Optional[int] = None
        self.ready_fd = -1
        self.deaths = 0
        self.is_ready = False
        self.fork()

    def fork(self) -> None:
        control, self._control_held = descriptors.pipe()
        self.ready_fd, ready = descriptors.pipe()
        self.is_ready = False
        self.give_up_at = time.monotonic() + IMPORT_AT_MOST_S
        try:
            self.pid = os.fork()
        except OSError:
            self.pid = None
            descriptors.close(control, ready, self.ready_fd, self._control_held)
            return
        if self.pid == 0:
            try:
                descriptors.close_all_but([*self.queue.readers_fds(), control, ready, REPORTS_FD])
                signal.set_wakeup_fd(-1)
                run_warm_child(self.name, self.queue, control, ready)
            finally:
                os._exit(70)
        descriptors.close(control, ready)

    def hear(self) -> None:
        told = os.read(self.ready_fd, 64)
        self.is_ready = self.is_ready or b"r" in told
        if b"l" in told:
            self.queue.put_again()

    def buried(self) -> None:
        self.deaths += 1
        was_ready = self.is_ready
        descriptors.close(self._control_held, self.ready_fd)
        self.pid = None
        if was_ready and self.deaths < _DEATHS:
            self.fork()
            self.queue.put_again()


class Parent:
    def __init__(self, requests: int) -> None:
        self._requests = requests
        self._woken, wake = descriptors.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._modules: Dict[str, WarmModule] = {}
        queue = StartQueue()
        self._own = Spares(queue, run_spare, on_loss=queue.put_again)
        self._input = b""

    def run(self) -> None:
        report({"type": "ready", "pid": os.getpid(), "python": ".".join(map(str, sys.version_info[:3]))})
        while True:
            poll = select.poll()
            for fd in (self._requests, self._woken, *self._own.fds(), *(one.ready_fd for one in self._alive())):
                poll.register(fd, select.POLLIN)
            for queue in self._queues():
                if queue.is_full:
                    poll.register(queue.sender, select.POLLOUT)
            ready = {fd for fd, _ in poll.poll(self._timeout_ms())}
            if self._requests in ready and not self._read_requests():
                return
            self._own.attend(ready)
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._reap()
            for one in self._alive():
                if one.ready_fd in ready:
                    one.hear()
            for queue in self._queues():
                queue.flush()
            self._end_hanging_imports()
            self._own.tend()

    def _read_requests(self) -> bool:
        data = os.read(self._requests, 1 << 16)
        *lines, self._input = (self._input + data).split(b"\n")
        for line in lines:
            if line.strip():
                self._take(json.loads(line))
        return bool(data)

    def _take(self, request: Message) -> None:
        if request["type"] == "start":
            self._start(request["dir"])
        elif request["type"] == "preload":
            for name in request["modules"]:
                self._module(name)

    def _start(self, folder: str) -> None:
        try:
            run = read_attempt(folder)["run"]
        except (OSError, ValueError, KeyError) as error:
            refuse(folder, f"its folder cannot be read: {error}")
            return
        if run["type"] == "python" and not run.get("freshProcess"):
            module = self._module(run["module"])
            if module.pid is not None:
                module.queue.put(folder)
                return
        self._start_lean(folder)

    def _start_lean(self, folder: str) -> None:
        self._own.queue.put(folder)
        self._own.keep()

    def _module(self, name: str) -> WarmModule:
        if name not in self._modules:
            self._modules[name] = WarmModule(name)
        return self._modules[name]

    def _reap(self) -> None:
        for module in self._modules.values():
            if module.pid is not None and _has_ended(module.pid):
                module.buried()
                if module.pid is None:
                    self._take_over(module)
        self._own.reap()

    def _take_over(self, module: WarmModule) -> None:
        """Its attempts import for themselves from now on, those that wait included."""
        for folder in module.queue.take_all():
            self._start_lean(folder)

    def _end_hanging_imports(self) -> None:
        for module in self._importing():
            if module.give_up_at <= time.monotonic():
                os.kill(module.pid, signal.SIGKILL)  # type: ignore[arg-type]
                module.give_up_at = float("inf")

    def _alive(self) -> List[WarmModule]:
        return [module for module in self._modules.values() if module.pid is not None]

    def _importing(self) -> List[WarmModule]:
        return [module for module in self._modules.values() if module.pid is not None and not module.is_ready]

    def _queues(self) -> List[StartQueue]:
        return [self._own.queue, *(module.queue for module in self._modules.values())]

    def _timeout_ms(self) -> Optional[int]:
        waits = [module.give_up_at - time.monotonic() for module in self._importing() if module.give_up_at != float("inf")]
        due = self._own.due_in_s()
        if due is not None:
            waits.append(due)
        return max(0, int(min(waits) * 1000) + 1) if waits else None


def serve(code: str) -> NoReturn:
    """Until stdin ends. Attempts go on."""
    requests = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # so that no process forked from here reads our requests
    os.close(null)
    os.set_inheritable(REPORTS_FD, False)
    descriptors.own(requests, REPORTS_FD)
    interpreter.prepare(os.path.abspath(code))
    interpreter.forget_main(["flotilla"])
    memory.remove_abandoned()
    gc.collect()
    gc.freeze()
    Parent(requests).run()
    sys.stdout.flush()
    os._exit(0)


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
