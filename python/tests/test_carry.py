from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, Optional

from harness import RUNNER, wait_for
from schema import problems
from test_remote import TOKEN, FakeEngine, digest_of


class CarryTest(unittest.TestCase):
    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="flotilla-carry-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.engine = FakeEngine()
        self.addCleanup(self.engine.server_close)
        self.addCleanup(self.engine.shutdown)
        self.places = {name: str(self.root / name) for name in ("inputs", "outputs", "work")}
        self.places.update(task=str(self.root / "task.json"), values=str(self.root / "outputs" / "values.json"))

    def given(self, outputs: Dict[str, Any], inputs: Optional[Dict[str, bytes]] = None) -> None:
        """What the engine tells of the attempt."""
        for output in outputs.values():
            if "path" in output:
                output["path"] = str(self.root / "outputs" / output["path"])
        attempt = {
            "protocol": 1, "id": TOKEN.partition(".")[0], "task": "work", "pipeline": "p", "step": "work", "number": 1,
            "run": {"type": "container"}, "code": self.places["work"], "dimensions": {}, "inputs": {}, "outputs": outputs,
            "fatalErrors": [], "checkpoint": str(self.root / "checkpoint"), "graceMs": 5000,
        }  # fmt: skip
        self.assertEqual(problems(attempt, "attempt"), [])
        listed = []
        for path, content in (inputs or {}).items():
            digest = digest_of(content)
            self.engine.contents[f"inputs/{digest}"] = content
            listed.append({"path": path, "type": "file", "digest": digest, "bytes": len(content)})
        self.engine.document = {"attempt": attempt, "inputs": listed, "container": {"places": self.places, "task": {"task": "work"}}}

    def begin(self, part: str) -> "subprocess.Popen[bytes]":
        scratch = self.root / "scratch"
        scratch.mkdir()
        address = f"http://127.0.0.1:{self.engine.server_address[1]}"
        env = {**os.environ, "PYTHONPATH": str(RUNNER), "FLOTILLA_TASK_API": address, "FLOTILLA_TOKEN": TOKEN}
        process = subprocess.Popen([sys.executable, "-m", "flotilla_runner", part, str(scratch)], env=env)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def left(self, files: Dict[str, str]) -> None:
        for path, text in files.items():
            place = self.root / "outputs" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)

    def handed_in(self) -> Dict[str, Any]:
        record = (self.engine.exit or {})["exit"]
        self.assertEqual(problems(record, "exit"), [])
        return record

    def test_fetch_brings_what_the_container_is_to_find_also_a_second_time(self) -> None:
        self.given({"out": {"type": "file", "path": "deep/out"}, "n": {"type": "number"}}, {"data/d.txt": b"ab"})
        for _ in range(2):
            self.assertEqual(self.begin("fetch").wait(60), 0)
            self.assertEqual((self.root / "inputs" / "data" / "d.txt").read_bytes(), b"ab")
            self.assertEqual(json.loads((self.root / "task.json").read_text()), {"task": "work"})
            self.assertEqual(os.listdir(self.root / "outputs" / "deep"), [])
            self.assertEqual(sorted(os.listdir(self.root)), ["inputs", "outputs", "task.json", "work"])
        self.assertIsNone(self.engine.exit)

    def test_fetch_says_what_it_cannot_bring(self) -> None:
        self.given({}, {"d": b"right"})
        self.engine.contents[f"inputs/{digest_of(b'right')}"] = b"wrong"
        self.assertEqual(self.begin("fetch").wait(60), 1)
        self.assertIn("damaged", self.handed_in()["config"]["message"])

    def test_fetch_that_is_asked_to_end_says_that_nothing_has_begun(self) -> None:
        self.given({}, {"d": b"never"})
        self.engine.ill = {f"/v1/inputs/{digest_of(b'never')}": [503] * 1000}
        process = self.begin("fetch")
        wait_for(lambda: f"GET /v1/inputs/{digest_of(b'never')}" in self.engine.asked)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 1)
        self.assertIn("before it had begun", self.handed_in()["neverStarted"])

    def test_carry_hands_in_outputs_and_values_once_it_hears_of_the_end(self) -> None:
        self.given({"out": {"type": "file", "path": "out"}, "n": {"type": "number"}})
        self.left({"out": "data", "values.json": '{"n": 1.5}'})
        process = self.begin("carry")
        wait_for(lambda: self.engine.asked.count("POST /v1/heartbeat") > 1)
        self.assertIsNone(self.engine.exit)
        self.engine.ended = {"exitCode": 0, "startedAt": 1, "endedAt": 2}
        self.assertEqual(process.wait(60), 0)
        record = self.handed_in()
        self.assertEqual((record["completed"], record["startedAt"], record["endedAt"]), (True, 1, 2))
        self.assertEqual(record["result"]["values"], {"n": 1.5})
        self.assertEqual(self.engine.listed["entries"], [{"path": "out", "type": "file", "digest": digest_of(b"data"), "bytes": 4}])

    def test_carry_takes_nothing_from_one_that_failed(self) -> None:
        self.given({"out": {"type": "file", "path": "out"}})
        self.left({"out": "data"})
        for how in ({"exitCode": 3}, {"signal": "SIGKILL"}):
            self.engine.ended = how
            self.assertEqual(self.begin("carry").wait(60), 0)
            self.assertEqual({name: self.handed_in().get(name) for name in how}, how)
            self.assertFalse(self.handed_in()["completed"])
        self.assertEqual(self.engine.outputs, {})

    def test_carry_says_what_is_wrong_with_values(self) -> None:
        self.given({"n": {"type": "number"}})
        self.engine.ended = {"exitCode": 0}
        secret = self.root / "secret.json"
        secret.write_text('{"n": 1}')
        values = self.root / "outputs" / "values.json"
        for spoil, why in (
            (lambda: self.left({"values.json": "{"}), "cannot be read as JSON"),
            (lambda: self.left({"values.json": '{"n": NaN}'}), "NaN"),
            (lambda: self.left({"values.json": '{"m": 1}'}), "m"),
            (lambda: values.symlink_to(secret), "is no file"),
        ):
            spoil()
            self.assertEqual(self.begin("carry").wait(60), 0)
            self.assertFalse(self.handed_in()["completed"])
            self.assertIn(why, self.handed_in()["result"]["error"]["message"])
            values.unlink(missing_ok=True)

    def test_carry_that_is_asked_to_end_before_the_container_has_hands_nothing_in(self) -> None:
        self.given({})
        process = self.begin("carry")
        wait_for(lambda: "POST /v1/heartbeat" in self.engine.asked)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 128 + signal.SIGTERM)
        self.assertIsNone(self.engine.exit)

    def test_carry_that_is_asked_to_end_after_the_container_has_goes_on(self) -> None:
        self.given({"out": {"type": "file", "path": "out"}})
        self.left({"out": "data"})
        self.engine.ended = {"exitCode": 0}
        self.engine.ill = {"/v1/outputs": [503, 503, 503]}
        process = self.begin("carry")
        wait_for(lambda: "POST /v1/outputs" in self.engine.asked)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)
        self.assertTrue(self.handed_in()["completed"])


if __name__ == "__main__":
    unittest.main()
