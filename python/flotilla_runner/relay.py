"""
`relay FOLDER`: one attempt as the main process of a container whose disk the engine does not see. What grows while the task
runs is told on stdout, which Docker keeps and streams; all of it stands in the folder until the container is removed.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import sys
from typing import Dict, NoReturn, Optional

from .durable import read_fully, write_fully, write_plain
from .protocol import EXIT, LOG, PROGRESS, STARTED, Message, encode, read_attempt
from .remote_supervisor import SupervisorProcess
from .sealed import changed_below
from .secret_values import take_in

#: The last word, beside `exit.json`: what else is to be known of the files here.
HANDED_IN = "handed-in.json"
#: Makes a line of less than 16 KiB, the most that Docker keeps in one piece.
_PIECE_BYTES = 11_520
#: A last word that is longer is left to be fetched.
_MOST_TOLD_BYTES = 65_536
#: Between two looks at the files; a look takes some microseconds.
_LOOK_EVERY_S = 0.05
_INPUTS = "inputs"


def relay(folder: str) -> NoReturn:
    """Does not return; raises OSError, ValueError where the folder cannot be read."""
    take_in()
    grace_s = read_attempt(folder)["graceMs"] / 1000
    supervisor = SupervisorProcess()
    signal.signal(signal.SIGTERM, lambda *_: supervisor.end(grace_s))
    supervisor.begin(sys.executable, folder, {})
    teller = Teller(folder)
    # Its end wakes us at once.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while not supervisor.has_ended():
        teller.tell()
        signal.sigtimedwait({signal.SIGCHLD}, _LOOK_EVERY_S)
    # Before the rest is told, which waits for a Docker that is away.
    _hand_in(folder, supervisor.last_words())
    teller.tell()
    teller.tell_last(HANDED_IN)
    os._exit(0)


class Teller:
    """A line for each piece of a file: its name, the byte that the piece begins at, and the piece in base64."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._told: Dict[str, int] = {STARTED: 0, LOG: 0, PROGRESS: 0}

    def tell(self) -> None:
        """What has come since the last time."""
        for name in self._told:
            while self._tell_piece(name):
                pass

    def tell_last(self, name: str) -> None:
        """Of a file that is there whole, when nothing else has to be told."""
        if _size_of(os.path.join(self._folder, name)) <= _MOST_TOLD_BYTES:
            self._told = {name: 0}
            self.tell()

    def _tell_piece(self, name: str) -> bool:
        at = self._told[name]
        piece = _piece_of(os.path.join(self._folder, name), at)
        if not piece:
            return False
        write_fully(1, b"%s %d %s\n" % (name.encode(), at, base64.b64encode(piece)))
        self._told[name] = at + len(piece)
        return len(piece) == _PIECE_BYTES


def _piece_of(path: str, at: int) -> bytes:
    try:
        with open(path, "rb") as file:
            file.seek(at)
            return file.read(_PIECE_BYTES)
    except FileNotFoundError:
        return b""


def _hand_in(folder: str, last_words: Optional[Message]) -> None:
    """`exit` is left out where the supervisor was killed before it could write one."""
    record = os.path.join(folder, EXIT)
    ended = json.loads(read_fully(record)) if os.path.exists(record) else last_words
    told: Message = {
        "host": socket.gethostname(),
        "logBytes": _size_of(os.path.join(folder, LOG)),
        "progressBytes": _size_of(os.path.join(folder, PROGRESS)),
        "changedInputs": changed_below(os.path.join(folder, _INPUTS)),
        **({} if ended is None else {"exit": ended}),
    }
    write_plain(os.path.join(folder, HANDED_IN), encode(told))


def _size_of(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
