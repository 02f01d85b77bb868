from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any, Dict

from harness import RunnerTest, log_of

from flotilla_runner.call import arguments_for, given_to
from flotilla_runner.faults import ConfigError

ATTEMPT: Dict[str, Any] = {
    "dimensions": {"origin": "JFK", "month": 7},
    "inputs": {
        "flights": {"path": "/inputs/flights.parquet"},
        "lateMinutes": {"value": 15},
        "auc": {"rows": [{"key": {"origin": "JFK"}, "value": 0.7}, {"key": {"origin": "LGA"}, "path": "/inputs/lga"}]},
    },
    "outputs": {"model": {"type": "file", "path": "/outputs/model.pkl"}, "score": {"type": "number"}},
}


def named(origin, late_minutes, flights, model, absent=1): ...
def camel(lateMinutes): ...
def everything(origin, **rest): ...
def positional(origin, month=1, /, *rest, flights): ...


class BindingTest(unittest.TestCase):
    def arguments(self, function: Any) -> Any:
        return arguments_for(function, given_to(ATTEMPT))

    def test_parameters_are_filled_by_name(self) -> None:
        table = [
            (named, ([], {"origin": "JFK", "late_minutes": 15, "flights": Path("/inputs/flights.parquet"), "model": Path("/outputs/model.pkl")})),
            (camel, ([], {"lateMinutes": 15})),
            (positional, (["JFK", 7], {"flights": Path("/inputs/flights.parquet")})),
            (lambda: None, ([], {})),
            (lambda auc: None, ([], {"auc": [{"origin": "JFK", "auc": 0.7}, {"origin": "LGA", "auc": Path("/inputs/lga")}]})),
        ]
        for function, expected in table:
            self.assertEqual(self.arguments(function), expected)

    def test_a_function_with_kwargs_gets_the_rest_in_its_own_spelling(self) -> None:
        _, rest = self.arguments(everything)
        self.assertEqual(sorted(rest), ["auc", "flights", "late_minutes", "model", "month", "origin"])

    def test_a_parameter_that_nothing_fills_is_named_with_what_there_is(self) -> None:
        with self.assertRaises(ConfigError) as caught:
            self.arguments(lambda flight: None)
        self.assertIn("flight", str(caught.exception))
        for part in ("late_minutes (input)", "origin (dimension)", "model (output)", "Did you mean flights"):
            self.assertIn(part, str(caught.exception))
        with self.assertRaises(ConfigError):
            self.arguments(lambda score: None)  # a value output is returned, not given

    def test_two_things_of_one_name_are_refused(self) -> None:
        with self.assertRaisesRegex(ConfigError, "origin is the name of a dimension and of an input"):
            given_to({**ATTEMPT, "inputs": {"origin": {"value": 1}}})


