"""A warm child: imports one module of the user's, and keeps spares that have it imported as well."""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import sys
from typing import NoReturn

from . import descriptors
from .spares import Spares
from .start_queue import StartQueue
from .supervisor import run_spare

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def run_warm_child(module: str, queue: StartQueue, control: int, ready: int) -> NoReturn:
    """
    Never returns. Ends when `control` closes, which is when the parent is gone or has no more use for it. A byte on
    `ready` says that the module is imported, an `l` later that a spare was lost; otherwise the exit code says that it cannot be.
    """
    try:
        _import(module)
    except BaseException:  # whatever it is, it will be told in the attempt that it belongs to
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os.write(ready, b"r")
    woken, wake = descriptors.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    # A collection in a child would write to the memory of every object, and so copy all of it.
    gc.collect()
    gc.freeze()
    spares = Spares(queue, run_spare, on_loss=lambda: _tell_loss(ready))
    spares.keep()
    while True:
        poll = select.poll()
        for fd in (control, woken, *spares.fds()):
            poll.register(fd, select.POLLIN)
        due = spares.due_in_s()
        ready_fds = {fd for fd, _ in poll.poll(None if due is None else due * 1000 + 1)}
        if control in ready_fds:
            os._exit(0)
        spares.attend(ready_fds)
        if woken in ready_fds:
            os.read(woken, 4096)
            spares.reap()
        spares.tend()


def _import(module: str) -> None:
    """
    With fewer collections meanwhile: nearly all that an import makes stays, and looking for garbage again and again took a
    tenth of the import of scikit-learn. Not without any, for modules that work through data of theirs.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *usual[1:])
    importlib.import_module(module)
    if gc.get_threshold()[0] == _OBJECTS_BETWEEN_COLLECTIONS:  # else the module has set its own
        gc.set_threshold(*usual)


def _tell_loss(ready: int) -> None:
    try:
        os.write(ready, b"l")
    except OSError:
        pass  # the parent is gone
