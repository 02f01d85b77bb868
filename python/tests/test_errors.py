from __future__ import annotations

import json
import unittest
from typing import Any

from harness import RunnerTest, log_of


class ErrorsTest(RunnerTest):
    def error_of(self, text: str, **told: Any) -> Any:
        done = self.python(text, **told)
        self.assertFalse(done["completed"])
        self.assertEqual(done["exitCode"], 1)
        return done["result"]["error"]

    def test_an_exception_is_told_from_the_users_first_frame_on(self) -> None:
        done = self.python("def f():\n    g()\ndef g():\n    raise ValueError('no rows')\n")
        error = done["result"]["error"]
        self.assertEqual((error["type"], error["message"], error["at"], error["fatal"]), ("ValueError", "no rows", "m0.py:4", False))
        self.assertNotIn("flotilla_runner", error["stack"])
        self.assertIn("in g\n", error["stack"])
        self.assertEqual(log_of(done["folder"], "stderr").decode(), error["stack"])

    def test_causes_are_kept(self) -> None:
        error = self.error_of("def f():\n    try:\n        {}['a']\n    except KeyError as e:\n        raise RuntimeError('outer') from e\n")
        self.assertIn("KeyError: 'a'", error["stack"])
        self.assertIn("direct cause", error["stack"])

    def test_the_place_is_in_the_users_own_files(self) -> None:
        self.assertEqual(self.error_of("import json\ndef f():\n    json.loads('{')\n")["at"], "m0.py:3")

    def test_a_syntax_error_names_its_line(self) -> None:
        error = self.error_of("x = 1\ndef f(:\n")
        self.assertEqual((error["type"], error["at"]), ("SyntaxError", "m0.py:2"))

    def test_final_errors(self) -> None:
        self.assertTrue(self.error_of("import flotilla\nclass Mine(flotilla.Fatal): pass\ndef f():\n    raise Mine('x')\n")["fatal"])
        self.assertTrue(self.error_of("class A(KeyError): pass\ndef f():\n    raise A('x')\n", fatalErrors=["LookupError"])["fatal"])
        self.assertTrue(self.error_of("class B(KeyError): pass\ndef f():\n    raise B('x')\n", fatalErrors=["m2.B"])["fatal"])
        self.assertFalse(self.error_of("def f():\n    raise KeyError('x')\n", fatalErrors=["ValueError"])["fatal"])

    def test_a_full_disk_is_told(self) -> None:
        done = self.python("import errno\ndef f():\n    try:\n        raise OSError(errno.ENOSPC, 'full')\n    except OSError as e:\n        raise RuntimeError('cannot save') from e\n")
        self.assertTrue(done["result"]["diskFull"])
        self.assertNotIn("outOfMemory", done)

    def test_what_a_task_wrote_that_found_the_disk_full_goes(self) -> None:
        text = "import errno, os\ndef f(model):\n    os.mkdir('deep')\n    open('deep/scratch', 'w').close()\n    open(model, 'w').write('half')\n    raise OSError(errno.ENOSPC, 'full')\n"
        name = self.module("halfway", text)
        folder = self.engine.prepare(run={"type": "python", "module": name, "function": "f"})
        attempt = json.loads((folder / "attempt.json").read_text(encoding="utf-8"))
        outputs = {"model": {"type": "file", "path": str(folder / "outputs" / "model")}}
        (folder / "attempt.json").write_text(json.dumps({**attempt, "outputs": outputs}), encoding="utf-8")
        self.engine.start(folder)
        self.assertTrue(self.engine.finish(folder)["result"]["diskFull"])
        self.assertEqual((list((folder / "outputs").iterdir()), list((folder / "work").iterdir())), ([], []))

    def test_leaving_by_sys_exit_is_no_success(self) -> None:
        done = self.python("import sys\ndef f():\n    sys.exit(0)\n")
        self.assertEqual((done["exitCode"], done["completed"], done["result"]["error"]["type"]), (1, False, "SystemExit"))
        self.assertEqual(self.python("import sys\ndef f():\n    sys.exit(5)\n")["exitCode"], 5)

    def test_exceptions_that_cannot_be_shown_are_told_all_the_same(self) -> None:
        self.assertEqual(self.error_of("class E(Exception):\n    def __str__(self): raise ValueError\ndef f():\n    raise E\n")["type"], "m0.E")
        self.assertEqual(self.error_of("def f():\n    f()\n")["type"], "RecursionError")
        self.assertLess(len(self.error_of("def f():\n    raise ValueError('x' * 10_000_000)\n")["message"]), 20_000)
        self.assertEqual(self.error_of("def f():\n    raise ValueError('\\ud800')\n")["message"], "?")

    def test_a_wrong_output_is_told(self) -> None:
        error = self.error_of("def f(): return 'x'\n", outputs={"n": {"type": "number"}})
        self.assertEqual(error["type"], "OUTPUT_INVALID")
        done = self.engine.run(run={"type": "exec", "argv": ["sh", "-c", "echo NaN > $FLOTILLA_VALUES"]}, outputs={"n": {"type": "number"}})
        self.assertEqual((done["completed"], done["result"]["error"]["type"]), (False, "OUTPUT_INVALID"))
        done = self.engine.run(run={"type": "exec", "argv": ["true"]}, outputs={"n": {"type": "number"}})
        self.assertEqual((done["completed"], done["result"]["error"]["type"]), (False, "OUTPUT_MISSING"))


if __name__ == "__main__":
    unittest.main()
