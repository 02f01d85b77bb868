"""Processes: who they are, who descends from whom, and how to end all of a tree."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Collection, Dict, Iterable, List, Set, Tuple

from .durable import read_fully

HAS_PROC = os.path.exists("/proc/self/stat")
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _load_prctl():
    try:
        return ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None  # not Linux


_prctl = _load_prctl()


def become_subreaper() -> bool:
    """From now on orphans below us become our children, also those that left our session. False where that cannot be."""
    return _prctl is not None and _prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def die_with_parent(parent: int) -> None:
    """Asks the kernel to kill us when our parent dies, and ends us if that has already happened."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def start_time(pid: int) -> str:
    """Together with the pid it names a process for good. Empty if there is no such process."""
    if not HAS_PROC:
        return _ps(["-o", "lstart=", "-p", str(pid)]).strip()
    fields = _stat_fields(pid)
    return fields[19] if fields else ""


def descendants(root: int) -> List[int]:
    """All processes below `root`, those nearest to it first; zombies included."""
    found: List[int] = []
    generation = children(root)
    seen: Set[int] = set()
    while generation:
        fresh = [pid for pid in generation if pid not in seen]
        seen.update(fresh)
        found.extend(fresh)
        generation = [child for pid in fresh for child in children(pid)]
    return found


def freeze_and_kill(root: int, but: Collection[int] = ()) -> bool:
    """
    Kills all processes below `root` except `but`; false if there were none. They are stopped first, again and again until no new
    one shows up, because a tree that forks faster than it is walked would otherwise grow back.
    """
    frozen: Set[int] = set()
    while True:
        fresh = [pid for pid in members(root, but) if pid not in frozen]
        if not fresh:
            break
        send(signal.SIGSTOP, fresh)
        frozen.update(fresh)
    send(signal.SIGKILL, frozen)
    return bool(frozen)


def members(root: int, but: Collection[int] = ()) -> List[int]:
    """The processes of the tree of a supervisor except `but`: below it, and of its session, for where there is no subreaper."""
    below = [pid for pid in descendants(root) if pid not in but]
    if _prctl is not None:
        return below
    known = {*below, *but}
    return below + [pid for pid, _, session in _all_processes() if session == root and pid != root and pid not in known]


def send(number: int, pids: Iterable[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # gone, or given up its rights to us


def is_alive(pid: int) -> bool:
    """A process that has ended and waits to be noticed is not."""
    fields = _stat_fields(pid)
    return bool(fields) and fields[0] != "Z"


def children(pid: int) -> List[int]:
    """Those nearest below it, zombies included."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return [] if HAS_PROC else _children_by_table(pid)
    children: List[int] = []
    for thread in threads:
        try:
            children.extend(map(int, read_fully(f"/proc/{pid}/task/{thread}/children").split()))
        except FileNotFoundError:
            # The thread is gone, or the kernel is built without these files.
            if os.path.exists(f"/proc/{pid}/task/{thread}"):
                return _children_by_table(pid)
        except OSError:
            pass
    return children


def _children_by_table(pid: int) -> List[int]:
    return [child for child, parent, _ in _all_processes() if parent == pid]


def _all_processes() -> List[Tuple[int, int, int]]:
    """Pid, parent and session (where there is no /proc: process group) of each process."""
    if not HAS_PROC:
        rows = (line.split() for line in _ps(["-A", "-o", "pid=,ppid=,pgid="]).splitlines())
        return [(int(row[0]), int(row[1]), int(row[2])) for row in rows if len(row) == 3]
    table: Dict[int, Tuple[int, int, int]] = {}
    for name in os.listdir("/proc"):
        fields = _stat_fields(int(name)) if name.isdigit() else []
        if fields:
            table[int(name)] = (int(name), int(fields[1]), int(fields[3]))
    return list(table.values())


def _stat_fields(pid: int) -> List[str]:
    """The fields after the process's name, which may hold anything, blanks and brackets too: state, parent, group, session …"""
    try:
        return read_fully(f"/proc/{pid}/stat").rpartition(b") ")[2].decode().split()
    except OSError:
        return []


def _ps(arguments: List[str]) -> str:
    import subprocess  # here, because every page of the heap costs at each fork

    done = subprocess.run(["ps", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"}, check=False)
    return done.stdout.decode(errors="replace")
