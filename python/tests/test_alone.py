from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path

from harness import RUNNER, RunnerTest, log_of, wait_for


class AloneTest(RunnerTest):
    """One attempt as the main process of a container, which these tests make do without."""

    def supervise(self, folder: Path) -> "subprocess.Popen[bytes]":
        env = {**os.environ, "PYTHONPATH": str(RUNNER)}
        return subprocess.Popen([sys.executable, "-m", "flotilla_runner", "supervise", str(folder)], env=env, stderr=subprocess.PIPE)

    def test_an_attempt_is_carried_out_from_claim_to_last_record(self) -> None:
        folder = self.engine.prepare(run={"type": "exec", "argv": ["sh", "-c", "echo hi; exit 3"]})
        process = self.supervise(folder)
        _, errors = process.communicate(timeout=30)
        self.assertEqual((process.returncode, errors), (0, b""))
        self.assertEqual(json.loads((folder / "exit.json").read_text())["exitCode"], 3)
        self.assertEqual(log_of(folder, "stdout"), b"hi\n")

    def test_one_that_the_platform_has_claimed_does_not_begin(self) -> None:
        folder = self.engine.prepare(run={"type": "exec", "argv": ["touch", "begun"]})
        (folder / "claim").write_text('{"by": "platform"}')
        process = self.supervise(folder)
        process.communicate(timeout=30)
        self.assertFalse((folder / "exit.json").exists())
        self.assertEqual(list((folder / "work").iterdir()), [])

    def test_it_ends_its_task_when_it_is_asked_to(self) -> None:
        folder = self.engine.prepare(run={"type": "exec", "argv": ["sleep", "60"]})
        process = self.supervise(folder)
        wait_for((folder / "started.json").exists)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        record = json.loads((folder / "exit.json").read_text())
        self.assertEqual((record["signal"], record["endedByUs"]), ("SIGTERM", True))

    def test_a_folder_that_is_none_is_refused_in_words(self) -> None:
        process = self.supervise(Path(self.engine.root) / "nowhere")
        _, errors = process.communicate(timeout=30)
        self.assertNotEqual(process.returncode, 0)
        self.assertIn(b"nowhere", errors)


if __name__ == "__main__":
    unittest.main()
