"""
Builds the venv of a step, once: by `uv` where it is on PATH, otherwise by `venv` and `pip`. A venv cannot be moved, so it
is built where it will stand, and counts only once the marker in it is written.

An attempt's `run`: `{"type": "environment", "source": "requirements" | "pyproject" | "uv.lock", "path": absolute,
"python": "python3", "target": absolute}`. Its value, if declared: `python`, the path of the interpreter.
"""

from __future__ import annotations

import errno
import fcntl
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import Dict, Iterator, List, NoReturn, Optional

from .durable import write_durable
from .faults import ConfigError, Fault
from .protocol import Message

_MARKER = ".complete"
_LAST_LINES = 20

#: Runs in the new venv, whose pip brings a reader of TOML where Python has none yet.
_READ_DEPENDENCIES = """
import json, sys
try:
    import tomllib
except ImportError:
    from pip._vendor import tomli as tomllib
with open(sys.argv[1], "rb") as file:
    project = tomllib.load(file).get("project", {})
if "dependencies" in project.get("dynamic", []):
    sys.exit("its dependencies are dynamic; list them under [project], or give the step a requirements file")
print("\\n".join(project.get("dependencies", [])))
"""

_UV_LOCK_READER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "uv_lock.py")


def build(attempt: Message) -> Dict[str, str]:
    """
    The values of the attempt, with the environment standing. Raises Fault ENVIRONMENT_FAILED, with the last lines of
    what was printed, and leaves nothing half-done; ConfigError if the interpreter or the file is missing.
    """
    run = attempt["run"]
    directory = run["target"]
    os.makedirs(os.path.dirname(directory), exist_ok=True)
    if not _is_complete(directory):
        with _locked(directory + ".lock"):
            if not _is_complete(directory):
                _build_whole(run, directory)
    print(f"environment {directory} is there", flush=True)
    return {"python": _python_of(directory)} if "python" in attempt["outputs"] else {}


def _is_complete(directory: str) -> bool:
    return os.path.exists(os.path.join(directory, _MARKER)) and os.path.exists(_python_of(directory))


