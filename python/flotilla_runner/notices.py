"""What a spare tells of the start it was handed: to the pool that it is of, and to the engine where it cannot take it."""

from __future__ import annotations

import os

from .protocol import report


def notice(fd: int, limits_memory: bool, folder: str) -> None:
    """Tells the pool that this process, a spare of it, has taken a start."""
    try:
        os.write(fd, f"{os.getpid()} {int(limits_memory)} {folder}\0".encode())
    except OSError:
        pass  # the parent is gone; the attempt goes on


def refuse(folder: str, reason: str) -> None:
    # The folder of an attempt has its id as its name.
    report({"type": "refused", "id": os.path.basename(folder.rstrip("/")), "reason": reason[:1000]})
