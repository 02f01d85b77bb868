"""
One attempt, as its supervisor sees to it: claims it, lets the waiting task go, copies what it prints, holds its memory
limit, and at the end leaves no process of it behind, writes `exit.json` and tells the engine.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import time
from typing import TYPE_CHECKING, Callable, Dict, List, Optional

from . import tree
from .durable import Claim, Reserved, make_empty, read_fully, write_plain
from .log import Log, Pump
from .memory_limit import MemoryLimit
from .outcome import Ending, exit_record
from .protocol import CANCEL, CLAIM, EXIT, LOG, NEXT, RESULT, STARTED, Message, encode, now_ms, read_attempt, report
from .secret_values import mask_of_environment
from .task_process import TaskProcess

if TYPE_CHECKING:
    from .supervisor import Supervisor

#: Kept free on the disk for `exit.json`.
_EXIT_BYTES = 16 * 1024
_DEFAULT_GRACE_MS = 10_000
_KILL_AGAIN_S = 0.05


class Supervision:
    def __init__(self, supervisor: Supervisor, process: TaskProcess, folder: str, before: Optional[str] = None) -> None:
        """`before` is the folder of the attempt whose place this one takes."""
        self.folder = folder
        self.process = process
        self.ending = Ending()
        self._claim: Optional[Claim] = None
        self._is_prepared = False
        self._supervisor = supervisor
        self._before = before
        self._killing = False
        self._kill_at: Optional[float] = None

    # Before the task runs.

    def prepare(self) -> None:
        """All that can be done ahead of time. The process can be of no other attempt then. Raises OSError, ValueError."""
        self._read()
        self._ready_process()
        self._is_prepared = True

    def discard(self) -> None:
        """Of one that was prepared and did not begin."""
        self.process.discard()
        if self._claim is not None:
            self._claim.clear()

    def begin(self) -> Optional[str]:
        """Claims the attempt and lets the task go. Otherwise says why it cannot be ours."""
        try:
            if not self._is_prepared:
                self._read()
            assert self._claim is not None
            if not self._claim.make():
                return "another supervisor, or the platform, has claimed it"
        except (OSError, ValueError) as error:
            return f"its folder cannot be read: {error}"
        if not self._is_prepared:
            self._ready_process()
        self.ending.started_at = now_ms()
        self.process.release()
        return None

    def _read(self) -> None:
        self._attempt = read_attempt(self.folder)
        self._claim = Claim(os.path.join(self.folder, CLAIM), encode({"supervisor": self._supervisor.identity}))

    def _ready_process(self) -> None:
        self.memory = MemoryLimit(self.process, self._attempt.get("memoryBytes"))
        self.process.prepare(self.folder)

    def see_to_records(self) -> None:
        """The task runs already; whatever else there is to do costs it nothing."""
        if self._claim is not None:
            self._claim.clear()
        if self._attempt["run"]["type"] == "python":
            make_empty(os.path.join(self.folder, RESULT))
        self.memory.begin()
        self._log = Log(os.path.join(self.folder, LOG))
        out, err = self.process.pipes
        self._mask = mask_of_environment()
        self._pumps = [Pump(out, b"stdout", self._log, self._mask), Pump(err, b"stderr", self._log, self._mask)]
        # If there is no room for these two, we end here, and the task with us: a claim without an end is a disruption.
        self._tell_started()
        self._exit_file = Reserved(os.path.join(self.folder, EXIT), _EXIT_BYTES)

    @property
    def id(self) -> str:
        return self._attempt["id"]

    def _tell_started(self) -> None:
        told = {"supervisor": self._supervisor.identity, "at": self.ending.started_at}
        record = Reserved(os.path.join(self.folder, STARTED), 0)
        record.write(encode({**told, "task": self.process.identity}))
        _tell({"type": "started", "id": self.id, **self.process.identity, **told}, record)

    # While it runs.

    def watch(self) -> None:
        """Until the task has ended, and all of its processes have, killed if need be."""
        poll = select.poll()
        handlers: Dict[int, Callable[[], bool]] = {pump.fd: pump.read for pump in self._pumps}
        handlers[self.process.failure_fd] = self._read_exec_failure
        handlers[self._supervisor.woken] = self._supervisor.wake
        for fd in handlers:
            poll.register(fd, select.POLLIN)
        self._supervisor.reap()
        while not self._is_over():
            for fd, event in poll.poll(self._timeout_ms()):
                if not handlers[fd]() and event & select.POLLHUP:
                    poll.unregister(fd)
            self._do_what_is_due()
        self._clear()

    def saw_end_of(self, pid: int, status: int, usage: object) -> None:
        """The supervisor has reaped a process of ours."""
        self.ending.add(status, usage, is_main=pid == self.process.pid, killed_by_us=self._killing)

    def _is_over(self) -> bool:
        if self.ending.status is not None and self._kill_at is None:
            return True
        return self._supervisor.is_childless()

    def _timeout_ms(self) -> Optional[int]:
        times = [at for at in (self._kill_at, self.memory.look_at, *(pump.due for pump in self._pumps)) if at is not None]
        return max(0, int((min(times) - time.monotonic()) * 1000) + 1) if times else None

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        for pump in self._pumps:
            if pump.due is not None and pump.due <= now:
                pump.show_unended()
        if self._supervisor.take_termination() and self._is_meant():
            self._terminate(now)
        if self._kill_at is not None and self._kill_at <= now:
            self._kill()
            self._kill_at = now + _KILL_AGAIN_S
        if self.memory.look_at is not None and self.memory.look_at <= now and self.memory.look(self._members, self.ending):
            self._kill()

    def _is_meant(self) -> bool:
        """
        TRAP: a request to end the attempt before us may come when its place is ours already. The platform writes down
        what it cancels before it asks.
        """
        before = self._before is not None and os.path.exists(os.path.join(self._before, CANCEL))
        return not before or os.path.exists(os.path.join(self.folder, CANCEL))

    def _terminate(self, now: float) -> None:
        if self.ending.ended_by_us or self.ending.status is not None:
            return
        self.ending.ended_by_us = True
        self._kill_at = now + self._attempt.get("graceMs", _DEFAULT_GRACE_MS) / 1000
        try:
            os.killpg(self.process.pid, signal.SIGTERM)  # the group as one, so that no child just being forked is missed
        except (ProcessLookupError, PermissionError):
            pass
        tree.send(signal.SIGTERM, [pid for pid in self._members() if _group(pid) != self.process.pid])

    def _members(self) -> List[int]:
        return tree.members(os.getpid(), self._supervisor.not_of_attempt())

    def _kill(self) -> None:
        self._killing = True
        tree.freeze_and_kill(os.getpid(), self._supervisor.not_of_attempt())

    def _read_exec_failure(self) -> bool:
        failure = self.process.exec_failure()
        if failure:
            self.ending.failure = failure
        return failure is not None

    def _clear(self) -> None:
        poll = select.poll()
        poll.register(self._supervisor.woken, select.POLLIN)
        while not self._supervisor.is_childless():
            self._kill()
            poll.poll(int(_KILL_AGAIN_S * 1000))
            self._supervisor.wake()
            for pump in self._pumps:
                pump.read()  # a process cannot end while it waits for room in its pipe

    # At the end.

    def next_folder(self) -> str:
        """Of the attempt that is to take our place. Raises OSError if none was named."""
        return read_fully(os.path.join(self.folder, NEXT)).decode()

    def finish(self, follower: Optional[Supervision]) -> None:
        """`follower` has our place already; the platform is told so together with our end."""
        self._read_exec_failure()
        for pump in self._pumps:
            pump.drain()
        self._log.close()
        self.memory.conclude(self.ending)
        self._write_exit(self._without_secrets(exit_record(self._attempt, self.folder, self.ending)))
        told = {"type": "ended", "id": self.id}
        _tell(told if follower is None else {**told, "next": follower.id}, self._exit_file)
        self.process.close()

    def _without_secrets(self, record: Message) -> Message:
        """An exception may quote one; the task's own record of it is put right as well. What a task yields is its own affair."""
        result = record.get("result")
        if not self._mask or not isinstance(result, dict) or "error" not in result:
            return record
        hidden = {**result, "error": self._mask.hide_in(result["error"])}
        try:
            write_plain(os.path.join(self.folder, RESULT), encode(hidden))
        except OSError:
            os.unlink(os.path.join(self.folder, RESULT))  # no room; `exit.json` has it as well
        return {**record, "result": hidden}

    def _write_exit(self, record: Message) -> None:
        try:
            self._exit_file.write(encode(record))
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            full = {"completed": False, "diskFull": True, "error": {"type": "OSError", "message": "no space was left for the result"}}
            self._exit_file.write(encode({**record, "completed": False, "result": {"protocol": 1, **full}}))


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


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
