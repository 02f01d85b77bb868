"""
One attempt's supervisor: claims it, lets the waiting task child go, copies what it prints, holds its memory limit, and
at the end leaves no process of it behind, writes `exit.json` and tells the engine.
"""

from __future__ import annotations

import errno
import json
import os
import resource  # noqa: F401 - os.wait4 imports it at its first call, and that would be at the end of each attempt
import select
import signal
import time
from typing import Any, Callable, Dict, List, NoReturn, Optional, Tuple

from . import descriptors, memory, tree
from .durable import Reserved, claim, make_empty
from .log import Log, Pump
from .outcome import Ending, exit_record
from .protocol import CLAIM, EXIT, LOG, REPORTS_FD, RESULT, STARTED, Message, encode, now_ms, read_attempt, report
from .rehearsal import rehearse_supervision
from .spares import notice, refuse
from .start_queue import StartQueue
from .task_child import exec_failure, run_task_child

#: Kept free on the disk for `exit.json`.
_EXIT_BYTES = 16 * 1024
_DEFAULT_GRACE_MS = 10_000
_KILL_AGAIN_S = 0.05


def run_spare(queue: StartQueue, notify: int, limits_memory: bool) -> NoReturn:
    """Runs in a process just forked: waits for one attempt, carries it out, and exits."""
    supervisor = Supervisor(notify, limits_memory)
    while True:
        folder = queue.wait()
        if folder is None:
            supervisor.leave()
        if supervisor.begin(folder):
            break
    descriptors.close_all_but([REPORTS_FD, *supervisor.fds()])
    supervisor.watch()
    supervisor.finish()
    os._exit(0)


