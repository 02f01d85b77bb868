"""Folders of attempts, handed by a parent to whichever of its spare supervisors is free."""

from __future__ import annotations

import os
import select
import socket
from typing import TYPE_CHECKING, List, Optional

from . import descriptors
from .protocol import CLAIM

if TYPE_CHECKING:
    from typing import Protocol

    class Starts(Protocol):
        """Where a supervisor gets the folder of its attempt from."""

        def wait(self) -> Optional[str]: ...


_LARGEST_START = 64 * 1024
_REMEMBERED = 200


class StartQueue:
    """
    All spares read from one socket of whole messages, so the kernel gives each start to exactly one of them and the
    parent need not know which. What nobody has read yet can be taken back, whatever became of the spares.
    """

    def __init__(self) -> None:
        try:
            pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._tells_end = True
        except (OSError, AttributeError):  # macOS has only message sockets that do not tell of their end; `alive` does
            pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._tells_end = False
        self.sender, self._receiver = pair[0].detach(), pair[1].detach()
        os.set_blocking(self.sender, False)
        descriptors.own(self.sender, self._receiver)
        self._alive, self._held_by_parent = descriptors.pipe()
        self._backlog: List[bytes] = []
        self._handed: List[str] = []

    def put(self, folder: str) -> None:
        if len(self._handed) > _REMEMBERED:
            self._handed = self._unclaimed()
        self._handed.append(folder)
        self._backlog.append(folder.encode())
        self.flush()

    def put_again(self) -> None:
        """
        After a spare was killed: it may have had a start in its hands, since the kernel gives a message even to a process
        that it is about to kill. Taken out of the queue first, so that none is in it twice.
        """
        for folder in self.take_all():
            self.put(folder)

    def take_all(self) -> List[str]:
        """All starts that nobody has claimed, whether still in the queue or not."""
        while self.take_back() is not None:
            pass
        unclaimed, self._handed = self._unclaimed(), []
        return unclaimed

    def _unclaimed(self) -> List[str]:
        return [folder for folder in self._handed if os.path.exists(folder) and not os.path.exists(os.path.join(folder, CLAIM))]

    def flush(self) -> None:
        """Hands on what the socket had no room for."""
        while self._backlog:
            try:
                os.write(self.sender, self._backlog[0])
            except OSError:
                return  # full
            self._backlog.pop(0)

    @property
    def is_full(self) -> bool:
        return bool(self._backlog)

    @property
    def receiver(self) -> int:
        """Ready when there is a start that nobody has taken."""
        return self._receiver

    def readers_fds(self) -> List[int]:
        """What those who wait keep open; they end when the last sender is closed, which must be the parent's."""
        return [self._receiver, self._alive]

    def fds(self) -> List[int]:
        return [self.sender, self._held_by_parent, *self.readers_fds()]

    def wait(self) -> Optional[str]:
        """The next folder; None when the parent is gone."""
        if self._tells_end:
            # Blocking, because then one waiting process is woken, and with `select` all of them.
            return os.read(self._receiver, _LARGEST_START).decode() or None
        while True:
            ready, _, _ = select.select(self.readers_fds(), [], [])
            folder = self.take_back()
            if folder is not None or self._alive in ready:
                return folder

    def take_back(self) -> Optional[str]:
        """A start that nobody has taken yet, if there is one."""
        with socket.socket(fileno=os.dup(self._receiver)) as receiver:
            try:
                folder = receiver.recv(_LARGEST_START, socket.MSG_DONTWAIT)
            except OSError:
                folder = b""
        if not folder and self._backlog:
            folder = self._backlog.pop(0)
        return folder.decode() or None
