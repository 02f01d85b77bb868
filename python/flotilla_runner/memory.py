"""
Memory of an attempt: limited by a control group where one may be made, else watched; and how its end is told.

Version 1 groups are made below the group we are in. Version 2 allows no processes beside sub-groups, so there the new
group stands beside ours, where its parent hands the memory controller down to us (a delegated user slice does).
"""

from __future__ import annotations

import os
from typing import Iterable, List, Optional, Tuple

from .durable import read_fully

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
WATCH_EVERY_S = 0.1
_PREFIX = "flotilla-"


class Cgroup:
    """A control group of one attempt. Removed with `remove` once its processes are gone."""

    def __init__(self, path: str, version: int) -> None:
        self.path = path
        self.version = version

    def attach(self, pid: int) -> None:
        """Up to 15 ms, when no process changed its group for a while: done ahead of need."""
        _put(os.path.join(self.path, "cgroup.procs"), pid)

    def limit(self, limit_bytes: int) -> None:
        if self.version == 1:
            _put(os.path.join(self.path, "memory.limit_in_bytes"), limit_bytes)
            _put_if_there(os.path.join(self.path, "memory.memsw.limit_in_bytes"), limit_bytes)
        else:
            _put_if_there(os.path.join(self.path, "memory.swap.max"), 0)
            _put(os.path.join(self.path, "memory.max"), limit_bytes)

    def oom_kills(self) -> int:
        return _counter(os.path.join(self.path, "memory.oom_control" if self.version == 1 else "memory.events"), "oom_kill")

    def peak_bytes(self) -> int:
        """
        The most it used. The page cache counts against a limit only until it is needed, so what of it is still there
        when all processes are gone is taken off again.
        """
        names = ("memory.max_usage_in_bytes", "memory.usage_in_bytes") if self.version == 1 else ("memory.peak", "memory.current")
        peak, left = (_number(os.path.join(self.path, name)) for name in names)
        return max(0, peak - left)

    def remove(self) -> None:
        try:
            os.rmdir(self.path)
        except OSError:
            pass  # a process that the kernel does not let go; an empty group costs next to nothing


def may_make_cgroups() -> bool:
    """`FLOTILLA_MEMORY=watch` keeps to watching, where groups are there and do not work as they should."""
    return os.environ.get("FLOTILLA_MEMORY") != "watch"


def make_cgroup(supervisor: int, task: int) -> Optional[Cgroup]:
    """A new group with no limit yet, named after the two pids, or None where none may be made."""
    for parent, version in cgroup_places() if may_make_cgroups() else []:
        group = Cgroup(os.path.join(parent, f"{_PREFIX}{supervisor}-{task}"), version)
        try:
            os.mkdir(group.path)
        except OSError:
            continue
        wanted = "memory.limit_in_bytes" if version == 1 else "memory.max"
        if os.access(os.path.join(group.path, wanted), os.W_OK):
            return group
        group.remove()
    return None


def remove_abandoned() -> None:
    """The groups of supervisors that were killed. One with a process in it cannot be removed, and is left."""
    for parent, version in cgroup_places():
        for name in os.listdir(parent):
            supervisor = _supervisor_in(name)
            if supervisor is not None and not os.path.exists(f"/proc/{supervisor}"):
                Cgroup(os.path.join(parent, name), version).remove()


def _supervisor_in(name: str) -> Optional[str]:
    """Of a group as we name them; others may have names that begin the same."""
    pids = name[len(_PREFIX) :].split("-") if name.startswith(_PREFIX) else []
    return pids[0] if len(pids) == 2 and all(pid.isdigit() for pid in pids) else None


_places: Optional[List[Tuple[str, int]]] = None


def cgroup_places() -> List[Tuple[str, int]]:
    """Where groups may be made, with their version; looked up once."""
    global _places
    if _places is None:
        _places = find_places(_text("/proc/self/cgroup"), _text("/proc/self/mounts"))
    return _places


def find_places(own: str, mounts: str) -> List[Tuple[str, int]]:
    """From the contents of `/proc/self/cgroup` and `/proc/self/mounts`; only folders that we may write."""
    candidates: List[Tuple[str, int]] = []
    for mount in mounts.splitlines():
        _, point, kind, options = mount.split(" ")[:4]
        if kind == "cgroup" and "memory" in options.split(","):
            path = _own_path(own, "memory")
            # Within a container the path is often that of the host, which is not mounted here.
            candidates += [(_join(point, path), 1), (point, 1)]
        elif kind == "cgroup2":
            path = _own_path(own, "")
            for folder in (_join(point, path), _join(point, os.path.dirname(path))):
                if "memory" in _text(os.path.join(folder, "cgroup.subtree_control")).split():
                    candidates.append((folder, 2))
    return [place for place in dict.fromkeys(candidates) if os.access(place[0], os.W_OK)]


def host_oom_kills() -> int:
    """How many processes the kernel has killed for want of memory, in all groups together."""
    return _counter("/proc/vmstat", "oom_kill")


def resident_bytes(pids: Iterable[int]) -> int:
    """Of all of them; memory that they share is counted for each."""
    total = 0
    for pid in pids:
        fields = _text(f"/proc/{pid}/statm").split()
        total += int(fields[1]) * _PAGE if len(fields) > 1 else 0
    return total


def proportional_bytes(pids: Iterable[int]) -> int:
    """As `resident_bytes`, with shared memory divided among those who share it. Exact, and dear: milliseconds per GB."""
    total = 0
    for pid in pids:
        kilobytes = _counter(f"/proc/{pid}/smaps_rollup", "Pss:")
        total += kilobytes * 1024 if kilobytes else resident_bytes([pid])
    return total


def _own_path(own: str, controller: str) -> str:
    for line in own.splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path
    return "/"


def _join(point: str, path: str) -> str:
    return os.path.normpath(point + "/" + path)


def _counter(path: str, name: str) -> int:
    for line in _text(path).splitlines():
        fields = line.split()
        if len(fields) > 1 and fields[0] == name:
            return int(fields[1])
    return 0


def _number(path: str) -> int:
    text = _text(path).strip()
    return int(text) if text.isdigit() else 0


def _text(path: str) -> str:
    try:
        return read_fully(path).decode("utf-8", "replace")
    except OSError:
        return ""


def _put(path: str, value: int) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))


def _put_if_there(path: str, value: int) -> None:
    try:
        _put(path, value)
    except OSError:
        pass  # swap is not accounted on this machine
