"""
Optional helpers for code that Flotilla runs. Nothing needs them; outside of a run they do nothing, so that the same
function works by hand and in a test.

    import flotilla

    for epoch in range(epochs):
        loss = train(epoch)
        flotilla.metric("loss", loss, step=epoch)
        flotilla.progress((epoch + 1) / epochs, f"epoch {epoch + 1}")
"""

from __future__ import annotations

import atexit
import json
import math
import os
import time
from pathlib import Path
from typing import Any, Dict, Optional

__all__ = ["Fatal", "attempt", "checkpoint", "metric", "progress", "task"]

_LONGEST_LINE = 4096
_by_hand: Optional[Path] = None


class Fatal(Exception):
    """Raise it when trying again would be in vain: the task fails for good, whatever its retries."""


def progress(fraction: Optional[float] = None, message: Optional[str] = None) -> None:
    """How far the task is, from 0 to 1, and in words."""
    record: Dict[str, Any] = {}
    if fraction is not None:
        record["fraction"] = min(1.0, max(0.0, float(fraction)))
    if message is not None:
        record["message"] = str(message)[:500]
    _write(record)


def metric(name: str, value: float, step: Optional[int] = None) -> None:
    """One point of a metric over time. What is not a finite number leaves a gap."""
    number = float(value)
    record: Dict[str, Any] = {"metric": str(name)[:200], "value": number if math.isfinite(number) else None}
    if step is not None:
        record["step"] = int(step)
    _write(record)


def attempt() -> int:
    """1 on the first attempt of the task in its run, 2 on the next; 1 outside of a run."""
    return int(os.environ.get("FLOTILLA_ATTEMPT", "1"))


def task() -> Optional[str]:
    """`train[origin=JFK,month=7]`; None outside of a run."""
    return os.environ.get("FLOTILLA_TASK")


def checkpoint() -> Path:
    """A folder that the next attempts of this task find as this one left it. Outside of a run: one for this process."""
    global _by_hand
    told = os.environ.get("FLOTILLA_CHECKPOINT")
    if told:
        folder = Path(told)
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    if _by_hand is None:
        import shutil
        import tempfile

        _by_hand = Path(tempfile.mkdtemp(prefix="flotilla-checkpoint-"))
        atexit.register(shutil.rmtree, _by_hand, ignore_errors=True)
    return _by_hand


def _write(record: Dict[str, Any]) -> None:
    """Appended in one call, so that lines of several processes of a task do not mix. A full disk must not end the task."""
    path = os.environ.get("FLOTILLA_PROGRESS")
    if not path or not record:
        return
    line = json.dumps({"at": time.time_ns() // 1_000_000, **record}).encode() + b"\n"
    if len(line) > _LONGEST_LINE:
        return
    try:
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(fd, line)
        finally:
            os.close(fd)
    except OSError:
        pass
