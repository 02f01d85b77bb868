"""How a task leaves its `result.json`, also on a full disk."""

from __future__ import annotations

import errno
import os

from .durable import write_plain
from .protocol import OUTPUTS, RESULT, VERSION, WORK, Message, encode

#: What the system says of a disk, or a quota, that is full.
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
#: Exit code of a task that had not even room to say so: EX_IOERR of sysexits.h.
NO_ROOM = 74


def no_room_result() -> Message:
    error = {"type": "OSError", "message": "no space was left for the result", "fatal": False}
    return {"protocol": VERSION, "completed": False, "diskFull": True, "error": error}


def write_result(folder: str, result: Message, code: int) -> int:
    """
    Writes it and answers with the exit code. What a task wrote that found the disk full is not whole: it goes, so that there is
    room for this word of it, for the records of others, and for the next attempt.
    """
    if result.get("diskFull"):
        _empty(folder)
    try:
        _write(folder, result)
        return code
    except OSError as error:
        if error.errno not in FULL:
            raise
    _empty(folder)
    try:
        _write(folder, no_room_result())
        return 1
    except OSError:
        return NO_ROOM


def _write(folder: str, result: Message) -> None:
    write_plain(os.path.join(folder, RESULT), encode(result))


def _empty(folder: str) -> None:
    """The folders themselves stay: one of them is our own current one."""
    import shutil  # for the few that need it

    for name in (OUTPUTS, WORK):
        try:
            entries = list(os.scandir(os.path.join(folder, name)))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
                continue
            try:
                os.unlink(entry.path)
            except OSError:
                pass
