"""What a task prints, copied to its log in the format of Kubernetes' container logs."""

from __future__ import annotations

import os
import time
from typing import List, Optional

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]

from . import descriptors
from .secret_values import Hiding, Mask

#: Longer lines are written in pieces.
PIECE_BYTES = 64 * 1024
_READ_BYTES = 256 * 1024
_PIPE_BYTES = 1024 * 1024
_F_SETPIPE_SZ = 1031
#: A line without an end is shown after this time: a progress bar never ends its line.
SHOW_UNENDED_AFTER_S = 0.5


class Log:
    """
    The file; made with the first record. What cannot be written, the disk being full, is dropped: a task may not hang on its
    log. Where something is missing a record says so, as soon as there is room for it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd: Optional[int] = None
        self._lost_bytes = 0
        self._is_torn = False

    def write(self, records: bytes) -> None:
        try:
            if self._fd is None:
                self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
                descriptors.own(self._fd)
            if self._lost_bytes:
                told = b" stderr F [flotilla: the disk was full; up to %d bytes of this log are lost here]\n" % self._lost_bytes
                self._append(stamp() + told)
                self._lost_bytes = 0
            self._append(records)
        except OSError:
            self._lost_bytes += len(records)

    def _append(self, records: bytes) -> None:
        """What follows a record that was cut off must not be taken for the rest of it."""
        if self._is_torn:
            records = b"\n" + records
        written = 0
        try:
            while written < len(records):
                written += os.write(self._fd, memoryview(records)[written:])  # type: ignore[arg-type]
            self._is_torn = False
        except OSError:
            if written > 0:
                self._is_torn = records[written - 1 : written] != b"\n"
            raise

    def close(self) -> None:
        if self._fd is not None:
            descriptors.close(self._fd)


class Pump:
    """Copies one stream, without secrets. `fd` is the reading end of its pipe and must not block."""

    def __init__(self, fd: int, stream: bytes, log: Log, mask: Optional[Mask] = None) -> None:
        self.fd = fd
        self._hiding = Hiding(mask) if mask else None
        self._full = b" " + stream + b" F "
        self._piece = b" " + stream + b" P "
        self._log = log
        self._held = b""
        self._continues = False
        self._grown = False
        #: When the unended line is due to be shown, by the monotonic clock.
        self.due: Optional[float] = None

    def read(self) -> bool:
        """Copies what is there, up to 256 KiB. False if there will be no more, or is none now."""
        try:
            data = os.read(self.fd, _READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return False
        if not data:
            return False
        if len(data) >= PIECE_BYTES and not self._grown:
            self._grow()
        if self._hiding is not None:
            data = self._hiding.feed(data)
        if data:
            self._copy(data)
        return True

    def drain(self) -> None:
        """To be called when all writers are gone. Copies the rest; the last line is whole now, ended or not."""
        while self.read():
            pass
        rest = b"" if self._hiding is None else self._hiding.rest()
        if rest:
            self._copy(rest)
        if self._held or self._continues:
            self._log.write(stamp() + self._full + self._held + b"\n")
            self._held = b""
            self._continues = False

    def show_unended(self) -> None:
        if self._held:
            self._log.write(stamp() + self._piece + self._held + b"\n")
            self._continues = True
            self._held = b""
        self.due = None

    def _copy(self, data: bytes) -> None:
        time_of_read = stamp()
        if self._held:
            data = self._held + data
        end = data.rfind(b"\n") + 1
        records: List[bytes] = []
        if end:
            self._add_lines(data[: end - 1], time_of_read, records)
            self._continues = False
        rest = data[end:]
        while len(rest) > PIECE_BYTES:
            records.append(time_of_read + self._piece + rest[:PIECE_BYTES] + b"\n")
            self._continues = True
            rest = rest[PIECE_BYTES:]
        self._held = rest
        self.due = time.monotonic() + SHOW_UNENDED_AFTER_S if rest else None
        if records:
            self._log.write(b"".join(records))

    def _add_lines(self, lines: bytes, time_of_read: bytes, records: List[bytes]) -> None:
        """`lines` are ended lines without the last new line. One `replace` for all that are short: 1 GB/s."""
        full = time_of_read + self._full
        start = 0
        while len(lines) - start > PIECE_BYTES:
            cut = lines.rfind(b"\n", start, start + PIECE_BYTES + 1)
            if cut != -1:
                records.append(full + lines[start:cut].replace(b"\n", b"\n" + full) + b"\n")
                start = cut + 1
            else:
                records.append(time_of_read + self._piece + lines[start : start + PIECE_BYTES] + b"\n")
                start += PIECE_BYTES
        records.append(full + lines[start:].replace(b"\n", b"\n" + full) + b"\n")

    def _grow(self) -> None:
        self._grown = True
        try:
            fcntl.fcntl(self.fd, _F_SETPIPE_SZ, _PIPE_BYTES)
        except (OSError, AttributeError):
            pass  # not Linux, or this user has many large pipes already


_second = -1
_second_text = b""


def stamp() -> bytes:
    """`2026-11-23T22:16:02.123456Z`"""
    global _second, _second_text
    second, rest = divmod(time.time_ns() // 1000, 1_000_000)
    if second != _second:
        _second = second
        _second_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)).encode()
    return b"%s.%06dZ" % (_second_text, rest)
