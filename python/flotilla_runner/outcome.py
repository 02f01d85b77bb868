"""How an attempt ended: what the supervisor saw, as `exit.json` tells it."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any, Dict, Optional

from .durable import read_fully, write_plain
from .faults import Fault
from .protocol import RESULT, VALUES, VERSION, Message, encode, now_ms
from .result_file import FULL, NO_ROOM, no_room_result
from .results import check_values, invalid_json

#: `ru_maxrss` is in kilobytes, on macOS in bytes.
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
#: A shell's word for a child that was killed.
_EXIT_CODE_OF_KILLED = 128 + signal.SIGKILL


class Ending:
    """What was seen of the end, filled in while it comes."""

    def __init__(self) -> None:
        self.started_at = 0
        self.status: Optional[int] = None
        self.failure: Message = {}
        self.ended_by_us = False
        self.out_of_memory: Optional[Message] = None
        self.peak_bytes = 0
        self.cpu_seconds = 0.0
        self.saw_foreign_kill = False

    def add(self, status: int, usage: Any, *, is_main: bool, killed_by_us: bool) -> None:
        """One process that has ended; its usage has that of the children it waited for in it."""
        if is_main:
            self.status = status
        self.cpu_seconds += usage.ru_utime + usage.ru_stime
        self.peak_bytes = max(self.peak_bytes, usage.ru_maxrss * _MAXRSS_UNIT)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        killed_below = os.WIFEXITED(status) and os.WEXITSTATUS(status) == _EXIT_CODE_OF_KILLED
        if (killed or killed_below) and not killed_by_us:
            self.saw_foreign_kill = True


def exit_record(attempt: Message, folder: str, ending: Ending) -> Message:
    """`exit.json`. For programs that write no result of their own, their values are read and checked here."""
    how = _how(ending.status)
    result = _result(attempt, folder, how.get("exitCode"))
    record: Dict[str, Any] = {"protocol": VERSION, "id": attempt["id"], **how}
    record["completed"] = how.get("exitCode") == 0 and result is not None and result.get("completed") is True
    if result is not None:
        record["result"] = result
    record["peakMemoryBytes"] = ending.peak_bytes
    record["cpuSeconds"] = round(ending.cpu_seconds, 6)
    out_of_memory = ending.out_of_memory or _seen_by_runtime(attempt, result)
    if out_of_memory:
        record["outOfMemory"] = out_of_memory
    if ending.ended_by_us:
        record["endedByUs"] = True
    record.update(ending.failure)
    record["startedAt"] = ending.started_at
    record["endedAt"] = now_ms()
    return record


def _how(status: Optional[int]) -> Message:
    if status is None:
        return {}
    if os.WIFSIGNALED(status):
        return {"signal": _signal_name(os.WTERMSIG(status))}
    return {"exitCode": os.WEXITSTATUS(status)}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"


def _result(attempt: Message, folder: str, exit_code: Optional[int]) -> Optional[Message]:
    result = _read(os.path.join(folder, RESULT))
    if result is not None:
        return result
    if attempt["run"]["type"] != "exec":
        return no_room_result() if exit_code == NO_ROOM else None
    if exit_code != 0:
        return None
    result = result_of_program(attempt, os.path.join(folder, VALUES))
    try:
        write_plain(os.path.join(folder, RESULT), encode(result))
    except OSError as error:
        if error.errno not in FULL:
            raise
        # `exit.json` has it as well.
    return result


def result_of_program(attempt: Message, values_path: str) -> Message:
    """Of one that ended well: the values that it left in a file, checked."""
    try:
        return {"protocol": VERSION, "completed": True, "values": check_values(_values_of_program(values_path), attempt["outputs"])}
    except Fault as error:
        return {"protocol": VERSION, "completed": False, "error": {"type": error.code, "message": str(error)}}


def _values_of_program(path: str) -> Dict[str, Any]:
    try:
        values = json.loads(read_fully(path), parse_constant=invalid_json)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Fault("OUTPUT_INVALID", f"the file of $FLOTILLA_VALUES cannot be read as JSON: {error}") from error
    if not isinstance(values, dict):
        raise Fault("OUTPUT_INVALID", "the file of $FLOTILLA_VALUES must hold one JSON object, with the value outputs by name")
    return values


def _read(path: str) -> Optional[Message]:
    """What the task's runner wrote, or the task itself: anything may stand there."""
    try:
        result = json.loads(read_fully(path))
    except (OSError, ValueError, RecursionError):
        return None
    return result if isinstance(result, dict) else None


def _seen_by_runtime(attempt: Message, result: Optional[Message]) -> Optional[Message]:
    if result is None or not result.get("outOfMemory"):
        return None
    limit = attempt.get("memoryBytes")
    return {"seenBy": "runtime"} if limit is None else {"seenBy": "runtime", "limitBytes": limit}
