from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Dict, Tuple

from harness import RUNNER, RunnerTest, wait_for


def pieces_of(said: bytes) -> Dict[str, bytes]:
    """The files that were told, put together. Every piece goes on where the one before it ended."""
    files: Dict[str, bytes] = {}
    for line in said.splitlines():
        name, at, piece = line.decode().split(" ")
        content = files.get(name, b"")
        assert int(at) == len(content), line
        assert len(line) < 16 * 1024
        files[name] = content + base64.b64decode(piece)
    return files


class RelayTest(RunnerTest):
    """As the main process of a container far away; here the folder can be looked into."""

    def relay(self, folder: Path) -> "subprocess.Popen[bytes]":
        env = {**os.environ, "PYTHONPATH": str(RUNNER)}
        command = [sys.executable, "-m", "flotilla_runner", "relay", str(folder)]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_the_last_word_is_told_last_as_far_as_it_is_short(self) -> None:
        folder = self.engine.prepare(run={"type": "exec", "argv": ["true"]})
        files, _ = self.ended(self.relay(folder), folder)
        self.assertEqual(list(files)[-1], "handed-in.json")
        self.assertEqual(files["handed-in.json"], (folder / "handed-in.json").read_bytes())

    def ended(self, process: "subprocess.Popen[bytes]", folder: Path) -> Tuple[Dict[str, bytes], dict]:
        said, errors = process.communicate(timeout=30)
        self.assertEqual((process.returncode, errors), (0, b""))
        return pieces_of(said), json.loads((folder / "handed-in.json").read_text())

    def test_all_that_is_printed_is_told_in_pieces_and_the_end_is_handed_in(self) -> None:
        script = "for i in range(4000): print('line', i)"
        folder = self.engine.prepare(run={"type": "exec", "argv": [sys.executable, "-c", script]})
        files, record = self.ended(self.relay(folder), folder)
        self.assertEqual(files["log"], (folder / "log").read_bytes())
        self.assertEqual(files["started.json"], (folder / "started.json").read_bytes())
        self.assertEqual((record["exit"]["completed"], record["logBytes"]), (True, len(files["log"])))

    def test_it_tells_while_the_task_runs_and_ends_it_when_it_is_asked_to(self) -> None:
        folder = self.engine.prepare(run={"type": "exec", "argv": ["sh", "-c", "echo here; sleep 60"]})
        process = self.relay(folder)
        assert process.stdout is not None
        told = b""
        while b"\nlog 0 " not in b"\n" + told:
            told += process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        record = json.loads((folder / "handed-in.json").read_text())["exit"]
        self.assertEqual((record["signal"], record["endedByUs"]), ("SIGTERM", True))

    def test_a_supervisor_that_was_killed_leaves_no_exit_but_its_log(self) -> None:
        folder = self.engine.prepare(run={"type": "exec", "argv": ["sh", "-c", "echo here; exec sleep 60"]})
        process = self.relay(folder)
        wait_for((folder / "log").exists)
        started = json.loads((folder / "started.json").read_text())
        os.kill(started["supervisor"]["pid"], signal.SIGKILL)
        os.kill(started["task"]["pid"], signal.SIGKILL)
        files, record = self.ended(process, folder)
        self.assertNotIn("exit", record)
        self.assertEqual(len(files["log"]), record["logBytes"])

    def test_inputs_that_were_written_to_are_named(self) -> None:
        folder = self.engine.prepare(run={"type": "exec", "argv": ["true"]})
        (folder / "inputs" / "data").mkdir(parents=True)
        (folder / "inputs" / "data" / "d.txt").write_text("changed")
        _, record = self.ended(self.relay(folder), folder)
        self.assertEqual(record["changedInputs"], ["data/d.txt"])


if __name__ == "__main__":
    unittest.main()