class Supervisor:
    def __init__(self, notify: int, limits_memory: bool) -> None:
        os.setsid()
        tree.become_subreaper()
        self._notify = notify
        self._begun = False
        self._terminate_asked = False
        self._signals = _wake_on_signals(self._on_terminate, self._on_child)
        self._woken = self._signals[0]
        out, stdout = descriptors.pipe()
        err, stderr = descriptors.pipe()
        go, self._go = descriptors.pipe()
        self._exec_failure, failure = descriptors.pipe()
        self._task = _fork_task_child(stdout, stderr, go, failure)
        descriptors.close(stdout, stderr, go, failure)
        for fd in (out, err, self._exec_failure):
            os.set_blocking(fd, False)
        self._pipes = (out, err)
        self._cgroup = self._make_cgroup() if limits_memory else None
        self._identity = {"pid": os.getpid(), "startTime": tree.start_time(os.getpid())}
        self._task_identity = {"pid": self._task, "startTime": tree.start_time(self._task)}
        self._childless = False
        self._killing = False
        self._kill_at: Optional[float] = None
        self._limit_bytes: Optional[int] = None
        self._look_at: Optional[float] = None
        self.ending = Ending()
        rehearse_supervision()

    def fds(self) -> List[int]:
        return [*self._pipes, self._exec_failure, *self._signals]

    # Before the task runs.

    def begin(self, folder: str) -> bool:
        """Claims the attempt and lets the task go. False if it is not for us to run."""
        self._begun = True  # from here on SIGTERM asks the task to end, and no longer us
        reason = self._claim(folder)
        if reason:
            self._begun = False
            refuse(folder, reason)
            return False
        self._limit_memory(self._attempt.get("memoryBytes"))
        self.ending.started_at = now_ms()
        _release(self._go, folder)
        # The task runs from here on; whatever else there is to do costs it nothing.
        if self._attempt["run"]["type"] == "python":
            make_empty(os.path.join(folder, RESULT))
        notice(self._notify, self._limit_bytes is not None, folder)
        self._host_oom_kills = memory.host_oom_kills()
        log = Log(os.path.join(folder, LOG))
        self._pumps = [Pump(self._pipes[0], b"stdout", log), Pump(self._pipes[1], b"stderr", log)]
        # If there is no room for these two, we end here, and the task with us: a claim without an end is a disruption.
        self._tell_started()
        self._exit_file = Reserved(os.path.join(folder, EXIT), _EXIT_BYTES)
        return True

    def leave(self) -> NoReturn:
        """The parent is gone, and nothing was taken. The waiting child dies with us."""
        self._begun = True  # the end of the child is no surprise now
        if self._cgroup:
            os.kill(self._task, signal.SIGKILL)
            os.waitpid(self._task, 0)
            self._cgroup.remove()
        os._exit(0)

    def _claim(self, folder: str) -> Optional[str]:
        """Why it cannot be ours; None if it is."""
        self._folder = folder
        try:
            self._attempt = read_attempt(folder)
            if not claim(os.path.join(folder, CLAIM), encode({"supervisor": self._identity})):
                return "another supervisor, or the platform, has claimed it"
        except (OSError, ValueError) as error:
            return f"its folder cannot be read: {error}"
        return None

    def _tell_started(self) -> None:
        at = self.ending.started_at
        record = Reserved(os.path.join(self._folder, STARTED), 0)
        record.write(encode({"supervisor": self._identity, "task": self._task_identity, "at": at}))
        _tell({"type": "started", "id": self._attempt["id"], **self._task_identity, "supervisor": self._identity, "at": at}, record)

    def _make_cgroup(self) -> Optional[memory.Cgroup]:
        group = memory.make_cgroup(os.getpid())
        try:
            if group:
                group.attach(self._task)
        except OSError:
            group.remove()
            return None
        return group

    def _limit_memory(self, limit_bytes: Optional[int]) -> None:
        self._limit_bytes = limit_bytes
        if limit_bytes is None:
            return
        # TRAP: the first process to change its group after a while waits up to 15 ms for the kernel, so this is done
        # ahead of need in a parent whose last attempt had a limit.
        self._cgroup = self._cgroup or self._make_cgroup()
        try:
            if self._cgroup:
                self._cgroup.limit(limit_bytes)
                return
        except OSError:
            pass
        self._look_at = time.monotonic() + memory.WATCH_EVERY_S

    # While it runs.

    def watch(self) -> None:
        """Until the task has ended, and, if it was asked to end, all of its processes or the time they had."""
        poll = select.poll()
        handlers: Dict[int, Callable[[], bool]] = {pump.fd: pump.read for pump in self._pumps}
        handlers[self._exec_failure] = self._read_exec_failure
        handlers[self._woken] = self._wake
        for fd in handlers:
            poll.register(fd, select.POLLIN)
        self._reap()
        while not self._is_over():
            for fd, event in poll.poll(self._timeout_ms()):
                if not handlers[fd]() and event & select.POLLHUP:
                    poll.unregister(fd)
            self._do_what_is_due()

    def _is_over(self) -> bool:
        if self._childless:
            return True
        return self.ending.status is not None and self._kill_at is None

    def _timeout_ms(self) -> Optional[int]:
        times = [at for at in (self._kill_at, self._look_at, *(pump.due for pump in self._pumps)) if at is not None]
        return max(0, int((min(times) - time.monotonic()) * 1000) + 1) if times else None

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        for pump in self._pumps:
            if pump.due is not None and pump.due <= now:
                pump.show_unended()
        if self._terminate_asked and not self.ending.ended_by_us:
            self._terminate(now)
        if self._kill_at is not None and self._kill_at <= now:
            self._killing = True
            tree.freeze_and_kill(os.getpid())
            self._kill_at = now + _KILL_AGAIN_S
        if self._look_at is not None and self._look_at <= now:
            self._look_at_memory()
            self._look_at = time.monotonic() + memory.WATCH_EVERY_S

    def _terminate(self, now: float) -> None:
        self.ending.ended_by_us = self.ending.status is None
        self._terminate_asked = False
        if not self.ending.ended_by_us:
            return
        self._kill_at = now + self._attempt.get("graceMs", _DEFAULT_GRACE_MS) / 1000
        try:
            os.killpg(self._task, signal.SIGTERM)  # the group as one, so that no child just being forked is missed
        except (ProcessLookupError, PermissionError):
            pass
        others = [pid for pid in tree.members(os.getpid()) if _group(pid) != self._task]
        tree.send(signal.SIGTERM, others)

    def _look_at_memory(self) -> None:
        pids = tree.members(os.getpid())
        used = memory.resident_bytes(pids)
        if used > self._limit_bytes:
            used = memory.proportional_bytes(pids)
        self.ending.peak_bytes = max(self.ending.peak_bytes, used)
        if used > self._limit_bytes:
            self.ending.out_of_memory = {"seenBy": "watch", "limitBytes": self._limit_bytes}
            self._killing = True
            tree.freeze_and_kill(os.getpid())

    def _read_exec_failure(self) -> bool:
        failure = exec_failure(self._exec_failure)
        if failure:
            self.ending.failure = failure
        return failure is not None

    def _wake(self) -> bool:
        try:
            os.read(self._woken, 4096)
        except BlockingIOError:
            return True
        self._reap()
        return True

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                self._childless = True  # and, orphans coming to us, without any descendant
                return
            if pid == 0:
                self._childless = False
                return
            self.ending.add(status, usage, is_main=pid == self._task, killed_by_us=self._killing)

    def _on_terminate(self, *_: Any) -> None:
        if not self._begun:
            self.leave()
        self._terminate_asked = True

    def _on_child(self, *_: Any) -> None:
        if not self._begun:
            os._exit(1)  # the waiting child was killed: a new pair takes our place

    # At the end.

    def finish(self) -> None:
        self._killing = True
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        while not self._childless:
            tree.freeze_and_kill(os.getpid())
            poll.poll(int(_KILL_AGAIN_S * 1000))
            self._wake()
            for pump in self._pumps:
                pump.read()  # a process cannot end while it waits for room in its pipe
        self._read_exec_failure()
        for pump in self._pumps:
            pump.drain()
        self._see_memory()
        self._write_exit(exit_record(self._attempt, self._folder, self.ending))
        _tell({"type": "ended", "id": self._attempt["id"]}, self._exit_file)
        if self._cgroup:
            self._cgroup.remove()

    def _see_memory(self) -> None:
        ending = self.ending
        limit = {} if self._limit_bytes is None else {"limitBytes": self._limit_bytes}
        if self._cgroup:
            ending.peak_bytes = max(ending.peak_bytes, self._cgroup.peak_bytes())
            if self._cgroup.oom_kills() > 0:
                ending.out_of_memory = {"seenBy": "cgroup", **limit}
        if ending.out_of_memory is None and ending.saw_foreign_kill and memory.host_oom_kills() > self._host_oom_kills:
            ending.out_of_memory = {"seenBy": "host", **limit}

    def _write_exit(self, record: Message) -> None:
        try:
            self._exit_file.write(encode(record))
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            full = {"completed": False, "diskFull": True, "error": {"type": "OSError", "message": "no space was left for the result"}}
            Reserved.write(self._exit_file, encode({**record, "completed": False, "result": {"protocol": 1, **full}}))


def _fork_task_child(stdout: int, stderr: int, go: int, failure: int) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            run_task_child(parent, stdout, stderr, go, failure)
        finally:
            os._exit(70)
    return pid


def _tell(message: Message, record: Reserved) -> None:
    """
    The record survives us either way. An engine that hears of it writes it into its store, durably, at once; only where
    nobody listens is it up to us that it outlives the machine. Syncing it always cost each task 3 ms, most of it by
    keeping the store's own writes waiting.
    """
    if report(message):
        record.close()
    else:
        record.sync()


def _release(go: int, folder: str) -> None:
    try:
        os.write(go, json.dumps(folder).encode())
        descriptors.close(go)
    except BrokenPipeError:
        pass  # killed this very moment; its end says so


def _wake_on_signals(on_terminate: Callable[..., None], on_child: Callable[..., None]) -> Tuple[int, int]:
    """Signals also arrive as bytes in a pipe, so that none is missed between looking and waiting."""
    woken, wake = descriptors.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, on_terminate)
    signal.signal(signal.SIGCHLD, on_child)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    return woken, wake


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0

