"""
A supervisor: a process in a session of its own, forked ahead of need, that carries out the attempt it is handed, and after
it, as long as there is one, the attempt that is to take its place. It never runs user code itself.
"""

from __future__ import annotations

import os
import resource  # noqa: F401 - os.wait4 imports it at its first call, and that would be at the end of each attempt
import signal
from typing import TYPE_CHECKING, Any, Callable, List, NoReturn, Optional, Tuple

from . import descriptors, tree
from .notices import notice, refuse
from .protocol import REPORTS_FD
from .supervision import Supervision
from .task_process import TaskProcess

if TYPE_CHECKING:
    from .start_queue import Starts


def run_spare(queue: Starts, notify: int, limits_memory: bool, rehearses: bool = True) -> NoReturn:
    """Runs in a process just forked: waits for one attempt, carries it out and those that follow in its place, and exits."""
    supervisor = Supervisor(limits_memory, rehearses)
    attempt: Optional[Supervision] = supervisor.first(queue, notify)
    descriptors.close_all_but([REPORTS_FD, *supervisor.fds()])
    while attempt is not None:
        attempt.see_to_records()
        attempt.watch()
        follower = supervisor.begin_follower(attempt)
        attempt.finish(follower)
        attempt = follower
    os._exit(0)


class Supervisor:
    def __init__(self, limits_memory: bool, rehearses: bool) -> None:
        """`rehearses` where there is time ahead of its attempt."""
        _lead_session()
        tree.become_subreaper()
        self.identity = {"pid": os.getpid(), "startTime": tree.start_time(os.getpid())}
        self._begun = False
        self._termination_asked = False
        self._follower_named = False
        self._has_children = True
        self._attempt: Optional[Supervision] = None
        self._signals = _wake_on_signals(self._on_terminate, self._on_child, self._on_news)
        self.woken = self._signals[0]
        self._process = TaskProcess(limits_memory, rehearses)
        #: Prepared to begin when the attempt ends.
        self._follower: Optional[Supervision] = None
        if rehearses:
            from .rehearsal import rehearse_supervision

            rehearse_supervision()

    def fds(self) -> List[int]:
        return [*self._signals, *(self._attempt.process.fds() if self._attempt else ())]

    def first(self, queue: Starts, notify: int) -> Supervision:
        """Waits for an attempt that is ours to run. Does not return when the parent is gone."""
        while True:
            folder = queue.wait()
            if folder is None:
                self._leave()
            attempt = Supervision(self, self._process, folder)
            self._begun = True  # from here on SIGTERM asks the task to end, and no longer us
            reason = attempt.begin()
            if reason is None:
                break
            self._begun = False
            refuse(folder, reason)
        self._attempt = attempt
        notice(notify, attempt.memory.bytes is not None, folder)
        return attempt

    def begin_follower(self, attempt: Supervision) -> Optional[Supervision]:
        """
        Lets the attempt that takes the place of this one go, before the records of this one are written. None where
        there is none, or it was named too late: then the platform starts it elsewhere.
        """
        follower, self._follower = self._follower, None
        self._follower_named = False
        if follower is None:
            return None
        if self._termination_asked or attempt.ending.ended_by_us or follower.begin() is not None:
            follower.discard()
            return None
        self._attempt = follower
        self._has_children = True
        return follower

    # Signals and children.

    def wake(self) -> bool:
        try:
            os.read(self.woken, 4096)
        except BlockingIOError:
            return True
        self.reap()
        self._prepare_follower()
        return True

    def reap(self) -> None:
        assert self._attempt is not None
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                self._has_children = False  # and, orphans coming to us, no descendant
                return
            if pid == 0:
                return
            if self._follower is not None and pid == self._follower.process.pid:
                self._follower.process.forget()
                self._follower = None
            else:
                self._attempt.saw_end_of(pid, status, usage)

    def is_childless(self) -> bool:
        """Whether nothing of the attempt runs any more."""
        if not self._has_children:
            return True
        if self._follower is None or self._attempt is None or self._attempt.ending.status is None:
            return False
        return tree.children(os.getpid()) == [self._follower.process.pid]

    def not_of_attempt(self) -> Tuple[int, ...]:
        return () if self._follower is None else (self._follower.process.pid,)

    def take_termination(self) -> bool:
        """Whether we were asked to end the attempt since the last call."""
        asked, self._termination_asked = self._termination_asked, False
        return asked

    def _prepare_follower(self) -> None:
        attempt = self._attempt
        if not self._follower_named or attempt is None or attempt.ending.status is not None:
            return
        self._follower_named = False
        if self._follower is not None:  # another one was named instead
            self._follower.discard()
            self._follower = None
        try:
            folder = attempt.next_folder()
            process = TaskProcess(attempt.memory.bytes is not None, rehearses=False)
        except OSError:
            return  # no room for a process now; the platform starts it elsewhere
        self._has_children = True
        self._follower = Supervision(self, process, folder, before=attempt.folder)
        try:
            self._follower.prepare()
        except (OSError, ValueError):
            self._follower.discard()
            self._follower = None

    def _leave(self) -> NoReturn:
        """Nothing was taken: the parent is gone, or needs us no more."""
        self._begun = True  # the end of the child is no surprise now
        self._process.discard()
        os._exit(0)

    def _on_terminate(self, *_: Any) -> None:
        if not self._begun:
            self._leave()
        self._termination_asked = True

    def _on_child(self, *_: Any) -> None:
        if not self._begun:
            os._exit(1)  # the waiting child was killed: a new pair takes our place

    def _on_news(self, *_: Any) -> None:
        """SIGUSR1: of a follower when an attempt runs; before that, that there is nothing to wait for."""
        if not self._begun:
            self._leave()
        self._follower_named = True


def _lead_session() -> None:
    try:
        os.setsid()
    except PermissionError:
        pass  # the main process of a container leads one already


def _wake_on_signals(
    on_terminate: Callable[..., None], on_child: Callable[..., None], on_news: Callable[..., None]
) -> Tuple[int, int]:
    """Signals also arrive as bytes in a pipe, so that none is missed between looking and waiting."""
    woken, wake = descriptors.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, on_terminate)
    signal.signal(signal.SIGCHLD, on_child)
    signal.signal(signal.SIGUSR1, on_news)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    return woken, wake
