from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from harness import RUNNER

import flotilla


class HelpersTest(unittest.TestCase):
    def test_by_hand_they_do_nothing(self) -> None:
        text = (
            "import flotilla\nflotilla.progress(0.5); flotilla.metric('a', 1)\n"
            "folder = flotilla.checkpoint()\n(folder / 'x').write_text('1')\nassert folder == flotilla.checkpoint()\n"
            "print(flotilla.task(), flotilla.attempt(), folder)\n"
        )
        env = {name: value for name, value in os.environ.items() if not name.startswith("FLOTILLA_")}
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.check_output([sys.executable, "-c", text], cwd=folder, env={**env, "PYTHONPATH": str(RUNNER)}).decode().split()
            self.assertEqual(done[:2], ["None", "1"])
            self.assertEqual(os.listdir(folder), [])
            self.assertFalse(os.path.exists(done[2]))

    def test_in_a_run_they_write_lines(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "progress.jsonl"
            with mock.patch.dict(os.environ, {"FLOTILLA_PROGRESS": str(path)}):
                flotilla.progress(0.4, "epoch 4")
                flotilla.progress(7)
                flotilla.metric("loss", 0.31, step=12)
                flotilla.metric("loss", float("nan"))
                flotilla.progress(message="x" * 10_000)
            lines = path.read_bytes().splitlines()
            self.assertTrue(all(len(line) < 4096 for line in lines))
            records = [{key: value for key, value in json.loads(line).items() if key != "at"} for line in lines]
            self.assertEqual(records[:4], [{"fraction": 0.4, "message": "epoch 4"}, {"fraction": 1.0}, {"metric": "loss", "value": 0.31, "step": 12}, {"metric": "loss", "value": None}])

    def test_a_file_that_cannot_be_written_does_not_end_the_task(self) -> None:
        with mock.patch.dict(os.environ, {"FLOTILLA_PROGRESS": "/no/such/folder/progress"}):
            flotilla.progress(0.5)


if __name__ == "__main__":
    unittest.main()
