"""One attempt, in the process that is its own: environment, function, result."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import Callable, Dict, List, Tuple

from .protocol import OUTPUTS, PROGRESS, VALUES, VERSION, WORK, Message
from .result_file import write_result

Task = Callable[[], object]


def prepare_task(attempt: Message) -> Task:
    """
    What a `python` or `environment` attempt does, made ready ahead of its time as far as nothing of the user's runs; what
    goes wrong comes out when it is called.
    """
    run = attempt["run"]
    if run["type"] == "python" and run["module"] in sys.modules:
        try:
            return _prepare(run, attempt)
        except Exception as error:
            return _raiser(error)
    return lambda: _build(attempt) if run["type"] == "environment" else _prepare(run, attempt)()


def run_task(folder: str, attempt: Message, task: Task) -> int:
    """Does it, and writes `result.json`. The exit code."""
    from .results import values_of  # not for programs

    try:
        returned = task()
        result = {"protocol": VERSION, "completed": True, "values": values_of(returned, attempt["outputs"])}
        code = 0
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: whatever it is, it is the attempt's outcome
        from .errors import failure_result, print_stack  # tracebacks are only for those who fail

        result = failure_result(error, attempt)
        print_stack(result)
        code = error.code if isinstance(error, SystemExit) and isinstance(error.code, int) and 0 < error.code < 256 else 1
    return write_result(folder, result, code)


def end_as_python_does(code: int) -> None:
    """Waits for threads, runs exit handlers, flushes. Then there is nothing left to do but to exit."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]
    finally:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                pass


def enter(folder: str, attempt: Message) -> None:
    """The current directory and the variables that tell user code where it is."""
    work = os.path.join(folder, WORK)
    try:
        os.chdir(work)
    except FileNotFoundError:
        os.makedirs(work)
        os.chdir(work)
    os.environ.update(variables(folder, attempt))


def variables(folder: str, attempt: Message) -> Dict[str, str]:
    told = {
        "FLOTILLA_TASK": attempt["task"],
        "FLOTILLA_ATTEMPT": str(attempt["number"]),
        "FLOTILLA_RUN": attempt["id"].rsplit("-", 3)[0],
        "FLOTILLA_CHECKPOINT": attempt["checkpoint"],
        "FLOTILLA_PROGRESS": os.path.join(folder, PROGRESS),
    }
    if "traceparent" in attempt:
        told["TRACEPARENT"] = attempt["traceparent"]
    if attempt["run"]["type"] == "exec":
        told["FLOTILLA_VALUES"] = os.path.join(folder, VALUES)
        told["FLOTILLA_OUTPUTS"] = os.path.join(folder, OUTPUTS)
    return told


def program_of(folder: str, attempt: Message) -> Tuple[List[str], Dict[str, str]]:
    """What is executed in place of the child: a command, or a fresh interpreter for a function. Arguments and environment."""
    run = attempt["run"]
    if run["type"] == "exec":
        return run["argv"], {**os.environ, "PYTHONUNBUFFERED": "1", **run.get("env", {})}
    return [sys.executable, "-m", "flotilla_runner", "task", folder], {**os.environ, "PYTHONPATH": _runner_first()}


def _runner_first() -> str:
    return os.pathsep.join(filter(None, (os.path.dirname(os.path.dirname(os.path.abspath(__file__))), os.environ.get("PYTHONPATH"))))


def _build(attempt: Message) -> object:
    from . import environment  # with all that it imports, for the few that need it

    return environment.build(attempt)


def _prepare(run: Message, attempt: Message) -> Task:
    from .call import find_function, load_module, prepare_call  # not for programs

    return prepare_call(find_function(load_module(run["module"]), run["function"]), attempt)


def _raiser(error: Exception) -> Task:
    def fail() -> object:
        raise error

    return fail
