"""The contract with the platforms: version, names of the files of an attempt, messages. See ``protocol/README.md``."""

from __future__ import annotations

import json
import os
import time
from typing import Any, Dict

from .durable import read_fully

VERSION = 1

ATTEMPT = "attempt.json"
CLAIM = "claim"
STARTED = "started.json"
RESULT = "result.json"
EXIT = "exit.json"
CANCEL = "cancel.json"
NEXT = "next"
LOG = "log"
PROGRESS = "progress.jsonl"
VALUES = "values.json"
WORK = "work"
OUTPUTS = "outputs"

#: The descriptor over which a parent and its supervisors tell the engine.
REPORTS_FD = 3

Message = Dict[str, Any]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def encode(message: Message) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


def report(message: Message) -> bool:
    """
    One line, written in one call and shorter than PIPE_BUF, so that lines of several supervisors never mix. False if the
    engine is gone; what counts is in the attempt's folder.
    """
    try:
        os.write(REPORTS_FD, encode(message) + b"\n")
        return True
    except OSError:
        return False


def read_attempt(folder: str) -> Message:
    """What the task is told. Raises OSError or ValueError if it is not there or not of this protocol."""
    attempt = json.loads(read_fully(os.path.join(folder, ATTEMPT)))
    if attempt.get("protocol") != VERSION:
        raise ValueError(f"{ATTEMPT} is of protocol {attempt.get('protocol')!r}, and this runner speaks {VERSION}")
    return attempt