class CallTest(RunnerTest):
    def config_of(self, text: str, function: str = "f", **told: Any) -> str:
        done = self.python(text, function, **told)
        self.assertEqual(done["result"].get("config", {}).get("code"), "TASK_CONFIG", done["result"])
        self.assertFalse(done["completed"])
        return done["result"]["config"]["message"]

    def test_a_missing_module_is_a_fault_of_the_step(self) -> None:
        self.module("flights/train", "")
        done = self.engine.run(run={"type": "python", "module": "flights.trian", "function": "f"})
        self.assertIn("flights.train?", done["result"]["config"]["message"])
        done = self.engine.run(run={"type": "python", "module": "nowhere.train", "function": "f"})
        self.assertIn("nowhere", done["result"]["config"]["message"])

    def test_a_module_whose_own_import_fails_is_a_fault_of_the_code(self) -> None:
        done = self.python("x = 1\nimport not_installed\n")
        self.assertNotIn("config", done["result"])
        error = done["result"]["error"]
        self.assertEqual((error["type"], error["at"]), ("ModuleNotFoundError", "m0.py:2"))
        self.assertNotIn("importlib", error["stack"])

    def test_a_missing_function_comes_with_near_names(self) -> None:
        self.assertIn("Did you mean fit?", self.config_of("def fit(): pass\n", "fitt"))

    def test_what_is_no_function_is_refused(self) -> None:
        self.assertIn("not a function", self.config_of("f = 1\n"))
        self.assertIn("generator", self.config_of("def f():\n    yield 1\n"))
        self.assertIn("nothing fills the parameter x", self.config_of("def f(x): pass\n"))

    def test_an_async_function_is_awaited(self) -> None:
        text = "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x + 1\n"
        done = self.python(text, dimensions={"x": 1}, outputs={"y": {"type": "number"}})
        self.assertEqual(done["result"].get("values"), {"y": 2}, done)

    def test_output_folders_are_there(self) -> None:
        text = "def f(model, plots):\n    model.write_text('m')\n    (plots / 'a.svg').write_text('a')\n"
        folder = self.root / "somewhere"
        done = self.python(
            text, outputs={"model": {"type": "file", "path": str(folder / "deep" / "m.pkl")}, "plots": {"type": "folder", "path": str(folder / "plots")}}
        )
        self.assertTrue(done["completed"], done)
        self.assertTrue((folder / "plots" / "a.svg").exists())

    def test_a_fresh_process_is_one(self) -> None:
        name = self.module("fresh", "import os, sys\ndef f():\n    return {'pid': os.getpid(), 'cold': 'flotilla_runner.serve' not in sys.modules}\n")
        done = self.engine.run(run={"type": "python", "module": name, "function": "f", "freshProcess": True}, outputs={"pid": {"type": "number"}, "cold": {"type": "boolean"}})
        self.assertTrue(done["completed"], done)
        self.assertTrue(done["result"]["values"]["cold"])

    def test_a_module_that_kills_its_importer_fails_only_its_own_attempts(self) -> None:
        done = self.python("import os\nos._exit(9)\n")
        self.assertEqual(done["exitCode"], 9)
        self.assertTrue(self.python("def f(): pass\n")["completed"])

    def test_a_module_is_imported_once_and_attempts_do_not_see_each_other(self) -> None:
        text = "import os, random\nPID = os.getpid()\nseen = []\ndef f():\n    seen.append(1)\n    return {'pid': PID, 'seen': len(seen), 'drawn': random.random()}\n"
        outputs = {"pid": {"type": "number"}, "seen": {"type": "number"}, "drawn": {"type": "number"}}
        name = self.module("once", text)
        values = [self.engine.run(run={"type": "python", "module": name, "function": "f"}, outputs=outputs)["result"]["values"] for _ in range(5)]
        self.assertEqual({one["pid"] for one in values}.__len__(), 1)
        self.assertEqual([one["seen"] for one in values], [1] * 5)
        self.assertEqual(len({one["drawn"] for one in values}), 5)

    def test_the_surroundings_of_a_function(self) -> None:
        text = (
            "import os, sys, flotilla\n"
            "def f():\n"
            "    flotilla.progress(0.5, 'half'); flotilla.metric('loss', 0.25, step=3)\n"
            "    (flotilla.checkpoint() / 'state').write_text('1')\n"
            "    return {'cwd': os.getcwd(), 'stdin': sys.stdin.read(), 'task': flotilla.task(), 'attempt': flotilla.attempt(),\n"
            "            'first': sys.path[0], 'last': sys.path[-1], 'main': hasattr(sys.modules['__main__'], '__file__'),\n"
            "            'fds': sorted(map(int, os.listdir('/proc/self/fd')))[:4], 'env': sorted(k for k in os.environ if k.startswith('FLOTILLA_'))}\n"
        )
        done = self.python(text, number=2, outputs={"all": {"type": "json"}})
        values = done["result"]["values"]["all"]
        folder = done["folder"]
        self.assertEqual((values["cwd"], values["stdin"], values["task"], values["attempt"], values["main"]), (str(folder / "work"), "", "train[x=1]", 2, False))
        self.assertEqual((values["first"], Path(values["last"]).name), (str(self.engine.code), "python"))
        self.assertEqual(values["env"], ["FLOTILLA_ATTEMPT", "FLOTILLA_CHECKPOINT", "FLOTILLA_PROGRESS", "FLOTILLA_RUN", "FLOTILLA_TASK"])
        self.assertEqual(len(values["fds"]), 4)  # the three, and the one that lists them
        self.assertIn('"fraction": 0.5', (folder / "progress.jsonl").read_text())
        self.assertTrue((self.root / "checkpoints" / "r" / "train-0" / "state").exists())

    def test_threads_and_exit_handlers_finish(self) -> None:
        text = "import atexit, threading, time\ndef f():\n    threading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()\n    atexit.register(print, 'handler')\n"
        done = self.python(text)
        self.assertEqual(log_of(done["folder"], "stdout"), b"thread\nhandler\n")

    def test_processes_of_multiprocessing_work(self) -> None:
        text = (
            "import multiprocessing\ndef square(x): return x * x\n"
            "def f():\n    total = 0\n    for method in ('fork', 'spawn'):\n        with multiprocessing.get_context(method).Pool(2) as pool: total += sum(pool.map(square, range(4)))\n    return total\n"
        )
        done = self.python(text, outputs={"total": {"type": "number"}})
        self.assertEqual(done["result"].get("values"), {"total": 28}, done)


if __name__ == "__main__":
    unittest.main()
