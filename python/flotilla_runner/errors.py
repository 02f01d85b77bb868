"""Exceptions as data, told from the user's point of view: frames of the runner and of the import machinery are left out."""

from __future__ import annotations

import os
import sys
import traceback
import types
from typing import Any, Dict, Iterator, List, Optional, Sequence

from .faults import ConfigError, Fault
from .protocol import VERSION, Message
from .result_file import FULL

_OWN = os.path.dirname(os.path.abspath(__file__)) + os.sep
_IMPORT_MACHINERY = ("<frozen importlib", "<frozen runpy", os.path.join("importlib", "__init__.py"))
_MESSAGE_LENGTH = 16_000
_STACK_LENGTH = 64_000


def failure_result(error: BaseException, attempt: Message) -> Message:
    """The `result.json` of an attempt whose function raised, or that could not be called."""
    if isinstance(error, ConfigError):
        return {"protocol": VERSION, "completed": False, "config": {"code": "TASK_CONFIG", "message": str(error)}}
    chain = list(_chain(error))
    if isinstance(error, Fault):
        data = {"type": error.code, "message": _bounded(str(error), _MESSAGE_LENGTH), "fatal": False}
    else:
        data = error_data(error, attempt["code"], attempt.get("fatalErrors", ()))
    result: Message = {"protocol": VERSION, "completed": False, "error": data}
    if any(isinstance(one, OSError) and one.errno in FULL for one in chain):
        result["diskFull"] = True
    if any(isinstance(one, MemoryError) for one in chain):
        result["outOfMemory"] = True
    return result


def error_data(error: BaseException, code: str, fatal_errors: Sequence[str]) -> Message:
    """Type, message, stack from the user's first frame on, the place in the user's code, and whether it is final."""
    data: Dict[str, Any] = {
        "type": _type_name(type(error)),
        "message": _bounded(_message(error), _MESSAGE_LENGTH),
        "stack": _bounded(stack_text(error), _STACK_LENGTH),
    }
    at = _place(error, code)
    if at:
        data["at"] = at
    data["fatal"] = _is_fatal(error, fatal_errors)
    return data


def stack_text(error: BaseException) -> str:
    """As Python prints it, causes included, without the frames above the user's own."""
    for one in _chain(error):
        one.__traceback__ = _users_part(one.__traceback__)
    try:
        return "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception:  # the text of an exception is the user's code as well
        return f"{_type_name(type(error))}: its stack could not be shown\n"


def _users_part(frames: Optional[types.TracebackType]) -> Optional[types.TracebackType]:
    while frames is not None and _is_not_users(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return frames


def _is_not_users(file: str) -> bool:
    return file.startswith(_OWN) or file.startswith(_IMPORT_MACHINERY[:2]) or file.endswith(_IMPORT_MACHINERY[2])


def _place(error: BaseException, code: str) -> Optional[str]:
    """`flights/train.py:31`: the innermost frame in the project's files, else in whatever was called."""
    places = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        places.append((error.filename, error.lineno))
    root = os.path.join(os.path.abspath(code), "")
    own = [place for place in places if os.path.abspath(place[0]).startswith(root)]
    for file, line in reversed(own or places):
        if not file.startswith("<"):
            return f"{file[len(root):] if file.startswith(root) else file}:{line}"
    return None


def _is_fatal(error: BaseException, fatal_errors: Sequence[str]) -> bool:
    names = {"flotilla.Fatal", *fatal_errors}
    return any(kind.__name__ in names or _type_name(kind) in names for kind in type(error).__mro__ if kind is not object)


def _type_name(kind: type) -> str:
    """`ValueError`, `sklearn.exceptions.NotFittedError`."""
    return kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    try:
        if isinstance(error, SystemExit):
            return f"the function called sys.exit({'' if error.code is None else repr(error.code)}) instead of returning"
        return str(error)
    except Exception:
        return "its message could not be shown"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it came from, each once."""
    rest: List[BaseException] = [error]
    seen = set()
    while rest:
        one = rest.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        rest += [cause for cause in (one.__cause__, one.__context__, *getattr(one, "exceptions", ())) if isinstance(cause, BaseException)]


def _bounded(text: str, length: int) -> str:
    """Cut in the middle where it is longer: of a stack both ends tell the most."""
    text = text.encode("utf-8", "replace").decode()
    if len(text) <= length:
        return text
    return f"{text[: length // 2]}\n…\n{text[-length // 2:]}"


def print_stack(result: Message) -> None:
    """Into the log, where people look first."""
    error = result.get("error") or result.get("config") or {}
    print(error.get("stack") or f"{error.get('type') or error.get('code')}: {error.get('message')}", file=sys.stderr, end="" if error.get("stack") else "\n")