def _python_of(directory: str) -> str:
    return os.path.join(directory, "bin", "python")


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Held by the process, so that it is free when its holder dies."""
    with open(path, "a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another process that builds this environment", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build_whole(run: Message, directory: str) -> None:
    if not os.path.exists(run["path"]):
        raise ConfigError(f"there is no file {run['path']} to build the environment from")
    python = shutil.which(run["python"])
    if python is None:
        raise ConfigError(f"there is no Python interpreter {run['python']}; install it, or name another one in the step")
    signal.signal(signal.SIGTERM, _stop)
    shutil.rmtree(directory, ignore_errors=True)  # of a builder that was killed
    try:
        uv = shutil.which("uv")
        if uv and run["source"] == "uv.lock":
            _sync_uv_lock(uv, run["path"], python, directory)
        elif uv:
            _install_with_uv(uv, run, python, directory)
        else:
            _install_with_pip(run, python, directory)
        _call([_python_of(directory), "-c", "import sys; print('built', sys.prefix, 'with Python', sys.version.split()[0])"])
        write_durable(os.path.join(directory, _MARKER), json.dumps({"source": run["source"], "python": run["python"]}).encode())
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _install_with_uv(uv: str, run: Message, python: str, directory: str) -> None:
    _call([uv, "venv", "--python", python, directory])
    # Of a pyproject.toml, uv reads its dependencies here and leaves the project itself alone.
    _call([uv, "pip", "install", "--python", _python_of(directory), "-r", run["path"]], os.path.dirname(run["path"]))


def _sync_uv_lock(uv: str, path: str, python: str, directory: str) -> None:
    project = os.path.dirname(path)
    options = ["--frozen", "--no-dev", "--no-install-project", "--project", project, "--python", python]
    _call([uv, "sync", *options], project, {"UV_PROJECT_ENVIRONMENT": directory})


def _install_with_pip(run: Message, python: str, directory: str) -> None:
    _call([python, "-m", "venv", directory])
    folder = os.path.dirname(run["path"])
    pip = [_python_of(directory), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    if run["source"] == "requirements":
        _call([*pip, "-r", run["path"]], folder)
        return
    if run["source"] == "uv.lock":
        # All that is needed stands in the lock; what a package asks for besides was left out on purpose.
        pip.append("--no-deps")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as requirements:
        requirements.write("\n".join(_dependencies(run, directory)))
        requirements.flush()
        _call([*pip, "-r", requirements.name], folder)


def _dependencies(run: Message, directory: str) -> List[str]:
    """What a pyproject.toml asks for, or a uv.lock holds. The project itself runs from its snapshot and is not installed."""
    path = run["path"]
    reader = [_UV_LOCK_READER] if run["source"] == "uv.lock" else ["-c", _READ_DEPENDENCIES]
    done = subprocess.run(
        [_python_of(directory), *reader, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_clean_environment({}), check=False
    )
    if done.returncode != 0:
        reason = "".join(done.stderr.decode(errors="replace").strip().splitlines()[-1:])
        mend = "; install uv, or give the step a requirements file" if run["source"] == "uv.lock" else ""
        raise Fault("ENVIRONMENT_FAILED", f"{os.path.basename(path)} cannot be read: {reason}{mend}")
    return done.stdout.decode().splitlines()


def _call(argv: List[str], folder: Optional[str] = None, more: Optional[Dict[str, str]] = None) -> None:
    """Runs it and passes on what it prints, at once. Raises Fault if it fails."""
    print("$", " ".join(argv), flush=True)
    try:
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, env=_clean_environment(more or {}))
    except OSError as error:
        raise Fault("ENVIRONMENT_FAILED", f"{argv[0]} cannot be executed: {error.strerror}") from error
    last = b""
    assert process.stdout is not None
    while True:
        printed = os.read(process.stdout.fileno(), 1 << 16)
        if not printed:
            break
        sys.stdout.buffer.write(printed)
        sys.stdout.buffer.flush()
        last = (last + printed)[-(1 << 14) :]
    if process.wait() != 0:
        _fail(argv, process.returncode, last.decode(errors="replace"))


def _fail(argv: List[str], code: int, printed: str) -> NoReturn:
    lines = printed.strip().splitlines()
    message = f"{_reason_in(lines)} ({os.path.basename(argv[0])} ended with {code}); correct the requirements, or see to what it says, and restart the task"
    if len(lines) > 1:
        message += ". Its last lines:\n" + "\n".join(lines[-_LAST_LINES:])
    fault = Fault("ENVIRONMENT_FAILED", message)
    if os.strerror(errno.ENOSPC) in printed:
        raise fault from OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    raise fault


def _reason_in(lines: List[str]) -> str:
    """What pip or uv gives as the reason, in one line; it is what people see first."""
    of_pip = [line[len("ERROR: ") :] for line in lines if line.startswith("ERROR: ")]
    if of_pip:
        return of_pip[-1]
    of_uv = next((number for number, line in enumerate(lines) if line.lstrip().startswith("╰─▶") or line.startswith("error: ")), None)
    if of_uv is None:
        return lines[-1].strip() if lines else "nothing was said"
    sentence = itertools.takewhile(lambda line: line.strip() and not line.lstrip().startswith("hint:"), lines[of_uv:])
    return " ".join(line.replace("╰─▶", "").replace("error: ", "").strip() for line in sentence).replace(" cause: ", ": ")


def _clean_environment(more: Dict[str, str]) -> Dict[str, str]:
    """
    Without what makes an interpreter see packages that are not its own. The place for compiled files stays, and pip
    fills it: the tasks look there, and not beside the sources.
    """
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "CONDA_PREFIX")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "UV_COMPILE_BYTECODE": "1", "UV_NO_PROGRESS": "1", "PIP_PROGRESS_BAR": "off", **more}


def _stop(*_: object) -> NoReturn:
    """SIGTERM: what was begun is taken away on the way out."""
    raise SystemExit(143)
