from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any

from harness import RUNNER, wait_for  # noqa: F401 - puts the runner on sys.path

from flotilla_runner.protocol import ATTEMPT, CLAIM, EXIT
from flotilla_runner.served import Serve, Served
from flotilla_runner.tree import children

ID = "r0000000000a-0-0-1"


class ServedTest(unittest.TestCase):
    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="flotilla-served-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        (self.root / "code").mkdir()
        os.environ["PYTHONPATH"] = str(RUNNER)
        self.addCleanup(os.environ.pop, "PYTHONPATH", None)
        self.serve = Serve(str(self.root), str(self.root / "code"))
        self.addCleanup(self.end_serve)

    def end_serve(self) -> None:
        """Other tests look at the children of this process."""
        self.serve.end()
        wait_for(lambda: not children(os.getpid()))

    def attempt(self, *argv: str, **more: Any) -> str:
        """The folder of an attempt, which elsewhere is not called by its id."""
        folder = self.root / "attempt"
        for part in ("inputs", "work", "outputs"):
            (folder / part).mkdir(parents=True)
        told = {
            "protocol": 1, "id": ID, "task": "t", "pipeline": "p", "step": "s", "number": 1, "run": {"type": "exec", "argv": list(argv)},
            "code": str(self.root / "code"), "dimensions": {}, "inputs": {}, "outputs": {}, "fatalErrors": [],
            "checkpoint": str(self.root), "graceMs": 5000, **more,
        }  # fmt: skip
        (folder / ATTEMPT).write_text(json.dumps(told))
        return str(folder)

    def run_it(self, folder: str) -> Served:
        served = Served(ID, self.serve)
        served.begin(sys.executable, folder, {})
        waiting = threading.Thread(target=served.wait, daemon=True)
        waiting.start()
        waiting.join(30)
        self.assertFalse(waiting.is_alive(), "its end is heard of")
        return served

    def test_an_attempt_is_carried_out(self) -> None:
        folder = self.attempt("sh", "-c", "exit 3")
        self.assertIsNone(self.run_it(folder).last_words())
        self.assertEqual(json.loads((Path(folder) / EXIT).read_text())["exitCode"], 3)

    def test_one_that_is_refused_has_never_started(self) -> None:
        folder = self.attempt("true")
        (Path(folder) / CLAIM).write_text("{}")  # somebody has it
        served = self.run_it(folder)
        os.unlink(Path(folder) / CLAIM)
        self.assertIn("neverStarted", served.last_words() or {})

    def test_an_interpreter_that_is_none_is_told_in_words(self) -> None:
        served = Served(ID, self.serve)
        served.begin("no-such-python", self.attempt("true"), {})
        served.wait()
        self.assertIn("no-such-python cannot be executed", (served.last_words() or {})["config"]["message"])
