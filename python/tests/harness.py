"""Drives a real parent over the protocol, as an engine does."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from schema import problems

RUNNER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(RUNNER))  # for the tests, which import this first
DEADLINE_S = 30.0


def wait_for(what: Callable[[], Any], deadline_s: float = DEADLINE_S) -> Any:
    """Asks until the answer is truthy; fails after the deadline. For files, which tell nobody when they change."""
    until = time.monotonic() + deadline_s
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError("this did not come true in time")
        select.select([], [], [], 0.005)


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(") ")[2][0] not in "ZX"


def processes_with(text: str) -> List[int]:
    """Those that have it in their command line; a fork has that of its parent."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and is_alive(int(name)):
            try:
                if text.encode() in Path(f"/proc/{name}/cmdline").read_bytes():
                    found.append(int(name))
            except OSError:
                pass
    return found


class Engine:
    """One `serve` process and what it reported."""

    def __init__(self, root: Path, env: Optional[Dict[str, str]] = None, python: str = sys.executable) -> None:
        self.root = root
        self.code = root / "code"
        self.code.mkdir(exist_ok=True)
        self.reports: List[Dict[str, Any]] = []
        self._rest = b""
        read, write = os.pipe()
        self._reports = read
        with open(root / "parent.log", "ab") as log:
            self.process = subprocess.Popen(
                [python, "-c", f"import os,sys; os.dup2({write}, 3); os.execv(sys.executable, [sys.executable, '-m', 'flotilla_runner', 'serve', '--code', {str(self.code)!r}])"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[write],
                cwd=RUNNER,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": str(RUNNER), **(env or {})},
            )
        os.close(write)

    def send(self, message: Dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def prepare(self, number: int = 1, **told: Any) -> Path:
        """An attempt's folder, as the platform makes it."""
        name = f"r0000000000a-0-{len(list((self.root / 'attempts').glob('*'))) if (self.root / 'attempts').exists() else 0}-{number}"
        folder = self.root / "attempts" / name
        (folder / "work").mkdir(parents=True)
        (folder / "outputs").mkdir()
        attempt = {
            "protocol": 1, "id": name, "task": "train[x=1]", "pipeline": "p", "step": "train", "number": number,
            "code": str(self.code), "dimensions": {}, "inputs": {}, "outputs": {}, "fatalErrors": [],
            "checkpoint": str(self.root / "checkpoints" / "r" / "train-0"), "graceMs": 2000, **told,
        }  # fmt: skip
        _hold(attempt, "attempt")
        (folder / "attempt.json").write_text(json.dumps(attempt), encoding="utf-8")
        return folder

    def start(self, folder: Path) -> None:
        self.send({"type": "start", "dir": str(folder)})

    def report(self, kind: str, folder: Optional[Path] = None) -> Dict[str, Any]:
        """The first report of this kind (for this attempt), waited for."""
        until = time.monotonic() + DEADLINE_S
        while True:
            for one in self.reports:
                if one["type"] == kind and (folder is None or one["id"] == folder.name):
                    return one
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._reports], [], [], left)[0]:
                raise AssertionError(f"no report {kind}; there were {self.reports}\n{(self.root / 'parent.log').read_text()}")
            data = os.read(self._reports, 1 << 16)
            if not data:
                raise AssertionError(f"the parent and all supervisors ended; {(self.root / 'parent.log').read_text()}")
            *lines, self._rest = (self._rest + data).split(b"\n")
            self.reports += map(json.loads, lines)

    def run(self, **told: Any) -> Dict[str, Any]:
        """One attempt from start to end: its `exit.json`, with its folder under `folder`."""
        folder = self.prepare(**told)
        self.start(folder)
        return self.finish(folder)

    def finish(self, folder: Path) -> Dict[str, Any]:
        self.report("ended", folder)
        record = json.loads((folder / "exit.json").read_text(encoding="utf-8"))
        _hold(record, "exit")
        if "result" in record:
            _hold(record["result"], "result")
        return {**record, "folder": folder}

    def close(self) -> None:
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(DEADLINE_S)
        os.close(self._reports)


def _hold(record: Dict[str, Any], name: str) -> None:
    """Every record of every test is held against the schemas of the protocol."""
    wrong = problems(record, name)
    if wrong:
        raise AssertionError(f"{name}.json does not keep to its schema: {wrong}\n{json.dumps(record)[:2000]}")


class RunnerTest(unittest.TestCase):
    """A folder and a parent of its own for each test; no process may be left of either."""

    environment: Dict[str, str] = {}

    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="flotilla-runner-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.engine = Engine(self.root, self.environment)
        self.addCleanup(self.engine.close)

    def module(self, name: str, text: str) -> str:
        path = self.engine.code / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    def python(self, text: str, function: str = "f", **told: Any) -> Dict[str, Any]:
        """Runs the function of a module with this text."""
        name = self.module(f"m{len(list(self.engine.code.glob('*.py')))}", text)
        return self.engine.run(run={"type": "python", "module": name, "function": function}, **told)


def log_of(folder: Path, stream: str) -> bytes:
    """What was printed to one stream, put together again."""
    text = b""
    for record in (folder / "log").read_bytes().splitlines(keepends=True):
        _, name, flag, rest = record.split(b" ", 3)
        if name == stream.encode():
            text += rest if flag == b"F" else rest[:-1]
    return text
