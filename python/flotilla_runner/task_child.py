"""The process that becomes the task: forked ahead of need, it waits for its attempt and then runs it, or executes it."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import sys
from typing import NoReturn, Optional

from . import descriptors, tree
from .protocol import Message, encode, read_attempt
from .task import end_as_python_does, enter, prepare_task, program_of, run_task

#: Executing may go well another time.
_PASSING = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ETXTBSY, errno.EINTR)
_CANNOT_EXECUTE = 127
#: When the kernel must kill somebody for want of memory, it should be a task, and neither engine, store nor supervisor.
_OOM_SCORE = b"300"


def run_task_child(supervisor: int, rehearses: bool, stdout: int, stderr: int, go: int, failure: int) -> NoReturn:
    """Never returns. `failure` tells the supervisor why a program could not be executed."""
    tree.die_with_parent(supervisor)
    os.setpgid(0, 0)
    _default_signals()
    for source, target in ((stdout, 1), (stderr, 2)):
        os.dup2(source, target)
    descriptors.close_all_but([go, failure])
    _prefer_as_oom_victim()
    _new_randomness()
    if rehearses:
        from .rehearsal import rehearse_task

        rehearse_task()
    orders = Orders(go)
    folder = orders.folder()
    attempt = read_attempt(folder)
    enter(folder, attempt)
    if attempt["run"]["type"] == "exec" or attempt["run"].get("freshProcess"):
        orders.wait_for_release()
        _execute(folder, attempt, failure)
    descriptors.close(failure)
    task = prepare_task(attempt)
    orders.wait_for_release()
    code = run_task(folder, attempt, task)
    try:
        end_as_python_does(code)
    finally:
        os._exit(code)


class Orders:
    """What the supervisor says: first which attempt it may be, then that it is. When it goes away instead, so do we."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._said = b""

    def folder(self) -> str:
        return json.loads(self._line())

    def wait_for_release(self) -> None:
        self._line()
        descriptors.close(self._fd)

    def _line(self) -> bytes:
        while b"\n" not in self._said:
            more = os.read(self._fd, 1 << 16)
            if not more:
                os._exit(0)
            self._said += more
        line, _, self._said = self._said.partition(b"\n")
        return line


def exec_failure(fd: int) -> Optional[Message]:
    """What a child wrote to `failure`: members of `exit.json`. None if it wrote nothing (any more)."""
    try:
        text = os.read(fd, 1 << 16)
    except BlockingIOError:
        return None
    return json.loads(text) if text else None


def _execute(folder: str, attempt: Message, failure: int) -> NoReturn:
    try:
        argv, env = program_of(folder, attempt)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.execvpe(argv[0], argv, env)
    except OSError as error:
        what = f"{attempt['run'].get('argv', [sys.executable])[0]} cannot be executed: {error.strerror}"
        if error.errno in _PASSING:
            told: Message = {"neverStarted": what}
        else:
            told = {"config": {"code": "TASK_CONFIG", "message": what + _mend(error.errno)}}
    except ValueError as error:  # a NUL byte in an argument
        told = {"config": {"code": "TASK_CONFIG", "message": f"its arguments cannot be passed to a program: {error}"}}
    os.write(failure, encode(told))
    os._exit(_CANNOT_EXECUTE)


def _mend(number: Optional[int]) -> str:
    if number == errno.ENOENT:
        return "; install it, or correct the name (it was looked for on PATH)"
    if number == errno.EACCES:
        return "; make the file executable"
    if number == errno.E2BIG:
        return "; pass what is large as a file"
    return ""


def _default_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _prefer_as_oom_victim() -> None:
    try:
        fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    except OSError:
        return
    try:
        os.write(fd, _OOM_SCORE)
    except OSError:
        pass
    finally:
        os.close(fd)


def _new_randomness() -> None:
    """Otherwise all children of one parent would draw the same numbers. Generators that users made are theirs to seed."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
