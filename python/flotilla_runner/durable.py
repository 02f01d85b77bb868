"""Files that are there whole or not at all."""

from __future__ import annotations

import os

from . import descriptors

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def write_fully(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def read_fully(path: str) -> bytes:
    """The whole file, with half of the system calls of `open().read()`."""
    fd = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while True:
            part = os.read(fd, max(4096, os.fstat(fd).st_size + 1) if not parts else 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
    finally:
        os.close(fd)


def write_plain(path: str, data: bytes) -> None:
    """For a file that is read only after its writer has ended: it need not be whole before that."""
    fd = os.open(path, _CREATE, 0o644)
    try:
        write_fully(fd, data)
    finally:
        os.close(fd)


def write_durable(path: str, data: bytes) -> None:
    """Survives the death of the machine as well. 0.7 ms on an SSD, nearly all of it the two syncs."""
    reserved = Reserved(path, 0)
    reserved.write(data)
    reserved.sync()


class Claim:
    """
    A file that one process can make and no second one. Its content is written before, so that only the name is left to be
    given: 0.05 ms instead of 0.4. Raises OSError if the folder is missing.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self._path = path
        self._part = f"{path}.{os.getpid()}"
        write_plain(self._part, data)

    def make(self) -> bool:
        """False if somebody was first."""
        try:
            os.link(self._part, self._path)
        except FileExistsError:
            self.clear()
            return False
        return True

    def clear(self) -> None:
        """Once it is made, or not wanted any more."""
        try:
            os.unlink(self._part)
        except FileNotFoundError:
            pass


def make_empty(path: str) -> None:
    """So that who writes it later need not wait for a new inode: 0.05 instead of 0.3 ms on ext4."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))
    except OSError:
        pass  # then it is made when it is written


class Reserved:
    """Room on the disk for a record that must be written even when, by then, the disk is full."""

    def __init__(self, path: str, size: int) -> None:
        self._path = path
        self._part = path + ".part"
        self._fd = os.open(self._part, _CREATE, 0o644)
        descriptors.own(self._fd)
        if size and hasattr(os, "posix_fallocate"):
            try:
                os.posix_fallocate(self._fd, 0, size)
            except OSError:
                pass  # full already, or a file system that cannot: then the write at the end has to do

    def write(self, data: bytes) -> None:
        """Puts the record in place, whole: it survives the death of any process from here on."""
        os.lseek(self._fd, 0, os.SEEK_SET)
        write_fully(self._fd, data)
        os.ftruncate(self._fd, len(data))
        os.replace(self._part, self._path)

    def close(self) -> None:
        descriptors.close(self._fd)

    def sync(self) -> None:
        """Makes it survive the death of the machine as well."""
        os.fsync(self._fd)
        descriptors.close(self._fd)
        _sync_folder(os.path.dirname(self._path))


def _sync_folder(path: str) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
