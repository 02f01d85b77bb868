from __future__ import annotations

import unittest
from typing import Any, Dict

import harness  # noqa: F401 - finds the runner
from schema import problems

ATTEMPT: Dict[str, Any] = {
    "protocol": 1, "id": "r0-1-2-1", "task": "t", "pipeline": "p", "step": "s", "number": 1,
    "run": {"type": "python", "module": "m", "function": "f"}, "code": "/c", "dimensions": {"x": 1},
    "inputs": {"a": {"value": None}, "b": {"path": "/b"}, "c": {"rows": [{"key": {"x": 1}, "value": 2}, {"key": {}, "path": "/c"}]}},
    "outputs": {"n": {"type": "number", "optional": True}, "f": {"type": "file", "path": "/f"}},
    "fatalErrors": [], "memoryBytes": 1, "checkpoint": "/k", "graceMs": 10,
}  # fmt: skip
EXIT = {"protocol": 1, "id": "r0-1-2-1", "exitCode": 0, "completed": True, "peakMemoryBytes": 1, "cpuSeconds": 0.1, "startedAt": 1, "endedAt": 2}


class SchemaTest(unittest.TestCase):
    """That the schemas refuse what is wrong; that they accept what is right, every other test shows."""

    def test_attempts(self) -> None:
        self.assertEqual(problems(ATTEMPT, "attempt"), [])
        for wrong in (
            {"protocol": 2},
            {"extra": 1},
            {"number": 0},
            {"code": "relative"},
            {"run": {"type": "exec", "argv": []}},
            {"run": {"type": "python", "module": "m"}},
            {"inputs": {"a": {"value": 1, "path": "/a"}}},
            {"inputs": {"a": {"rows": [{"value": 1}]}}},
            {"outputs": {"f": {"type": "file"}}},
            {"outputs": {"n": {"type": "integer"}}},
        ):
            self.assertNotEqual(problems({**ATTEMPT, **wrong}, "attempt"), [], wrong)

    def test_exits(self) -> None:
        self.assertEqual(problems(EXIT, "exit"), [])
        for wrong in ({"signal": "SIGKILL"}, {"exitCode": 256}, {"endedByUs": False}, {"outOfMemory": {"seenBy": "guess"}}, {"cpuSeconds": "1"}):
            self.assertNotEqual(problems({**EXIT, **wrong}, "exit"), [], wrong)

    def test_results(self) -> None:
        self.assertEqual(problems({"protocol": 1, "completed": True, "values": {}}, "result"), [])
        for wrong in (
            {"protocol": 1, "completed": True},
            {"protocol": 1, "completed": False},
            {"protocol": 1, "completed": False, "error": {"type": "E"}},
            {"protocol": 1, "completed": True, "values": {}, "error": {"type": "E", "message": ""}},
        ):
            self.assertNotEqual(problems(wrong, "result"), [], wrong)


if __name__ == "__main__":
    unittest.main()
