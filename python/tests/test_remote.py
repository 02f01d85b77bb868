from __future__ import annotations

import hashlib
import http.server
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional

from harness import RUNNER, is_alive, wait_for

from flotilla_runner.remote_outputs import Outputs
from schema import problems

TOKEN = "r0000000000a-0-0-1.seal"


class FakeEngine(http.server.ThreadingHTTPServer):
    """Answers as the task API does, and does ill on demand."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.document: Dict[str, Any] = {}
        self.contents: Dict[str, bytes] = {}
        self.files: Dict[str, bytearray] = {"log": bytearray(), "progress": bytearray()}
        self.outputs: Dict[str, bytearray] = {}
        self.listed: Dict[str, Any] = {}
        self.started: List[Any] = []
        self.exit: Optional[Dict[str, Any]] = None
        self.cancel = threading.Event()
        #: How a container ended that others look after.
        self.ended: Optional[Dict[str, Any]] = None
        #: Statuses to answer with instead, the next first, by path.
        self.ill: Dict[str, List[int]] = {}
        #: Cuts the next answer with a content after so many bytes.
        self.cut_at: Optional[int] = None
        self.asked: List[str] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a connection that was cut


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeEngine

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def _answer(self) -> None:
        engine = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = self.path.partition("?")
        engine.asked.append(f"{self.command} {path}")
        if engine.ill.get(path):
            return self._json({"error": "ill"}, engine.ill[path].pop(0))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self._json({"error": "no"}, 401)
        name = path[len("/v1/") :]
        if name == "attempt":
            return self._json(engine.document)
        if name in engine.contents:
            return self._content(engine.contents[name])
        if name in engine.files:
            start = int(query.partition("from=")[2])
            engine.files[name][start:] = body
            return self._json({"bytes": len(engine.files[name])})
        if name == "heartbeat" and engine.ended is not None:
            return self._json({"ended": engine.ended})
        if name == "heartbeat":
            engine.cancel.wait(0 if "knows" not in query and engine.cancel.is_set() else 0.5)
            return self._json({"cancel": {"graceMs": 5000}} if engine.cancel.is_set() and "knows" not in query else {})
        if name == "started":
            engine.started.append(json.loads(body))
            return self._json({})
        if name == "outputs":
            engine.listed = json.loads(body)
            digests = [entry["digest"] for entry in engine.listed["entries"] if entry["type"] == "file"]
            return self._json({"missing": [digest for digest in digests if digest not in engine.outputs]})
        if name.startswith("outputs/"):
            part = engine.outputs.setdefault(name[len("outputs/") :], bytearray())
            if self.command == "PUT":
                part += body
            return self._json({"bytes": len(part)})
        assert name == "exit", name
        engine.exit = json.loads(body)
        return self._json({})

    def _content(self, content: bytes) -> None:
        start = int((self.headers.get("Range") or "bytes=0-")[len("bytes=") : -1])
        rest = content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if self.server.cut_at is not None:
            rest, self.server.cut_at = rest[: self.server.cut_at], None
            self.close_connection = True
        self.wfile.write(rest)

    def _json(self, answer: Any, status: int = 200) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class RemoteTest(unittest.TestCase):
    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="flotilla-remote-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.engine = FakeEngine()
        self.addCleanup(self.engine.server_close)
        self.addCleanup(self.engine.shutdown)
        self.scratch = self.root / "scratch"
        self.scratch.mkdir()

    def content(self, name: str, content: bytes) -> Dict[str, Any]:
        self.engine.contents[name] = content
        return {"digest": digest_of(content), "bytes": len(content)}

    def given(self, argv: List[str], *, code: Optional[Dict[str, bytes]] = None, inputs: Optional[Dict[str, bytes]] = None, python: str = sys.executable, **told: Any) -> None:
        """What the engine tells of the attempt."""
        attempt = {
            "protocol": 1, "id": TOKEN.partition(".")[0], "task": "work", "pipeline": "p", "step": "work", "number": 1,
            "run": {"type": "exec", "argv": argv}, "code": str(self.scratch / "code"), "dimensions": {}, "inputs": {}, "outputs": {},
            "fatalErrors": [], "checkpoint": str(self.scratch / "checkpoint"), "graceMs": 5000, **told,
        }  # fmt: skip
        self.assertEqual(problems(attempt, "attempt"), [])
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, content in (code or {}).items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        listed = []
        for path, content in (inputs or {}).items():
            told_of = self.content(f"inputs/{digest_of(content)}", content)
            listed.append({"path": path, "type": "file", **told_of})
        self.engine.document = {
            "attempt": attempt, "python": python, "variables": {}, "inputs": listed,
            "code": None if code is None else self.content("code", packed.getvalue()),
        }  # fmt: skip

    def begin(self) -> "subprocess.Popen[bytes]":
        address = f"http://127.0.0.1:{self.engine.server_address[1]}"
        env = {**os.environ, "PYTHONPATH": str(RUNNER), "FLOTILLA_TASK_API": address, "FLOTILLA_TOKEN": TOKEN}
        process = subprocess.Popen([sys.executable, "-m", "flotilla_runner", "remote", str(self.scratch)], env=env, stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)  # type: ignore[union-attr]
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def run_it(self) -> int:
        """To its end: its exit code."""
        code = self.begin().wait(60)
        record = (self.engine.exit or {}).get("exit")
        if record is not None:
            self.assertEqual(problems(record, "exit"), [])
        return code

    def test_a_task_runs_with_its_code_and_inputs_and_what_it_made_is_handed_in(self) -> None:
        out = str(self.scratch / "attempt" / "outputs" / "out")
        text = "import sys, tasks; open(sys.argv[2], 'w').write(tasks.double(open(sys.argv[1]).read())); print('hi'); raise SystemExit(0)"
        data = str(self.scratch / "attempt" / "inputs" / "data" / "d.txt")
        argv = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(self.scratch / 'code')!r}); {text}", data, out]
        self.given(argv, code={"tasks.py": b"def double(x): return x * 2"}, inputs={"data/d.txt": b"ab"}, outputs={"out": {"type": "file", "path": out}})
        self.assertEqual(self.run_it(), 0)
        self.assertEqual(self.engine.outputs, {digest_of(b"abab"): bytearray(b"abab")})
        self.assertEqual(self.engine.listed["entries"], [{"path": "out", "type": "file", "digest": digest_of(b"abab"), "bytes": 4}])
        told = self.engine.exit or {}
        self.assertTrue(told["exit"]["completed"])
        self.assertEqual((told["logBytes"], told["changedInputs"]), (len(self.engine.files["log"]), []))
        self.assertTrue(self.engine.files["log"].endswith(b" stdout F hi\n"))
        self.assertEqual(len(self.engine.started), 1)
        self.assertFalse(self.scratch.exists())

    def test_it_ends_with_the_exit_code_of_its_task(self) -> None:
        self.given(["sh", "-c", "exit 7"])
        self.assertEqual(self.run_it(), 7)
        self.assertEqual((self.engine.exit or {})["exit"]["exitCode"], 7)
        self.given(["sh", "-c", "kill -KILL $$"])
        self.scratch.mkdir()
        self.assertEqual(self.run_it(), 128 + signal.SIGKILL)

    def test_an_engine_that_is_ill_is_asked_again_everywhere(self) -> None:
        out = str(self.scratch / "attempt" / "outputs" / "out")
        self.given(["sh", "-c", f"echo hi; echo data > {out}"], code={"a.py": b""}, outputs={"out": {"type": "file", "path": out}})
        put = f"/v1/outputs/{digest_of(b'data' + os.linesep.encode())}"
        self.engine.ill = {
            "/v1/attempt": [503, 401, 500], "/v1/code": [503], "/v1/started": [502], "/v1/log": [507, 401],
            "/v1/outputs": [500], put: [503, 500, 503], "/v1/exit": [504, 503, 401],
        }  # fmt: skip
        self.assertEqual(self.run_it(), 0)
        self.assertEqual(self.engine.ill, {path: [] for path in self.engine.ill})
        self.assertEqual(list(self.engine.outputs.values()), [bytearray(b"data\n")])

    def test_a_content_that_breaks_off_is_fetched_from_there(self) -> None:
        data = os.urandom(3_000_000)
        self.given(["cmp", str(self.scratch / "attempt" / "inputs" / "d"), str(self.root / "same")], inputs={"d": data})
        (self.root / "same").write_bytes(data)
        self.engine.cut_at = 1_200_000
        self.assertEqual(self.run_it(), 0)
        self.assertEqual(self.engine.asked.count(f"GET /v1/inputs/{digest_of(data)}"), 2)

    def test_a_content_that_is_always_another_ends_the_attempt_in_words(self) -> None:
        self.given(["true"], inputs={"d": b"right"})
        self.engine.contents[f"inputs/{digest_of(b'right')}"] = b"wrong"
        self.assertEqual(self.run_it(), 1)
        config = (self.engine.exit or {})["exit"]["config"]
        self.assertIn("damaged", config["message"])
        self.assertEqual(self.engine.started, [])

    def test_an_interpreter_that_is_not_there_or_no_python_ends_the_attempt_in_words(self) -> None:
        self.given(["true"], python="no-such-python")
        self.assertEqual(self.run_it(), 1)
        self.assertIn("no-such-python cannot be executed", (self.engine.exit or {})["exit"]["config"]["message"])
        self.given(["true"], python="ls")
        self.scratch.mkdir()
        self.assertEqual(self.run_it(), 1)
        self.assertRegex((self.engine.exit or {})["exit"]["config"]["message"], "(?s)ls does not run the Flotilla runner.*exit code 2")

    def test_a_cancel_ends_the_task_and_is_told_once(self) -> None:
        self.given(["sleep", "60"])
        process = self.begin()
        wait_for(lambda: self.engine.started)
        self.engine.cancel.set()
        self.assertEqual(process.wait(60), 128 + signal.SIGTERM)
        record = (self.engine.exit or {})["exit"]
        self.assertEqual((record["endedByUs"], record["signal"]), (True, "SIGTERM"))

    def test_sigterm_ends_the_task_and_hands_in(self) -> None:
        self.given(["sleep", "60"])
        process = self.begin()
        wait_for(lambda: self.engine.started)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 128 + signal.SIGTERM)
        self.assertTrue((self.engine.exit or {})["exit"]["endedByUs"])

    def test_sigterm_before_the_task_has_begun_keeps_it_from_beginning(self) -> None:
        self.given(["touch", str(self.root / "begun")], inputs={"d": b"never"})
        self.engine.ill = {f"/v1/inputs/{digest_of(b'never')}": [503] * 1000}
        process = self.begin()
        wait_for(lambda: f"GET /v1/inputs/{digest_of(b'never')}" in self.engine.asked)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 1)
        self.assertIn("before it had begun", (self.engine.exit or {})["exit"]["neverStarted"])
        self.assertFalse((self.root / "begun").exists())

    def test_a_supervisor_that_is_killed_is_told_by_having_no_exit_record(self) -> None:
        self.given(["sleep", "60"])
        process = self.begin()
        started = wait_for(lambda: self.engine.started)[0]
        os.kill(started["supervisor"]["pid"], signal.SIGKILL)
        self.assertEqual(process.wait(60), 128 + signal.SIGKILL)
        self.assertNotIn("exit", self.engine.exit or {})
        wait_for(lambda: not is_alive(started["task"]["pid"]))

    def test_inputs_that_the_task_wrote_to_are_named(self) -> None:
        path = str(self.scratch / "attempt" / "inputs" / "data" / "d.txt")
        self.given(["sh", "-c", f"chmod u+w {path}; echo more >> {path}"], inputs={"data/d.txt": b"ab", "data/e.txt": b"ab"})
        self.assertEqual(self.run_it(), 0)
        self.assertEqual((self.engine.exit or {})["changedInputs"], ["data/d.txt"])


class OutputsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="flotilla-outputs-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)

    def listed(self) -> Dict[str, Any]:
        return {entry["path"]: entry for entry in json.loads(Outputs(str(self.root))._list)["entries"]}

    def test_files_empty_folders_and_links_that_stay_inside_are_listed_as_what_they_are(self) -> None:
        (self.root / "a" / "empty").mkdir(parents=True)
        (self.root / "a" / "x.sh").write_bytes(b"x")
        (self.root / "a" / "x.sh").chmod(0o755)
        (self.root / "file").symlink_to("a/x.sh")
        (self.root / "folder").symlink_to(self.root / "a")
        listed = self.listed()
        self.assertEqual(sorted(listed), ["a/empty", "a/x.sh", "file", "folder/empty", "folder/x.sh"])
        self.assertEqual(listed["a/empty"]["type"], "folder")
        self.assertEqual(listed["file"], {"path": "file", "type": "file", "digest": digest_of(b"x"), "bytes": 1, "executable": True})

    def test_what_cannot_be_taken_is_refused_in_words(self) -> None:
        (self.root / "out").symlink_to("/etc/passwd")
        (self.root / "up").symlink_to("..")
        (self.root / "nothing").symlink_to("nowhere")
        (self.root / "circle").symlink_to("circle")
        (self.root / "loop").mkdir()
        (self.root / "loop" / "back").symlink_to("..")
        os.mkfifo(self.root / "pipe")
        with open(os.fsencode(self.root) + b"/\xff", "wb"):
            pass
        why = {path: entry["why"] for path, entry in self.listed().items()}
        self.assertIn("out of its folder, to /etc/passwd", why["out"])
        self.assertIn("out of its folder", why["up"])
        self.assertIn("to nothing", why["nothing"])
        self.assertIn("in a circle", why["circle"])
        self.assertIn("that it lies in", why["loop/back"])
        self.assertIn("neither a file nor a folder", why["pipe"])
        self.assertIn("not UTF-8", why["?"])
        self.assertEqual(len(why), 7)


if __name__ == "__main__":
    unittest.main()
