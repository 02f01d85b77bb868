"""What a spare tells of the start it was handed: to the pool that it is of, and to the engine where it cannot take it."""

from __future__ import annotations

import os

from .protocol import read_attempt, report


def notice(fd: int, limits_memory: bool, folder: str) -> None:
    """Tells the pool that this process, a spare of it, has taken a start."""
    try:
        os.write(fd, f"{os.getpid()} {int(limits_memory)} {folder}\0".encode())
    except OSError:
        pass  # the parent is gone; the attempt goes on


def refuse(folder: str, reason: str) -> None:
    report({"type": "refused", "id": _id_of(folder), "reason": reason[:1000]})


def _id_of(folder: str) -> str:
    """TRAP: on this machine the folder is called by the id, and elsewhere it is not. One that cannot be read is refused for that."""
    try:
        return read_attempt(folder)["id"]
    except (OSError, ValueError, KeyError):
        return os.path.basename(folder.rstrip("/"))
